/** Training of a network by gradient steps on its own objective, from one random start. */
import { stream } from "../math/random/Philox.ts"
import type { Attack } from "./adversary.ts"
import type { Loss } from "./losses.ts"
import { ReluBatch } from "./ReluBatch.ts"
import { objectiveOf, penaltyOf, type ReluNetwork } from "./ReluNetwork.ts"
import type { StepRule } from "./step-rules.ts"
import type { Examples, Points } from "./tensors.ts"

export interface DescentSettings {
  readonly loss: Loss
  readonly beta: number
  readonly width: number
  readonly seed: number
  /** Points of a step; all of them where it is no less than their number. */
  readonly batch: number
  readonly rule: StepRule
  /** Moves the points of a batch before a step, counted from 0; after the last one it is what the objective is measured under. */
  readonly attackAt?: ((step: number) => Attack) | undefined
}

/** All that there is after a step: what is random is so by the number of the step. */
export interface DescentState {
  readonly weights: Float64Array
  readonly alpha: Float64Array
  /** Of the rule. */
  readonly rule: ReadonlyArray<Float64Array>
}

/**
 * The objective is that of the convex program, L + (β/2) Σ (‖uⱼ‖² + αⱼ²). A minibatch stands for all points: its loss counts n / batch times.
 */
export class DescentCourse {
  private readonly examples: Examples
  private readonly settings: DescentSettings
  private readonly batch: ReluBatch
  private readonly clean: Float64Array
  private readonly targets: Float64Array
  private taken = 0
  /** A random order of all points, and the epoch that it is for. */
  private order = new Int32Array()
  private epoch = -1

  constructor(examples: Examples, settings: DescentSettings) {
    this.examples = examples
    this.settings = settings
    const size = Math.min(settings.batch, examples.x.count)
    this.batch = new ReluBatch(size, initialNetwork(examples.x, settings))
    this.clean = examples.x.data.slice(0, size * examples.x.dimension)
    this.targets = examples.y.slice(0, size)
    this.batch.points.set(this.clean)
  }

  get network(): ReluNetwork {
    return this.batch.network
  }

  /** Of all points, moved where there is an attack. */
  get objective(): number {
    const { examples, network, settings } = this
    const { attackAt, beta, loss } = settings
    if (attackAt === undefined) return objectiveOf(network, examples, beta, loss)
    const all = ReluBatch.of(examples.x, network)
    attackAt(this.taken)(all, examples.x.data, examples.y)
    return loss.value(all.forward(), examples.y) + beta * penaltyOf(network)
  }

  step(): void {
    const { batch, clean, examples, settings, targets } = this
    const { beta, loss, rule } = settings
    if (batch.count < examples.x.count) this.drawBatch()
    settings.attackAt?.(this.taken)(batch, clean, targets)
    const share = examples.x.count / batch.count
    batch.backward(loss.multipliers(batch.forward(), targets).map((multiplier) => -share * multiplier))
    const { alpha, alphaGradient, weights, weightGradient } = batch
    for (let at = 0; at < weights.length; at++) weightGradient[at]! += beta * weights[at]!
    for (let j = 0; j < alpha.length; j++) alphaGradient[j]! += beta * alpha[j]!
    rule.step([weights, alpha], [weightGradient, alphaGradient])
    this.taken++
  }

  state(): DescentState {
    const { weights, alpha } = this.batch.network
    return { weights, alpha, rule: this.settings.rule.state() }
  }

  /** Goes on from the state of another one with the same settings, after so many steps. */
  load({ weights, alpha, rule }: DescentState, taken: number): void {
    this.batch.weights.set(weights)
    this.batch.alpha.set(alpha)
    this.settings.rule.load(rule)
    this.taken = taken
  }

  /** The next points of a random order of all; what is left of one when a whole batch is not, is left out. */
  private drawBatch(): void {
    const { batch, clean, examples, targets } = this
    const { count, data, dimension: d } = examples.x
    const perEpoch = Math.floor(count / batch.count)
    const epoch = Math.floor(this.taken / perEpoch)
    if (epoch !== this.epoch) {
      this.order = Int32Array.from(stream(this.settings.seed, `convex/descent epoch ${epoch}`).permutation(count))
      this.epoch = epoch
    }
    const first = (this.taken % perEpoch) * batch.count
    for (let i = 0; i < batch.count; i++) {
      const from = this.order[first + i]!
      clean.set(data.subarray(from * d, (from + 1) * d), i * d)
      targets[i] = examples.y[from]!
    }
    batch.points.set(clean)
  }
}

/** Weights from N(0, 1/dimension) and α from N(0, 1/width). */
const initialNetwork = ({ dimension }: Points, { seed, width }: DescentSettings): ReluNetwork => {
  const draws = stream(seed, "convex/descent weights")
  return {
    neurons: width,
    inputs: dimension,
    weights: draws.normals(width * dimension).map((normal) => normal / Math.sqrt(dimension)),
    alpha: draws.normals(width).map((normal) => normal / Math.sqrt(width))
  }
}
