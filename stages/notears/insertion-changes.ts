/**
 * What insertions make of the sum of residual variances, Σ rₖₖ² / 2, all from one pass over the factors.
 *
 * With y brought before position k, the node mₖ there is explained by y too: of its variance rₖₖ² the share rₖᵧ² / ρₖ² goes, where
 * ρₖ² = Σ rₗᵧ² over l = k … is the variance that those before k leave of y. With x taken away from before mₖ, that variance grows by
 * the share lₖₓ² / τ², where τ² = Σ lⱼₓ² up to k − 1 is one over the variance that those up to k − 1 leave of x.
 */
import type { OrderedFactor } from "./OrderedFactor.ts"

/**
 * Element a d + b, a < b: the change when the node at b goes before that at a. Cost: 7 d² / 2 flops for all.
 *
 * Terms are differences that are known as such, so small changes keep their digits.
 */
export const changesBefore = ({ d, r }: OrderedFactor, changes: Float64Array): void => {
  const rho = new Float64Array(d)
  const gained = new Float64Array(d)
  const lost = new Float64Array(d)
  for (let k = d - 1; k >= 0; k--) {
    const diagonal = r[k * (d + 1)]!
    const variance = diagonal * diagonal
    for (let y = k + 1; y < d; y++) {
      const square = r[k * d + y]! * r[k * d + y]!
      const above = rho[y]! + square
      rho[y] = above
      gained[y]! += square
      lost[y]! += (variance * square) / above
      changes[k * d + y] = (gained[y]! - lost[y]!) / 2
    }
    rho[k] = variance
  }
}

/** Element a d + b, a < b: the change when the node at a goes behind that at b. Cost: 5 d² flops for all. */
export const changesBehind = ({ d, r, l }: OrderedFactor, changes: Float64Array): void => {
  const tau = new Float64Array(d)
  const start = new Float64Array(d)
  const gained = new Float64Array(d)
  for (let k = 0; k < d; k++) {
    const diagonal = r[k * (d + 1)]!
    const variance = diagonal * diagonal
    for (let x = 0; x < k; x++) {
      const square = l[k * d + x]! * l[k * d + x]!
      const below = tau[x]!
      const all = below + square
      gained[x]! += (variance * square) / below
      tau[x] = all
      changes[x * d + k] = (gained[x]! - (all - start[x]!) / (all * start[x]!)) / 2
    }
    tau[k] = 1 / variance
    start[k] = tau[k]!
  }
}
