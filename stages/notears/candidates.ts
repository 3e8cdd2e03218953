/** Which exchanges of two nodes a round of topological swaps looks at. */
import * as Triangular from "../math/linear/Triangular.ts"
import type { Move, MoveKind } from "./Move.ts"
import type { Order } from "./Order.ts"
import { smallest } from "./smallest.ts"

/**
 * The weight of all walks between nodes, by positions: element a d + b is (I − |W|)⁻¹ from the node at a to that at b, 0 where no path leads
 * there, and infinite where the sum exceeds the numbers. Cost: d³ / 3 flops.
 *
 * Source: Deng et al. 2023, G = (I − |W|)⁻ᵀ, which is ∇h of h(W) = −log det(I − |W|).
 */
export const walkWeights = (weights: Float64Array, order: Order): Float64Array => {
  const d = order.length
  const [system, identity] = [new Float64Array(d * d), new Float64Array(d * d)]
  for (let a = 0; a < d; a++) {
    identity[a * (d + 1)] = 1
    system[a * (d + 1)] = 1
    for (let b = a + 1; b < d; b++) system[a * d + b] = -Math.abs(weights[order[a]! * d + order[b]!]!)
  }
  const walks = Triangular.solve(system, d, identity, d, { triangle: "upper" })
  // An infinity times a zero of the solution is not what a sum over walks would have.
  for (let at = 0; at < walks.length; at++) if (Number.isNaN(walks[at]!)) walks[at] = Number.POSITIVE_INFINITY
  return walks
}

export interface CandidateSets {
  readonly small: ReadonlyArray<Move>
  /** Those that are not in the small set. */
  readonly large: ReadonlyArray<Move>
}

export interface SetSizes {
  readonly small: number
  /** With those of the small set. */
  readonly large: number
}

/**
 * The pairs of positions with the least weight of walks from the first to the last, as moves of one kind: where it is small, the order of
 * the two matters least. With a pair, each other of the same weight is in the set. By positions.
 */
export const candidateSets = (walks: Float64Array, d: number, kind: MoveKind, sizes: SetSizes): CandidateSets => {
  const values = new Float64Array((d * (d - 1)) / 2)
  for (let a = 0, at = 0; a < d; a++) for (let b = a + 1; b < d; b++) values[at++] = walks[a * d + b]!
  const largest = (size: number): number =>
    size === 0 || values.length === 0 ? Number.NEGATIVE_INFINITY : smallest(values, Math.min(size, values.length) - 1)
  const [mostSmall, mostLarge] = [largest(sizes.small), largest(sizes.large)]
  const small: Array<Move> = []
  const large: Array<Move> = []
  for (let first = 0; first < d; first++) {
    for (let last = first + 1; last < d; last++) {
      const weight = walks[first * d + last]!
      if (weight <= mostSmall) small.push({ kind, first, last })
      else if (weight <= mostLarge) large.push({ kind, first, last })
    }
  }
  return { small, large }
}
