/**
 * Activation patterns of points: which of them a neuron with weights u is on at, 1[X u ≥ 0].
 *
 * Source: Pilanci and Ergen, ICML 2020, section 2; Cover, Geometrical and Statistical Properties of Systems of Linear Inequalities, IEEE Trans.
 * Electronic Computers 14 (1965).
 */
import { Schema } from "effect"
import { numericalRank } from "../math/linear/Svd.ts"
import { bulkStream } from "../math/random/BulkPhilox.ts"
import { Signatures } from "./Signatures.ts"
import { signsOf } from "./signs-of.ts"
import type { Points } from "./tensors.ts"

/** The 0/1 matrix Δ: rows × count, row-major, a column for each pattern. */
export interface Patterns {
  /** Points. */
  readonly rows: number
  /** Patterns. */
  readonly count: number
  readonly active: Uint8Array
}

/** More patterns are asked for than points of this rank have. */
export class MorePatternsThanThereAre extends Schema.TaggedError<MorePatternsThanThereAre>()(
  "MorePatternsThanThereAre",
  { wanted: Schema.Int, possible: Schema.Finite, rows: Schema.Int, rank: Schema.Int }
) {
  override get message(): string {
    return `${this.wanted} patterns were asked for: ${this.rows} points of rank ${this.rank} have at most ${this.possible}`
  }
}

/** The draws have ended before so many distinct patterns were seen. */
export class TooFewPatternsSeen extends Schema.TaggedError<TooFewPatternsSeen>()("TooFewPatternsSeen", {
  wanted: Schema.Int,
  found: Schema.Int,
  draws: Schema.Int
}) {
  override get message(): string {
    return `${this.draws} directions gave ${this.found} distinct patterns, ${this.wanted} were asked for: ask for fewer, or raise draws`
  }
}

/** 2 Σ C(n − 1, k) over k < rank: how many patterns n points of this rank have at most, and in general position have. */
export const mostPatterns = (n: number, rank: number): number => {
  let [sum, binomial] = [0, 1]
  for (let k = 0; k < Math.min(rank, n); k++) {
    sum += binomial
    binomial = (binomial * (n - 1 - k)) / (k + 1)
  }
  return 2 * sum
}

/** Points beyond so many elements are taken to have full rank: telling it costs more than it saves. */
const SMALL = 1_000_000

/** An upper bound of the rank: itself where the points are few. */
export const rankOf = ({ data, count, dimension }: Points): number =>
  data.length > SMALL ? Math.min(count, dimension) : numericalRank(data, count, dimension)

/** Directions that are drawn at once. */
const BATCH = 64

/**
 * The first `wanted` distinct patterns of normal directions, in the order in which they are met: a larger sample of the same seed begins with
 * a smaller one.
 *
 * Cost: 2 n d flops a draw. Throws `MorePatternsThanThereAre` and `TooFewPatternsSeen`.
 */
export const sample = (x: Points, wanted: number, seed: number, draws: number): Patterns => {
  const rank = rankOf(x)
  const possible = mostPatterns(x.count, rank)
  if (wanted > possible) throw new MorePatternsThanThereAre({ wanted, possible, rows: x.count, rank })
  const [random, seen] = [bulkStream(seed, "convex/patterns"), new Signatures(x.count)]
  for (let drawn = 0; drawn < draws && seen.count < wanted; drawn += BATCH) {
    const batch = Math.min(BATCH, draws - drawn)
    const signs = signsOf(x, random.normals(batch * x.dimension), batch)
    for (let b = 0; b < batch && seen.count < wanted; b++) seen.add(signs, b * x.count)
  }
  if (seen.count < wanted) throw new TooFewPatternsSeen({ wanted, found: seen.count, draws })
  return fromRows(seen.toRows(), x.count, seen.count)
}

/** Patterns from a list of them, each with its points in a row. */
export const fromRows = (list: Uint8Array, rows: number, count: number): Patterns => {
  const active = new Uint8Array(rows * count)
  for (let p = 0; p < count; p++) for (let i = 0; i < rows; i++) active[i * count + p] = list[p * rows + i]!
  return { rows, count, active }
}

/** The states of all points in one pattern. */
export const column = ({ rows, count, active }: Patterns, p: number): Uint8Array =>
  Uint8Array.from({ length: rows }, (_, i) => active[i * count + p]!)

/** Some of the patterns, in this order. */
export const chosen = ({ rows, count, active }: Patterns, which: ArrayLike<number>): Patterns => {
  const result = new Uint8Array(rows * which.length)
  for (let i = 0; i < rows; i++) {
    for (let at = 0; at < which.length; at++) result[i * which.length + at] = active[i * count + which[at]!]!
  }
  return { rows, count: which.length, active: result }
}
