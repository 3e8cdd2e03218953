/** What an adversary does to the points of a batch, as training and evaluation name it. */
import type { RandomSource } from "../math/random/RandomSource.ts"
import {
  againstLabels,
  awayFrom,
  fastGradientSign,
  projectedGradient,
  type Sides,
  scatter
} from "./gradient-attacks.ts"
import type { LossName } from "./loss-named.ts"
import type { ReluBatch } from "./ReluBatch.ts"

/** Moves the points of a batch from where they are clean, to raise the loss of these targets. */
export type Attack = (batch: ReluBatch, clean: Float64Array, targets: Float64Array) => void

export interface AttackSettings {
  readonly loss: LossName
  readonly radii: Float64Array
  /** Of projected gradient descent. */
  readonly steps: number
  /** Of its random starts. */
  readonly draws: RandomSource
}

export const sidesFor = (loss: LossName, targets: Float64Array): Sides =>
  loss === "squared" ? awayFrom(targets) : againstLabels(targets)

/** FGSM: one step to the edge. */
export const fgsm =
  ({ loss, radii }: AttackSettings): Attack =>
  (batch, clean, targets) =>
    fastGradientSign(batch, clean, radii, sidesFor(loss, targets))

/** PGD from a random start. */
export const pgd =
  ({ loss, radii, steps, draws }: AttackSettings): Attack =>
  (batch, clean, targets) => {
    scatter(batch, clean, radii, draws.uniforms(clean.length))
    projectedGradient(batch, clean, radii, sidesFor(loss, targets), { steps })
  }
