/** The loss of a network whose points are moved against it: what attacks reach, and what none exceeds. */
import type { LossName } from "./loss-named.ts"
import type { ReluNetwork } from "./ReluNetwork.ts"
import type { Examples } from "./tensors.ts"
import { worstCase } from "./worst-case.ts"

/** Outputs of all points, each moved within its box so that its loss becomes large. */
export interface WorstOutputs {
  /** That a point of the box has. */
  readonly reached: Float64Array
  /** Beyond which none goes, where the loss grows. */
  readonly bound: Float64Array
}

/** The worst outputs that are found in, and proved of, up to `boxes` parts of each box; `look` is to be called for each point once. */
export const worstOutputs = (
  network: ReluNetwork,
  { x, y }: Examples,
  radii: Float64Array,
  loss: LossName,
  boxes: number
): WorstOutputs & { readonly look: (point: number) => void } => {
  const [reached, bound] = [new Float64Array(x.count), new Float64Array(x.count)]
  const look = (i: number): void => {
    const point = x.data.slice(i * x.dimension, (i + 1) * x.dimension)
    const target = y[i]!
    for (const [index, side] of sidesOf(loss, target).entries()) {
      const worst = worstCase(network, point, radii, side, boxes)
      // Of the two sides of a target that is to be met, the one farther from it counts.
      const isFarther = (found: number, other: number) =>
        index === 0 || Math.abs(found - target) > Math.abs(other - target)
      if (isFarther(side * worst.reached, reached[i]!)) reached[i] = side * worst.reached
      if (isFarther(side * worst.bound, bound[i]!)) bound[i] = side * worst.bound
    }
  }
  return { reached, bound, look }
}

const sidesOf = (loss: LossName, target: number): ReadonlyArray<1 | -1> =>
  loss === "squared" ? [1, -1] : [target > 0 ? -1 : 1]
