/**
 * Proximal maps of the losses, of one point: the output f that minimises ℓ(f, y) + (f − z)² / (2 t).
 *
 * Source: Parikh and Boyd, Proximal Algorithms, Foundations and Trends in Optimization 1 (2014), section 6.
 */
import { sigmoid } from "../math/special/Exponential.ts"
import type { LossName } from "./loss-named.ts"

/** From z, the target and t > 0. */
export type Proximal = (z: number, y: number, t: number) => number

const squared: Proximal = (z, y, t) => (z + t * y) / (1 + t)

/** Nothing on the right side of the margin, a step t below it, and to the margin itself in between. */
const hinge: Proximal = (z, y, t) => {
  const margin = y * z
  return margin >= 1 ? z : margin <= 1 - t ? z + t * y : y
}

/** Newton's method takes about five steps; more are never left to it. */
const MOST_STEPS = 60

/** The root m of m − y z = t σ(−m), between y z and y z + t: by Newton's steps, or by halves where they lead out. */
const logistic: Proximal = (z, y, t) => {
  let [low, high] = [y * z, y * z + t]
  let margin = low + t * sigmoid(-low)
  if (margin > high) margin = high
  for (let step = 0; step < MOST_STEPS; step++) {
    const share = sigmoid(-margin)
    const rest = margin - y * z - t * share
    if (rest > 0) high = margin
    else low = margin
    const newton = margin - rest / (1 + t * share * (1 - share))
    const next = newton > low && newton < high ? newton : (low + high) / 2
    if (next === margin) break
    margin = next
  }
  return y * margin
}

export const PROXIMAL: { readonly [name in LossName]: Proximal } = { squared, hinge, logistic }
