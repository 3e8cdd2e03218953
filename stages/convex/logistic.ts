/** The logistic loss of labels −1 and 1. Source: Rockafellar, Convex Analysis, section 12, for the conjugate. */
import { log } from "../math/special/Elementary.ts"
import { log1p, sigmoid, softplus } from "../math/special/Exponential.ts"
import type { Loss } from "./losses.ts"

/** Halvings of the interval in which the best scale lies. */
const HALVINGS = 60

/** L = Σ log(1 + e^(−y ŷ)), λ = y / (1 + e^(y ŷ)), dual value the sum of the entropies of y λ in nats, where all are in [0, 1]. */
export const logistic: Loss = {
  kind: "logistic",
  value: (outputs, labels) => {
    let sum = 0
    for (let i = 0; i < labels.length; i++) sum += softplus(-labels[i]! * outputs[i]!)
    return sum
  },
  multipliers: (outputs, labels) => labels.map((label, i) => label * sigmoid(-label * outputs[i]!)),
  dual: (multipliers, labels) => {
    let sum = 0
    for (let i = 0; i < labels.length; i++) {
      const share = labels[i]! * multipliers[i]!
      if (!(share >= 0 && share <= 1)) return Number.NEGATIVE_INFINITY
      sum += entropy(share)
    }
    return sum
  },
  bestScale: (multipliers, labels, limit) => {
    const shares = multipliers.map((multiplier, i) => labels[i]! * multiplier)
    const most = shares.reduce((a, b) => Math.max(a, b), 0)
    if (most === 0 || shares.some((share) => share < 0)) return 0
    let [low, high] = [0, Math.min(limit, 1 / most)]
    if (slope(shares, high) >= 0) return high
    for (let halving = 0; halving < HALVINGS; halving++) {
      const middle = (low + high) / 2
      if (slope(shares, middle) >= 0) low = middle
      else high = middle
    }
    return low
  }
}

/** −x log x − (1 − x) log(1 − x), with all digits where x is small. */
const entropy = (x: number): number => (x > 0 ? -x * log(x) : 0) - (x < 1 ? (1 - x) * log1p(-x) : 0)

/** Of the dual value in the scale: Σ share log((1 − scale · share) / (scale · share)). */
const slope = (shares: Float64Array, scale: number): number => {
  let sum = 0
  for (const share of shares) {
    if (share === 0) continue
    const scaled = scale * share
    if (scaled >= 1) return Number.NEGATIVE_INFINITY
    sum += share * (log1p(-scaled) - log(scaled))
  }
  return sum
}
