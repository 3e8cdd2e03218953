/** How weights follow gradients: by steps of one length, or Adam's. */
import { cos } from "../math/special/Elementary.ts"

/** Changes arrays of parameters by their gradients. */
export type StepRule = (parameters: ReadonlyArray<Float64Array>, gradients: ReadonlyArray<Float64Array>) => void

/** How the rate falls: from itself along half a cosine to 0 at the last step, or not at all. */
export interface RateCourse {
  readonly rate: number
  readonly steps: number
  readonly decay: boolean
}

const rateAt = ({ rate, steps, decay }: RateCourse, step: number): number =>
  decay ? (rate * (1 + cos((Math.PI * step) / steps))) / 2 : rate

/** p −= rate · gradient. */
export const gradientSteps = (course: RateCourse): StepRule => {
  let step = 0
  return (parameters, gradients) => {
    const rate = rateAt(course, step++)
    for (const [index, values] of parameters.entries()) {
      const gradient = gradients[index]!
      for (let at = 0; at < values.length; at++) values[at]! -= rate * gradient[at]!
    }
  }
}

const [MEAN_KEPT, SQUARE_KEPT, FLOOR] = [0.9, 0.999, 1e-8]

/** Adam. Source: Kingma and Ba, ICLR 2015, algorithm 1, with its constants. */
export const adam = (course: RateCourse): StepRule => {
  let step = 0
  let [meanLeft, squareLeft] = [1, 1]
  const memories: Array<{ readonly mean: Float64Array; readonly square: Float64Array }> = []
  return (parameters, gradients) => {
    const rate = rateAt(course, step++)
    meanLeft *= MEAN_KEPT
    squareLeft *= SQUARE_KEPT
    for (const [index, values] of parameters.entries()) {
      const gradient = gradients[index]!
      const memory = memories[index] ?? {
        mean: new Float64Array(values.length),
        square: new Float64Array(values.length)
      }
      memories[index] = memory
      const { mean, square } = memory
      for (let at = 0; at < values.length; at++) {
        const slope = gradient[at]!
        mean[at] = MEAN_KEPT * mean[at]! + (1 - MEAN_KEPT) * slope
        square[at] = SQUARE_KEPT * square[at]! + (1 - SQUARE_KEPT) * slope * slope
        const size = Math.sqrt(square[at]! / (1 - squareLeft)) + FLOOR
        values[at]! -= (rate * mean[at]!) / (1 - meanLeft) / size
      }
    }
  }
}
