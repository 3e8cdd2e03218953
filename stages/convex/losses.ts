/**
 * Convex losses of the outputs of a network, by name.
 *
 * The dual value is what a bound from below is made of: for multipliers λ with |λᵀ(X u)₊| ≤ β for all ‖u‖ ≤ 1, the optimum is at
 * least inf over ŷ of L(ŷ, y) + λᵀŷ. Source: Pilanci and Ergen, ICML 2020, section 3; Rockafellar, Convex Analysis, theorem 31.1.
 */
import { dot } from "../math/linear/Vector.ts"

export interface Loss {
  readonly kind: string
  /** L(ŷ, y), the sum over all points. */
  readonly value: (outputs: Float64Array, targets: Float64Array) => number
  /** λ = −∂L/∂ŷ, a new vector: the multipliers that belong to these outputs; of a kink one of them. */
  readonly multipliers: (outputs: Float64Array, targets: Float64Array) => Float64Array
  /** inf over ŷ of L(ŷ, y) + λᵀŷ; −∞ where there is none. */
  readonly dual: (multipliers: Float64Array, targets: Float64Array) => number
  /** The factor from 0 to `limit` by which multipliers have the largest dual value. */
  readonly bestScale: (multipliers: Float64Array, targets: Float64Array, limit: number) => number
}

/** L = ½ ‖ŷ − y‖², λ = y − ŷ, dual value λᵀy − ½ ‖λ‖². */
export const squared: Loss = {
  kind: "squared",
  value: (outputs, targets) => {
    let sum = 0
    for (let i = 0; i < targets.length; i++) sum += (outputs[i]! - targets[i]!) * (outputs[i]! - targets[i]!)
    return sum / 2
  },
  multipliers: (outputs, targets) => targets.map((target, i) => target - outputs[i]!),
  dual: (multipliers, targets) => dot(multipliers, targets) - dot(multipliers, multipliers) / 2,
  bestScale: (multipliers, targets, limit) => {
    const square = dot(multipliers, multipliers)
    return square === 0 ? 0 : Math.min(limit, Math.max(0, dot(multipliers, targets) / square))
  }
}
