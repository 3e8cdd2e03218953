/** The hinge loss of labels −1 and 1. Source: Rockafellar, Convex Analysis, section 12, for the conjugate. */
import type { Loss } from "./losses.ts"

/** L = Σ max(0, 1 − y ŷ), λ = y where y ŷ < 1 and else 0, dual value Σ y λ where all y λ are in [0, 1]. */
export const hinge: Loss = {
  kind: "hinge",
  value: (outputs, labels) => {
    let sum = 0
    for (let i = 0; i < labels.length; i++) sum += Math.max(0, 1 - labels[i]! * outputs[i]!)
    return sum
  },
  multipliers: (outputs, labels) => labels.map((label, i) => (label * outputs[i]! < 1 ? label : 0)),
  dual: (multipliers, labels) => {
    let sum = 0
    for (let i = 0; i < labels.length; i++) {
      const share = labels[i]! * multipliers[i]!
      if (!(share >= 0 && share <= 1)) return Number.NEGATIVE_INFINITY
      sum += share
    }
    return sum
  },
  // The dual value is linear in the scale.
  bestScale: (multipliers, labels, limit) => {
    let [sum, most] = [0, 0]
    for (let i = 0; i < labels.length; i++) {
      const share = labels[i]! * multipliers[i]!
      if (share < 0) return 0
      sum += share
      most = Math.max(most, share)
    }
    return sum > 0 ? Math.min(limit, 1 / most) : 0
  }
}
