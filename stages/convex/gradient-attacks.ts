/**
 * Perturbations of points that follow the gradient of the loss, within |δ_l| ≤ radii_l.
 *
 * Sources: Goodfellow, Shlens, Szegedy, ICLR 2015, for the fast gradient sign method (FGSM); Madry et al., ICLR 2018, for projected gradient
 * descent (PGD).
 */
import type { ReluBatch } from "./ReluBatch.ts"

/** In which direction of its output a point is attacked: that in which the loss grows. */
export type Sides = (outputs: Float64Array) => Float64Array

/** Labels −1 and 1 are attacked from their own side. */
export const againstLabels =
  (labels: Float64Array): Sides =>
  () =>
    labels.map((label) => -label)

/** Targets of the squared loss are left behind on the side where the output is. */
export const awayFrom =
  (targets: Float64Array): Sides =>
  (outputs) =>
    targets.map((target, i) => (outputs[i]! >= target ? 1 : -1))

/** Moves the points of the batch, which has gone `forward` at `clean`, by one step to the edge along the signs of their gradients. */
export const fastGradientSign = (batch: ReluBatch, clean: Float64Array, radii: Float64Array, sides: Sides): void => {
  batch.points.set(clean)
  ascend(batch, sides(batch.forward()), radii, 1)
}

export interface Descent {
  readonly steps: number
  /** The length of a step over the radius, 2.5 / steps by default: so a point can reach the edge from anywhere. */
  readonly stride?: number
}

/** Moves the points of the batch, from where they are, by steps along the signs of their gradients, each projected on the box about `clean`. */
export const projectedGradient = (
  batch: ReluBatch,
  clean: Float64Array,
  radii: Float64Array,
  sides: Sides,
  { steps, stride = 2.5 / steps }: Descent,
  look: () => void = () => {}
): void => {
  for (let step = 0; step < steps; step++) {
    ascend(batch, sides(batch.forward()), radii, stride)
    project(batch.points, clean, radii)
    look()
  }
}

/** x += stride · radii · sign(side ∇f). */
const ascend = (batch: ReluBatch, sides: Float64Array, radii: Float64Array, stride: number): void => {
  const gradient = batch.inputBackward(sides)
  const { points, count, inputs } = batch
  for (let i = 0, at = 0; i < count; i++) {
    for (let l = 0; l < inputs; l++, at++) points[at]! += stride * radii[l]! * Math.sign(gradient[at]!)
  }
}

const project = (points: Float64Array, clean: Float64Array, radii: Float64Array): void => {
  for (let at = 0; at < points.length; at++) {
    const radius = radii[at % radii.length]!
    points[at] = Math.min(clean[at]! + radius, Math.max(clean[at]! - radius, points[at]!))
  }
}

/** Moves the points to anywhere in the box about `clean`, by uniform numbers in (0, 1), one for each coordinate. */
export const scatter = (batch: ReluBatch, clean: Float64Array, radii: Float64Array, uniforms: Float64Array): void => {
  for (let at = 0; at < clean.length; at++) {
    batch.points[at] = clean[at]! + (2 * uniforms[at]! - 1) * radii[at % radii.length]!
  }
}
