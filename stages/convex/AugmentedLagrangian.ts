/**
 * The convex program with the squared loss, its cones as an augmented Lagrangian, by accelerated proximal gradients.
 *
 *   ½ ‖F u − y‖² + β Σ ‖u_b‖ + (δ/2) Σ (γ/δ − G u)₊²,  then  γ ← (γ − δ G u)₊
 *
 * Blocks b are those of v, then those of w, one for each pattern: 2 P rows of d. Sources: Mishkin, Sahiner, Pilanci, ICML 2022, section 5 (the package
 * scnn); Beck and Teboulle, SIAM J. Imaging Sci. 2 (2009); O'Donoghue and Candès (2015) for the restarts.
 */
import { multiply } from "../math/linear/Gemm.ts"
import { difference, dot, length } from "../math/linear/Vector.ts"
import type { Patterns } from "./ActivationPatterns.ts"
import { networkOf, type ReluNetwork } from "./ReluNetwork.ts"
import type { Examples } from "./tensors.ts"

export interface AugmentedLagrangianOptions {
  readonly beta: number
  /** δ at the start; it doubles where the violation of the cones has not halved. */
  readonly penalty: number
  /** Steps between two changes of γ at most. */
  readonly inner: number
  /** Of a proximal gradient, at which γ changes. */
  readonly tolerance: number
}

/** All that there is after a step. */
export interface AugmentedLagrangianState {
  readonly rounds: number
  readonly momentum: number
  readonly stride: number
  readonly innerSteps: number
  readonly delta: number
  /** Of the cones when γ last changed; infinite before. */
  readonly lastViolation: number
  readonly u: Float64Array
  readonly ahead: Float64Array
  readonly gamma: Float64Array
}

/** Value and gradient of what is smooth, at some blocks. */
interface SmoothPart {
  readonly value: number
  readonly gradient: Float64Array
}

export class AugmentedLagrangian {
  /** Changes of γ so far. */
  rounds = 0
  private readonly examples: Examples
  private readonly patterns: Patterns
  private readonly options: AugmentedLagrangianOptions
  /** The blocks, and where the next step starts. */
  private u: Float64Array
  private ahead: Float64Array
  private momentum = 1
  private stride = 1
  private innerSteps = 0
  /** Of the cones: points × blocks. */
  private gamma: Float64Array
  /** 1 where the pattern of a block is on at a point, −1 where it is off; and what X u_b counts there in the output, ±1 or 0: points × blocks. */
  private readonly states: Float64Array
  private readonly shares: Float64Array
  private delta: number
  private lastViolation = Number.POSITIVE_INFINITY

  constructor(examples: Examples, patterns: Patterns, options: AugmentedLagrangianOptions) {
    this.examples = examples
    this.patterns = patterns
    this.options = options
    this.u = new Float64Array(2 * patterns.count * examples.x.dimension)
    this.ahead = this.u
    this.gamma = new Float64Array(examples.x.count * 2 * patterns.count)
    this.delta = options.penalty
    const { active, count } = patterns
    const activeAt = (at: number): number => active[Math.floor(at / (2 * count)) * count + (at % count)]!
    this.states = this.gamma.map((_, at) => (activeAt(at) === 1 ? 1 : -1))
    this.shares = this.gamma.map((_, at) => activeAt(at) * this.signOf(at % (2 * count)))
  }

  state(): AugmentedLagrangianState {
    const { rounds, momentum, stride, innerSteps, delta, lastViolation, u, ahead, gamma } = this
    return { rounds, momentum, stride, innerSteps, delta, lastViolation, u, ahead, gamma: gamma.slice() }
  }

  /** Goes on from the state of another one over the same examples and patterns. */
  load(state: AugmentedLagrangianState): void {
    ;[this.rounds, this.innerSteps, this.momentum] = [state.rounds, state.innerSteps, state.momentum]
    ;[this.stride, this.delta, this.lastViolation] = [state.stride, state.delta, state.lastViolation]
    ;[this.u, this.ahead, this.gamma] = [state.u, state.ahead, state.gamma.slice()]
  }

  get network(): ReluNetwork {
    const { dimension } = this.examples.x
    const signs = Array.from({ length: 2 * this.patterns.count }, (_, b) => this.signOf(b))
    return networkOf({ dimension, vectors: this.u, signs })
  }

  /** ½ ‖F u − y‖² + β Σ ‖u_b‖ of the blocks as they are, in their cones or not. */
  get value(): number {
    return this.fit(this.sums(this.u)).loss + this.options.beta * this.norms()
  }

  /** y − F u. */
  get multipliers(): Float64Array {
    return this.fit(this.sums(this.u)).residual.map((element) => -element)
  }

