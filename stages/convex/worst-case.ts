/**
 * How large the output of a network can become when a point may be moved within a box: values that are reached, and bounds that are proved.
 *
 * In a box each neuron is on, off, or either; those of the last kind lie between straight lines, so that the whole is bounded by a linear function.
 * Halving boxes closes what is left between both. Sources: Zhang et al., Efficient Neural Network Robustness Certification with General Activation
 * Functions, NeurIPS 2018, for the lines; Bunel et al., Branch and Bound for Piecewise Linear Neural Network Verification, JMLR 21 (2020).
 */
import type { ReluNetwork } from "./ReluNetwork.ts"

export interface WorstCase {
  /** The largest value of side · f that was met, and where. */
  readonly reached: number
  readonly at: Float64Array
  /** No point of the box has more, up to rounding. */
  readonly bound: number
}

interface Box {
  readonly centre: Float64Array
  readonly radii: Float64Array
  readonly bound: number
  /** The corner at which the linear function is largest. */
  readonly corner: Float64Array
}

/** What may be left between both, relative. */
const CLOSED = 1e-12

/**
 * The largest side · f(x + δ), |δ_l| ≤ radii_l, looked for in up to `boxes` boxes; of one both are equal where no neuron changes its state.
 *
 * Cost: neurons · dimension operations a box.
 */
export const worstCase = (
  network: ReluNetwork,
  centre: Float64Array,
  radii: Float64Array,
  side: 1 | -1,
  boxes: number
): WorstCase => {
  let best = { reached: side * outputAt(network, centre), at: centre }
  const look = (box: Box): Box => {
    const reached = side * outputAt(network, box.corner)
    if (reached > best.reached) best = { reached, at: box.corner }
    return box
  }
  const open = [look(bounded(network, centre, radii, side))]
  for (let looked = 1; looked + 1 < boxes; looked += 2) {
    const at = largestOf(open)
    const box = open[at]!
    if (box.bound <= best.reached + CLOSED * Math.abs(best.reached)) break
    const [low, high] = halves(network, box, side)
    open[at] = look(low)
    open.push(look(high))
  }
  return { ...best, bound: open[largestOf(open)]!.bound }
}

const largestOf = (boxes: ReadonlyArray<Box>): number => {
  let largest = 0
  for (let i = 1; i < boxes.length; i++) if (boxes[i]!.bound > boxes[largest]!.bound) largest = i
  return largest
}

export const outputAt = ({ neurons, inputs, weights, alpha }: ReluNetwork, point: Float64Array): number => {
  let output = 0
  for (let j = 0; j < neurons; j++) {
    let sum = 0
    for (let l = 0; l < inputs; l++) sum += weights[j * inputs + l]! * point[l]!
    if (sum > 0) output += alpha[j]! * sum
  }
  return output
}

/** A box with the linear function above side · f in it: its largest value, and the corner where that is. */
const bounded = (network: ReluNetwork, centre: Float64Array, radii: Float64Array, side: 1 | -1): Box => {
  const { neurons, inputs, weights, alpha } = network
  const slopes = new Float64Array(inputs)
  let bound = 0
  for (let j = 0; j < neurons; j++) {
    let [sum, reach] = [0, 0]
    for (let l = 0; l < inputs; l++) {
      const weight = weights[j * inputs + l]!
      sum += weight * centre[l]!
      reach += Math.abs(weight) * radii[l]!
    }
    const factor = side * alpha[j]!
    const { slope, value } = lineFor(factor, sum, reach)
    bound += factor * value
    if (slope === 0) continue
    for (let l = 0; l < inputs; l++) slopes[l]! += factor * slope * weights[j * inputs + l]!
  }
  const corner = centre.map((coordinate, l) => coordinate + Math.sign(slopes[l]!) * radii[l]!)
  for (let l = 0; l < inputs; l++) bound += Math.abs(slopes[l]!) * radii[l]!
  return { centre, radii, bound, corner }
}

/** The line above (factor > 0) or below max(0, z) for |z − sum| ≤ reach: its slope, and its value at the centre. */
const lineFor = (factor: number, sum: number, reach: number): { readonly slope: number; readonly value: number } => {
  if (sum + reach <= 0) return { slope: 0, value: 0 }
  if (sum - reach >= 0) return { slope: 1, value: sum }
  if (factor > 0) {
    const slope = (sum + reach) / (2 * reach)
    return { slope, value: slope * reach }
  }
  return sum > 0 ? { slope: 1, value: sum } : { slope: 0, value: 0 }
}

/** The halves of a box along the coordinate that moves the neurons of either state most. */
const halves = (network: ReluNetwork, { centre, radii }: Box, side: 1 | -1): readonly [Box, Box] => {
  const { neurons, inputs, weights, alpha } = network
  const moves = new Float64Array(inputs)
  for (let j = 0; j < neurons; j++) {
    let [sum, reach] = [0, 0]
    for (let l = 0; l < inputs; l++) {
      sum += weights[j * inputs + l]! * centre[l]!
      reach += Math.abs(weights[j * inputs + l]!) * radii[l]!
    }
    if (Math.abs(sum) >= reach) continue
    for (let l = 0; l < inputs; l++) moves[l]! += Math.abs(alpha[j]! * weights[j * inputs + l]!) * radii[l]!
  }
  const along = moves.reduce((most, move, l) => (move > moves[most]! ? l : most), 0)
  const half = radii.map((radius, l) => (l === along ? radius / 2 : radius))
  const at = (sign: number): Float64Array => centre.map((c, l) => (l === along ? c + (sign * radii[l]!) / 2 : c))
  return [bounded(network, at(-1), half, side), bounded(network, at(1), half, side)]
}
