/** The last digits of a solution over given patterns, and the proof that it is one. */
import { Progress } from "athanor/stage"
import { Effect } from "effect"
import { length } from "../math/linear/Vector.ts"
import type { Patterns } from "./ActivationPatterns.ts"
import { ColumnGeneration } from "./ColumnGeneration.ts"
import { relativeGap } from "./gaps.ts"
import { Pricing } from "./Pricing.ts"
import type { Blocks, ReluNetwork } from "./ReluNetwork.ts"
import type { Examples } from "./tensors.ts"

/** More elements are not solved for at once. */
const MOST_ELEMENTS = 600

/** Blocks of this share of the longest are left. */
const LEFT = 1e-4

/** The relative gap that ends it; and rounds after which it is given up. */
const [TOLERANCE, ROUNDS] = [1e-8, 1000]

export interface Polished {
  readonly network: ReluNetwork
  readonly objective: number
  /** No network with these patterns has an objective below. */
  readonly bound: number
  /** (objective − bound) / objective. */
  readonly gap: number
}

/** From the blocks of v, then those of w, that a method has left; `undefined` where they are too many. */
export const polish = Effect.fn("polish")(function* (
  { vectors, signs, dimension }: Blocks,
  examples: Examples,
  patterns: Patterns,
  beta: number
) {
  const norms = Array.from(signs, (_, b) => length(vectors.subarray(b * dimension, (b + 1) * dimension)))
  const least = LEFT * norms.reduce((most, norm) => Math.max(most, norm), 0)
  const left = Array.from(norms.keys()).filter((b) => norms[b]! > least)
  if (left.length * dimension > MOST_ELEMENTS) return undefined
  const start = left.map((b) => ({ pattern: b % patterns.count, sign: signs[b] === 1 ? (1 as const) : (-1 as const) }))
  const options = { beta, tolerance: TOLERANCE, perRound: 20 }
  const generation = new ColumnGeneration(examples, new Pricing(examples.x, patterns), options, start)
  yield* Progress.steps(ROUNDS, "rounds of polishing", () => generation.round(), {
    until: () => generation.ending !== undefined
  })
  const { objective, bound } = generation.rounds.at(-1)!
  return { network: generation.network, objective, bound, gap: relativeGap(objective, bound) } satisfies Polished
})