  /** How far −G u is above 0 at most. */
  get violation(): number {
    let most = 0
    const sums = this.sums(this.u)
    for (let at = 0; at < sums.length; at++) most = Math.max(most, -this.states[at]! * sums[at]!)
    return most
  }

  /** One proximal gradient step, and a change of γ where the inner problem is solved. */
  step(): void {
    const { ahead, options, u } = this
    const { value, gradient } = this.smoothPart(ahead)
    let next = u
    let moved = u
    this.stride *= 1.25
    for (let isFound = false; !isFound; ) {
      const t = this.stride
      next = this.shrunk(
        ahead.map((element, at) => element - t * gradient[at]!),
        t
      )
      moved = difference(next, ahead)
      const bound = value + dot(gradient, moved) + dot(moved, moved) / (2 * t)
      isFound = this.smoothValue(next) <= bound + 1e-14 * Math.abs(bound)
      if (!isFound) this.stride /= 2
    }
    this.accelerate(next, moved)
    this.innerSteps++
    if (length(moved) <= options.tolerance * this.stride || this.innerSteps >= options.inner) this.changeGamma()
  }

  private accelerate(next: Float64Array, moved: Float64Array): void {
    const step = difference(next, this.u)
    // Where the momentum leads uphill it begins anew.
    if (dot(moved, step) < 0) this.momentum = 1
    const momentum = (1 + Math.sqrt(1 + 4 * this.momentum * this.momentum)) / 2
    const factor = (this.momentum - 1) / momentum
    this.ahead = next.map((element, at) => element + factor * step[at]!)
    this.momentum = momentum
    this.u = next
  }

  private changeGamma(): void {
    const sums = this.sums(this.u)
    for (let at = 0; at < sums.length; at++) {
      this.gamma[at] = Math.max(0, this.gamma[at]! - this.delta * this.states[at]! * sums[at]!)
    }
    const violation = this.violation
    if (violation > this.lastViolation / 2) this.delta *= 2
    this.lastViolation = violation
    this.ahead = this.u
    ;[this.momentum, this.innerSteps] = [1, 0]
    this.rounds++
  }

  /** X u_b: points × blocks. */
  private sums(u: Float64Array): Float64Array {
    const { data, count, dimension } = this.examples.x
    return multiply(data, u, count, 2 * this.patterns.count, dimension, { transposeB: true })
  }

  private signOf(b: number): 1 | -1 {
    return b < this.patterns.count ? 1 : -1
  }

  /** F u − y, and half of its square. */
  private fit(sums: Float64Array): { readonly residual: Float64Array; readonly loss: number } {
    const residual = this.examples.y.map((target) => -target)
    const blocks = 2 * this.patterns.count
    for (let i = 0, at = 0; i < residual.length; i++) {
      let sum = residual[i]!
      for (const end = at + blocks; at < end; at++) sum += this.shares[at]! * sums[at]!
      residual[i] = sum
    }
    return { residual, loss: dot(residual, residual) / 2 }
  }

  private smoothValue(u: Float64Array): number {
    const { delta, gamma, states } = this
    const sums = this.sums(u)
    let penalty = 0
    for (let at = 0; at < sums.length; at++) {
      const short = Math.max(0, gamma[at]! - delta * states[at]! * sums[at]!)
      penalty += short * short
    }
    return this.fit(sums).loss + penalty / (2 * this.delta)
  }

  private smoothPart(u: Float64Array): SmoothPart {
    const { data, count, dimension } = this.examples.x
    const { delta, gamma, shares, states } = this
    const [sums, blocks] = [this.sums(u), 2 * this.patterns.count]
    const { loss, residual } = this.fit(sums)
    const slopes = new Float64Array(sums.length)
    let penalty = 0
    for (let i = 0, at = 0; i < count; i++) {
      for (const end = at + blocks; at < end; at++) {
        const short = Math.max(0, gamma[at]! - delta * states[at]! * sums[at]!)
        penalty += short * short
        slopes[at] = shares[at]! * residual[i]! - states[at]! * short
      }
    }
    const gradient = multiply(slopes, data, blocks, dimension, count, { transposeA: true })
    return { value: loss + penalty / (2 * this.delta), gradient }
  }

  /** The proximal point of t β Σ ‖u_b‖. */
  private shrunk(u: Float64Array, t: number): Float64Array {
    const { dimension } = this.examples.x
    for (let from = 0; from < u.length; from += dimension) {
      const block = u.subarray(from, from + dimension)
      const size = length(block)
      const kept = size > 0 ? Math.max(0, 1 - (t * this.options.beta) / size) : 0
      for (let l = 0; l < dimension; l++) block[l]! *= kept
    }
    return u
  }

  private norms(): number {
    const { dimension } = this.examples.x
    let sum = 0
    for (let from = 0; from < this.u.length; from += dimension) sum += length(this.u.subarray(from, from + dimension))
    return sum
  }
}
