/**
 * Activation patterns that perturbations leave as they are: those whose cone, (2D − I) X u ≥ Σ radii |u|, has an interior.
 *
 * Other patterns bring nothing to the robust program: but for points in special position, their blocks can only be 0. Source: Bai, Gautam and Sojoudi (2023), section 4.
 */
import { length } from "../math/linear/Vector.ts"
import { nonNegativeLeastSquares } from "../math/optimise/NonNegativeLeastSquares.ts"
import { bulkStream } from "../math/random/BulkPhilox.ts"
import { column, fromRows, type Patterns } from "./ActivationPatterns.ts"
import { Signatures } from "./Signatures.ts"
import { signsOf } from "./signs-of.ts"
import type { Points } from "./tensors.ts"

/** The patterns together, and no other one twice: those given, those of moved points, all points on, all off, and those of label 1 alone on. */
export const candidates = (
  x: Points,
  given: Patterns,
  labels: Float64Array,
  { radii, draws, seed }: { readonly radii: Float64Array; readonly draws: number; readonly seed: number }
): Patterns => {
  const seen = new Signatures(x.count)
  for (let p = 0; p < given.count; p++) seen.add(column(given, p), 0)
  const corners = bulkStream(seed, "convex/robust corners")
  const directions = bulkStream(seed, "convex/robust directions")
  for (let draw = 0; draw < draws; draw++) {
    const uniforms = corners.uniforms(x.data.length)
    const data = x.data.map((element, at) => element + (uniforms[at]! < 0.5 ? -1 : 1) * radii[at % x.dimension]!)
    seen.add(signsOf({ ...x, data }, directions.normals(x.dimension), 1), 0)
  }
  for (const state of [1, 0]) seen.add(new Uint8Array(x.count).fill(state), 0)
  for (const sign of [1, -1])
    seen.add(
      Uint8Array.from(labels, (label) => (sign * label > 0 ? 1 : 0)),
      0
    )
  return fromRows(seen.toRows(), x.count, seen.count)
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
