/** The hinge loss with its kink rounded off, for methods that follow gradients. */
import type { Loss } from "./losses.ts"

/**
 * Parabolas where 0 < 1 − y ŷ < width: at most width/2 below the hinge loss, for each point. Its multipliers are in [0, 1] times the label, so
 * that they bound the hinge loss itself from below.
 */
export const smoothedHinge = (width: number): Pick<Loss, "value" | "multipliers"> => ({
  value: (outputs, labels) => {
    let sum = 0
    for (let i = 0; i < labels.length; i++) {
      const short = 1 - labels[i]! * outputs[i]!
      if (short > 0) sum += short < width ? (short * short) / (2 * width) : short - width / 2
    }
    return sum
  },
  multipliers: (outputs, labels) =>
    labels.map((label, i) => label * Math.min(1, Math.max(0, (1 - label * outputs[i]!) / width)))
})
