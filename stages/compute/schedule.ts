/** Learning rates over the steps of a training. */
import { cos } from "../math/special/Elementary.ts"

/** The rate of step 0, 1, …, before it is taken. */
export type Schedule = (step: number) => number

export const fixed =
  (rate: number): Schedule =>
  () =>
    rate

/** Multiplies the rate by `factor` at each of some steps. */
export const stepwise =
  (rate: number, at: ReadonlyArray<number>, factor: number): Schedule =>
  (step) =>
    at.reduce((now, when) => (step >= when ? now * factor : now), rate)

/** From `rate` to `least` along half a cosine over `steps`, and then `least`: Loshchilov and Hutter, ICLR 2017, equation 5. */
export const cosine =
  (rate: number, steps: number, least = 0): Schedule =>
  (step) =>
    least + ((rate - least) / 2) * (1 + cos((Math.PI * Math.min(step, steps)) / steps))

/** Rises in equal steps to that of another schedule over the first `steps`. */
export const warmUp =
  (steps: number, then: Schedule): Schedule =>
  (step) =>
    then(step) * Math.min(1, (step + 1) / steps)
