/**
 * min μ (Q(W) + λ ‖W‖₁) + h_s(W ∘ W) for a sequence of falling μ, by Adam from the minimum before, with h_s = d log s − log det (s I − W ∘ W).
 *
 * h_s is ∞ at the border of the matrices whose W ∘ W has a spectral radius below s: a step across it is halved until it stays inside, or,
 * where the path leads along a narrow border, the stage begins again at half the rate with s + 0.1. Source: Bello, Aragam and
 * Ravikumar, DAGMA, NeurIPS 2022 (arXiv 2209.08037), algorithms 1 and 2, as its code has them; the diagonal of W takes part.
 */
import type { Model, Table } from "athanor/stage"
import { float64 } from "../math/float64.ts"
import { Adam } from "./Adam.ts"
import { type Acyclicity, ofSquares } from "./acyclicity/Acyclicity.ts"
import { logDeterminant } from "./acyclicity/log-determinant.ts"
import { Course } from "./Course.ts"
import type { Method } from "./continuous.ts"
import type { Loss } from "./loss/Loss.ts"
import { sign } from "./sign.ts"

export interface PathSettings {
  readonly d: number
  readonly loss: Loss
  /** Of a gradient of it. */
  readonly lossFlops: number
  readonly lambda1: number
  /** s of each stage. */
  readonly radii: ReadonlyArray<number>
  /** Of the first stage. */
  readonly mu: number
  /** μ of a stage over that of the one before. */
  readonly shrink: number
  readonly rate: number
  /** Most steps of each stage but the last, and of the last. */
  readonly warmSteps: number
  readonly lastSteps: number
  /** A stage ends where the objective changes by this share or less between two looks. */
  readonly tolerance: number
  /** Steps between two looks. */
  readonly every: number
}

const BETAS = { mean: 0.99, square: 0.999 }

/** In domains that are narrower a step is not halved: the stage begins anew in a wider one. */
const NARROW = 0.9
const WIDENING = 0.1

/** At smaller rates nothing moves, and the stage ends. */
const LEAST_RATE = 1e-16

export class CentralPath implements Method {
  readonly d: number
  private readonly settings: PathSettings
  private readonly adam: Adam
  private readonly w: Float64Array
  /** W where the stage began. */
  private readonly begin: Float64Array
  private readonly direction: Float64Array
  private readonly gradient: Float64Array
  private readonly slope: Float64Array
  private readonly table: Course<"steps" | "stage" | "mu" | "s" | "h" | "loss">
  private acyclicity: Acyclicity
  private stage = 0
  private mu: number
  private s: number
  /** At which the stage began, and what halvings have left of it. */
  private firstRate: number
  private rate: number
  /** At the last look. */
  private objective = 1e16
  private taken = 0

  constructor(settings: PathSettings, from?: { readonly state: Model; readonly course: Table }) {
    const { d } = settings
    this.d = d
    this.settings = settings
    this.mu = settings.mu
    this.s = settings.radii[0]!
    this.rate = settings.rate
    this.firstRate = settings.rate
    this.adam = new Adam(d * d, BETAS)
    const array = () => new Float64Array(d * d)
    ;[this.w, this.begin, this.direction, this.gradient, this.slope] = [array(), array(), array(), array(), array()]
    this.table = new Course(["steps", "stage", "mu", "s", "h", "loss"], from?.course)
    if (from !== undefined) this.resume(from.state)
    this.acyclicity = ofSquares(logDeterminant(d, this.s), d)
  }

  get steps(): number {
    return this.taken
  }

  /** A loss and an inverse for each step. */
  get flops(): number {
    return this.taken * (this.settings.lossFlops + 2 * this.d * this.d * this.d)
  }

  get isDone(): boolean {
    return this.stage >= this.settings.radii.length
  }

