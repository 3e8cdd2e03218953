/**
 * Activation patterns that perturbations leave as they are: those whose cone, (2D − I) X u ≥ Σ radii |u|, has an interior.
 *
 * Other patterns bring nothing to the robust program: but for points in special position, their blocks can only be 0. Source: Bai, Gautam and Sojoudi (2023), section 4.
 */
import { multiply } from "../math/linear/Gemm.ts"
import { length } from "../math/linear/Vector.ts"
import { nonNegativeLeastSquares } from "../math/optimise/NonNegativeLeastSquares.ts"
import { bulkStream } from "../math/random/BulkPhilox.ts"
import { stream } from "../math/random/Philox.ts"
import { column, fromRows, type Patterns } from "./ActivationPatterns.ts"
import { Signatures } from "./Signatures.ts"
import { signsOf } from "./signs-of.ts"
import type { Points } from "./tensors.ts"

/** What is tried besides the patterns that are given. */
export interface Trials {
  readonly radii: Float64Array
  /** Patterns of points moved at random. */
  readonly moved: number
  /** Patterns of wide gaps, each with its opposite. */
  readonly thresholds: number
  readonly seed: number
}

/** The patterns together, and no other one twice: those given, those of trials, all points on, all off, and those of label 1 alone on. */
export const candidates = (x: Points, given: Patterns, labels: Float64Array, trials: Trials): Patterns => {
  const seen = new Signatures(x.count)
  for (let p = 0; p < given.count; p++) seen.add(column(given, p), 0)
  addMoved(seen, x, trials)
  addThresholds(seen, x, trials)
  for (const state of [1, 0]) seen.add(new Uint8Array(x.count).fill(state), 0)
  for (const sign of [1, -1]) {
    const states = Uint8Array.from(labels, (label) => (sign * label > 0 ? 1 : 0))
    seen.add(states, 0)
  }
  return fromRows(seen.toRows(), x.count, seen.count)
}

const addMoved = (seen: Signatures, x: Points, { radii, moved, seed }: Trials): void => {
  const corners = bulkStream(seed, "convex/robust corners")
  const directions = bulkStream(seed, "convex/robust directions")
  for (let draw = 0; draw < moved; draw++) {
    const uniforms = corners.uniforms(x.data.length)
    const data = x.data.map((element, at) => element + (uniforms[at]! < 0.5 ? -1 : 1) * radii[at % x.dimension]!)
    seen.add(signsOf({ ...x, data }, directions.normals(x.dimension), 1), 0)
  }
}

/** Coordinates of a direction at most: a perturbation moves along it by the sum of their weights, and so closes the gaps of most others. */
const MOST_COORDINATES = 4

/** Directions that are drawn for each pattern that is asked for. */
const DRAWS = 200

/**
 * Along directions of few coordinates, the gap between two points that parts them most evenly, of those that no perturbation closes: where a column of
 * ones moves the threshold, both sides of it survive by construction.
 */
const addThresholds = (seen: Signatures, x: Points, { radii, thresholds, seed }: Trials): void => {
  const moved = [...radii.keys()].filter((l) => radii[l]! > 0)
  if (moved.length === 0) return
  const draws = stream(seed, "convex/robust thresholds")
  const before = seen.count
  for (let draw = 0; draw < DRAWS * thresholds && seen.count - before < thresholds; draw++) {
    const along = new Float64Array(x.dimension)
    const count = 1 + (draw % MOST_COORDINATES)
    const weights = draws.normals(count)
    for (const [at, index] of draws.integers(count, moved.length).entries()) along[moved[index]!] = weights[at]!
    const reach = along.reduce((sum, weight, l) => sum + Math.abs(weight) * radii[l]!, 0)
    const states = partedBy(multiply(x.data, along, x.count, 1, x.dimension), 2 * reach)
    if (states === undefined) continue
    seen.add(states, 0)
    const opposite = states.map((state) => 1 - state)
    seen.add(opposite, 0)
  }
}

/** The states of values above the gap wider than this that parts them most evenly; `undefined` where there is none. */
const partedBy = (values: Float64Array, width: number): Uint8Array | undefined => {
  const sorted = values.toSorted()
  let [best, above] = [0, Number.NaN]
  for (let at = 1; at < sorted.length; at++) {
    const evenness = Math.min(at, sorted.length - at)
    if (sorted[at]! - sorted[at - 1]! > width && evenness > best) [best, above] = [evenness, sorted[at]!]
  }
  return best === 0 ? undefined : Uint8Array.from(values, (value) => (value >= above ? 1 : 0))
}

/** A residual below is that of no point inside. */
const NONE = 1e-9

/**
 * Whether some u has (2D − I) X u > Σ radii |u|.
 *
 * With u = p − q it is a cone of p, q ≥ 0, and has an interior where some of them bring each row to 1 at least: Lawson and Hanson's least distance
 * programming, (23.27), has a residual then. Rows have length 1, but those of points at 0.
 */
export const hasInterior = (
  { data, count, dimension: d }: Points,
  states: Uint8Array,
  radii: Float64Array
): boolean => {
  const columns = count + 2 * d
  const system = new Float64Array((2 * d + 1) * columns)
  for (let i = 0; i < count; i++) {
    const row = data.subarray(i * d, (i + 1) * d)
    const [size, sign] = [length(row) || 1, states[i] === 1 ? 1 : -1]
    for (let l = 0; l < d; l++) {
      system[l * columns + i] = (sign * row[l]! - radii[l]!) / size
      system[(d + l) * columns + i] = (-sign * row[l]! - radii[l]!) / size
    }
    system[2 * d * columns + i] = 1
  }
  for (let l = 0; l < 2 * d; l++) system[l * columns + count + l] = 1
  const target = new Float64Array(2 * d + 1)
  target[2 * d] = 1
  return nonNegativeLeastSquares(system, 2 * d + 1, columns, target).residual > NONE
}
