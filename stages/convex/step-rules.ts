/** How weights follow gradients: by steps of one length, or Adam's. */
import { cos } from "../math/special/Elementary.ts"

/** Changes arrays of parameters by their gradients. */
export interface StepRule {
  readonly step: (parameters: ReadonlyArray<Float64Array>, gradients: ReadonlyArray<Float64Array>) => void
  /** All that it remembers, for another one of its kind to go on from. */
  readonly state: () => ReadonlyArray<Float64Array>
  readonly load: (state: ReadonlyArray<Float64Array>) => void
}

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
  let taken = 0
  return {
    step: (parameters, gradients) => {
      const rate = rateAt(course, taken++)
      for (const [index, values] of parameters.entries()) {
        const gradient = gradients[index]!
        for (let at = 0; at < values.length; at++) values[at]! -= rate * gradient[at]!
      }
    },
    state: () => [Float64Array.of(taken)],
    load: ([count]) => {
      taken = count![0]!
    }
  }
}

const [MEAN_KEPT, SQUARE_KEPT, FLOOR] = [0.9, 0.999, 1e-8]

/** Adam. Source: Kingma and Ba, ICLR 2015, algorithm 1, with its constants. */
export const adam = (course: RateCourse): StepRule => {
  /** Steps that were taken, 0.9 and 0.999 to the power of them. */
  let [taken, meanLeft, squareLeft] = [0, 1, 1]
  /** Means and mean squares of gradients, two for each array of parameters. */
  let memories: Array<Float64Array> = []
  return {
    step: (parameters, gradients) => {
      const rate = rateAt(course, taken++)
      meanLeft *= MEAN_KEPT
      squareLeft *= SQUARE_KEPT
      if (memories.length === 0) {
        memories = parameters.flatMap(({ length }) => [new Float64Array(length), new Float64Array(length)])
      }
      for (const [index, values] of parameters.entries()) {
        const [gradient, mean, square] = [gradients[index]!, memories[2 * index]!, memories[2 * index + 1]!]
        for (let at = 0; at < values.length; at++) {
          const slope = gradient[at]!
          mean[at] = MEAN_KEPT * mean[at]! + (1 - MEAN_KEPT) * slope
          square[at] = SQUARE_KEPT * square[at]! + (1 - SQUARE_KEPT) * slope * slope
          const size = Math.sqrt(square[at]! / (1 - squareLeft)) + FLOOR
          values[at]! -= (rate * mean[at]!) / (1 - meanLeft) / size
        }
      }
    },
    state: () => [Float64Array.of(taken, meanLeft, squareLeft), ...memories.map((memory) => memory.slice())],
    load: ([scalars, ...others]) => {
      ;[taken, meanLeft, squareLeft] = [scalars![0]!, scalars![1]!, scalars![2]!]
      memories = others.map((memory) => memory.slice())
    }
  }
}