  /** Steps from the beginning to the end, if each stage that is left takes all that it may. */
  get total(): number {
    const { radii, warmSteps, lastSteps } = this.settings
    if (this.isDone) return this.taken
    const later = radii.length - 1 - this.stage
    return this.taken + later * warmSteps + lastSteps - this.adam.steps
  }

  step(): void {
    if (this.isDone) return
    this.taken++
    if (!this.enter()) return
    const { w, gradient, slope, mu, settings, adam } = this
    settings.loss(w, gradient)
    for (let i = 0; i < w.length; i++) {
      gradient[i] = mu * (gradient[i]! + settings.lambda1 * sign(w[i]!)) + slope[i]!
    }
    adam.step(w, gradient, this.rate, this.direction)
    const isLast = adam.steps === (this.stage === settings.radii.length - 1 ? settings.lastSteps : settings.warmSteps)
    if (isLast || adam.steps % settings.every === 0) this.look(isLast)
  }

  weights(): Float64Array {
    return this.w.slice()
  }

  course(): Table {
    return this.table.toTable()
  }

  metrics(): { readonly loss: number; readonly h: number } {
    return { loss: this.settings.loss(this.w, this.gradient), h: this.acyclicity(this.w, this.slope) }
  }

  /** Goes back into the domain, and has the gradient of h there; `false` when the stage begins anew or ends instead. */
  private enter(): boolean {
    const { w, direction, slope } = this
    while (this.acyclicity(w, slope) === Number.POSITIVE_INFINITY) {
      if (this.adam.steps === 0 || this.s <= NARROW) {
        w.set(this.begin)
        this.beginStage(this.s + WIDENING, this.firstRate / 2)
        return false
      }
      for (let i = 0; i < w.length; i++) w[i]! += this.rate * direction[i]!
      this.rate /= 2
      if (this.rate <= LEAST_RATE) {
        this.endStage()
        return false
      }
      for (let i = 0; i < w.length; i++) w[i]! -= this.rate * direction[i]!
    }
    return true
  }

  private look(isLast: boolean): void {
    const { w, mu, s, settings, stage } = this
    const { loss, h } = this.metrics()
    const value = mu * (loss + settings.lambda1 * w.reduce((sum, weight) => sum + Math.abs(weight), 0)) + h
    const change = Math.abs((this.objective - value) / this.objective)
    this.objective = value
    this.table.add({ steps: this.taken, stage, mu, s, h, loss })
    if (isLast || change <= settings.tolerance) this.endStage()
  }

  private endStage(): void {
    this.begin.set(this.w)
    this.stage++
    this.mu *= this.settings.shrink
    if (!this.isDone) this.beginStage(this.settings.radii[this.stage]!, this.settings.rate)
  }

  private beginStage(s: number, rate: number): void {
    this.s = s
    this.rate = rate
    this.firstRate = rate
    this.objective = 1e16
    this.adam.reset()
    this.acyclicity = ofSquares(logDeterminant(this.d, s), this.d)
  }

  /** All that the next step depends on. */
  state(): Model {
    const { d, w, begin, direction, adam, stage, mu, s, rate, firstRate, objective, taken } = this
    const numbers = Float64Array.of(stage, mu, s, rate, firstRate, objective, taken, adam.steps)
    const square = (data: Float64Array) => ({ shape: [d, d], data: data.slice() })
    return {
      tensors: {
        w: square(w),
        begin: square(begin),
        direction: square(direction),
        means: square(adam.means),
        squares: square(adam.squares),
        numbers: { shape: [numbers.length], data: numbers }
      },
      metadata: {}
    }
  }

  private resume({ tensors }: Model): void {
    const values = (name: string): Float64Array => float64(tensors[name]!)
    for (const name of ["w", "begin", "direction"] as const) this[name].set(values(name))
    const [stage, mu, s, rate, firstRate, objective, taken, steps] = [...values("numbers")] as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number
    ]
    Object.assign(this, { stage, mu, s, rate, firstRate, objective, taken })
    this.adam.resume(steps, values("means"), values("squares"))
  }
}
