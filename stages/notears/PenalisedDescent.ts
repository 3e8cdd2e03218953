/**
 * Steps of Adam on L(W) + λ₁ ‖W‖₁ + λ₂ h(W) with acyclicity as a soft penalty, the diagonal being 0.
 *
 * Source: Ng, Ghassami and Zhang, GOLEM, NeurIPS 2020 (arXiv 2006.10201), section 4, and its code.
 */
import type { Model, Table } from "athanor/stage"
import { float64 } from "../math/float64.ts"
import { Adam } from "./Adam.ts"
import type { Acyclicity } from "./acyclicity/Acyclicity.ts"
import { Course } from "./Course.ts"
import type { Method } from "./continuous.ts"
import type { Loss } from "./loss/Loss.ts"
import { sign } from "./sign.ts"

export interface PenalisedProblem {
  readonly d: number
  readonly loss: Loss
  readonly acyclicity: Acyclicity
  readonly lambda1: number
  readonly lambda2: number
  readonly rate: number
  readonly steps: number
  /** Steps between two rows of the course. */
  readonly every: number
}

const BETAS = { mean: 0.9, square: 0.999 }

export class PenalisedDescent implements Method {
  readonly d: number
  readonly total: number
  private readonly problem: PenalisedProblem
  private readonly adam: Adam
  private readonly w: Float64Array
  private readonly gradient: Float64Array
  private readonly slope: Float64Array
  private readonly direction: Float64Array
  private readonly table: Course<"steps" | "loss" | "h">

  /** Begins at W of `initial`, or where a checkpoint ends. */
  constructor(
    problem: PenalisedProblem,
    initial: Float64Array,
    from?: { readonly state: Model; readonly course: Table }
  ) {
    const { d } = problem
    this.d = d
    this.total = problem.steps
    this.problem = problem
    this.adam = new Adam(d * d, BETAS)
    this.w = initial.slice()
    ;[this.gradient, this.slope, this.direction] = [initial.slice(), initial.slice(), initial.slice()]
    this.table = new Course(["steps", "loss", "h"], from?.course)
    if (from !== undefined) this.resume(from.state)
  }

  get steps(): number {
    return this.adam.steps
  }

  /** For each step a product, an inverse from triangular factors, and an exponential of some ten products. */
  get flops(): number {
    return this.steps * 25 * this.d * this.d * this.d
  }

  get isDone(): boolean {
    return this.steps >= this.total
  }

  step(): void {
    const { problem, w, gradient, slope, d } = this
    const [loss, h] = [problem.loss(w, gradient), problem.acyclicity(w, slope)]
    if (this.steps % problem.every === 0) this.table.add({ steps: this.steps, loss, h })
    for (let i = 0; i < w.length; i++) {
      gradient[i]! += problem.lambda1 * sign(w[i]!) + problem.lambda2 * slope[i]!
    }
    for (let i = 0; i < d; i++) gradient[i * (d + 1)] = 0
    this.adam.step(w, gradient, problem.rate, this.direction)
  }

  weights(): Float64Array {
    return this.w.slice()
  }

  course(): Table {
    return this.table.toTable()
  }

  metrics(): { readonly loss: number; readonly h: number } {
    return { loss: this.problem.loss(this.w, this.gradient), h: this.problem.acyclicity(this.w, this.slope) }
  }

  state(): Model {
    const square = (data: Float64Array) => ({ shape: [this.d, this.d], data: data.slice() })
    const { w, adam } = this
    const tensors = { w: square(w), means: square(adam.means), squares: square(adam.squares) }
    return { tensors: { ...tensors, steps: { shape: [1], data: Float64Array.of(adam.steps) } }, metadata: {} }
  }

  private resume({ tensors }: Model): void {
    this.w.set(float64(tensors["w"]!))
    const steps = float64(tensors["steps"]!)[0]!
    this.adam.resume(steps, float64(tensors["means"]!), float64(tensors["squares"]!))
  }
}
