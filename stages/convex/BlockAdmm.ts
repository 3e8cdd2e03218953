/**
 * ADMM for any convex loss that has a proximal map, whose first step goes over the blocks one by one in random order.
 *
 *   min L(f, y) + β Σ ‖v_b‖  subject to  u = v,  G u = s ≥ 0,  F u = f
 *
 * with scaled duals λ, ν and μ. Outputs have a copy f of their own, as blocks and slacks have: so the loss is met by its proximal map, kinks and all, and
 * what a block is solved for is a square, whose curvature I + Xᵀ X + Xᵀ D_b X is at most H = I + 2 Xᵀ X. A step by H⁻¹ never overshoots, and one factor
 * of H serves all blocks. Blocks b are those of v, then those of w, one for each pattern: rows of arrays 2 P × d and 2 P × n, slacks and their duals with
 * the signs of the pattern taken off, as X u has them.
 *
 * Source: Bai, Gautam and Sojoudi, SIAM J. Math. Data Sci. 2023, section 3.3, where the gradient of the loss is followed instead; over-relaxation: Boyd
 * et al., Distributed Optimization (2011), section 3.4.3.
 */
import * as Cholesky from "../math/linear/Cholesky.ts"
import { multiply } from "../math/linear/Gemm.ts"
import { length } from "../math/linear/Vector.ts"
import { stream } from "../math/random/Philox.ts"
import { column, type Patterns } from "./ActivationPatterns.ts"
import type { AdmmResiduals } from "./AdmmSteps.ts"
import { joined, parted, zeros } from "./parts.ts"
import type { Proximal } from "./proximal.ts"
import { type Blocks, networkOf, type ReluNetwork } from "./ReluNetwork.ts"
import type { Examples } from "./tensors.ts"

export interface BlockAdmmOptions {
  readonly proximal: Proximal
  readonly beta: number
  readonly rho: number
  /** 1 for the plain method, below 2. */
  readonly relaxation: number
  /** Passes over all blocks in an iteration. */
  readonly passes: number
  readonly seed: number
}

/** All that there is after an iteration. */
export interface BlockAdmmState {
  readonly rho: number
  readonly iterations: number
  /** u, v and λ: 3 × blocks × dimension. */
  readonly blocks: Float64Array
  /** s and ν: 2 × blocks × points. */
  readonly slacks: Float64Array
  /** f and μ: 2 × points. */
  readonly outputs: Float64Array
}

export class BlockAdmm {
  private readonly examples: Examples
  private readonly options: BlockAdmmOptions
  /** The states of all points in each pattern. */
  private readonly states: ReadonlyArray<Uint8Array>
  /** H⁻¹: dimension × dimension. */
  private readonly inverse: Float64Array
  private u: Float64Array
  private v: Float64Array
  private lambda: Float64Array
  private s: Float64Array
  private nu: Float64Array
  private f: Float64Array
  private mu: Float64Array
  /** X u_b of each block, and F u. */
  private sums: Float64Array
  private outputs: Float64Array
  /** Of one block, in its step. */
  private readonly gradient: Float64Array
  private readonly change: Float64Array
  private iterations = 0
  private currentRho: number

  /** Begins with zeros. */
  constructor(examples: Examples, patterns: Patterns, options: BlockAdmmOptions) {
    const { count: n, dimension: d } = examples.x
    const blocks = 2 * patterns.count
    this.examples = examples
    this.options = options
    this.states = Array.from({ length: patterns.count }, (_, p) => column(patterns, p))
    this.inverse = inverseOfCurvature(examples.x)
    ;[this.u, this.v, this.lambda] = zeros(3, blocks * d)
    ;[this.s, this.nu, this.sums] = zeros(3, blocks * n)
    ;[this.f, this.mu, this.outputs] = zeros(3, n)
    ;[this.gradient, this.change] = zeros(2, d)
    this.currentRho = options.rho
  }

  get rho(): number {
    return this.currentRho
  }

  /** Takes another ρ; multipliers ρ λ, ρ ν and ρ μ stay. */
  setRho(rho: number): void {
    const factor = this.currentRho / rho
    for (const duals of [this.lambda, this.nu, this.mu]) {
      for (let at = 0; at < duals.length; at++) duals[at]! *= factor
    }
    this.currentRho = rho
  }

  /** The copies v, those of v of all patterns, then those of w. */
  blocks(): Blocks {
    const { dimension } = this.examples.x
    const signs = Array.from({ length: 2 * this.states.length }, (_, b) => this.signOf(b))
    return { dimension, vectors: this.v.slice(), signs }
  }

  network(): ReluNetwork {
    return networkOf(this.blocks())
  }

  /** λ = −∂L/∂f at the copies f: one of them where the loss has a kink. */
  get multipliers(): Float64Array {
    return this.mu.map((dual) => -this.currentRho * dual)
  }

  /** The distance of cones is that of both copies of X u, slacks and outputs; `dual` is ρ ‖λ + Gᵀ ν + Fᵀ μ‖. */
  residuals(): AdmmResiduals {
    const { data, count: n, dimension: d } = this.examples.x
    this.refresh()
    const weights = this.nu.map((dual, at) => dual + this.inOutputs(at) * this.mu[at % n]!)
    const slopes = multiply(weights, data, 2 * this.states.length, d, n)
    const dual = slopes.map((slope, at) => slope + this.lambda[at]!)
    const [cones, losses] = [distance(this.sums, this.s), distance(this.outputs, this.f)]
    const cone = Math.sqrt(cones * cones + losses * losses)
    return { blocks: distance(this.u, this.v), cone, dual: this.currentRho * length(dual) }
  }

  /** One iteration: passes over the blocks, then copies and duals. Cost: 2 P (4 passes + 2) n d operations, twice each. */
  step(): void {
    this.refresh()
    const draws = stream(this.options.seed, `convex/block-admm iteration ${this.iterations}`)
    for (let pass = 0; pass < this.options.passes; pass++) {
      for (const b of draws.permutation(2 * this.states.length)) this.descend(b)
    }
    this.copyBlocks()
    this.copySums()
    this.copyOutputs()
    this.iterations++
  }

  state(): BlockAdmmState {
    return {
      rho: this.currentRho,
      iterations: this.iterations,
      blocks: joined(this.u, this.v, this.lambda),
      slacks: joined(this.s, this.nu),
      outputs: joined(this.f, this.mu)
    }
  }

  /** Goes on from the state of another method over the same examples and patterns. */
  load({ rho, iterations, blocks, slacks, outputs }: BlockAdmmState): void {
    this.currentRho = rho
    this.iterations = iterations
    ;[this.u, this.v, this.lambda] = parted(3, blocks)
    ;[this.s, this.nu] = parted(2, slacks)
    ;[this.f, this.mu] = parted(2, outputs)
  }

  private signOf(b: number): 1 | -1 {
    return b < this.states.length ? 1 : -1
  }

  /** With which factor an element of blocks × points is in the output of its point: ±1, or 0 where the pattern is off. */
  private inOutputs(at: number): number {
    const n = this.f.length
    const b = Math.floor(at / n)
    return this.signOf(b) * this.states[b % this.states.length]![at % n]!
  }

  /** X u and F u anew: what rounding adds in the passes goes. */
  private refresh(): void {
    const { data, count: n, dimension: d } = this.examples.x
    this.sums = multiply(this.u, data, 2 * this.states.length, n, d, { transposeB: true })
    this.outputs.fill(0)
    for (let b = 0, at = 0; b < 2 * this.states.length; b++) {
      const [sign, states] = [this.signOf(b), this.states[b % this.states.length]!]
      for (let i = 0; i < n; i++, at++) this.outputs[i]! += sign * states[i]! * this.sums[at]!
    }
  }

  /** u_b −= H⁻¹ · the gradient of the augmented terms. */
  private descend(b: number): void {
    const { f, gradient, inverse, lambda, mu, nu, outputs, s, change, sums, u, v } = this
    const { data, count: n, dimension: d } = this.examples.x
    const [sign, states] = [this.signOf(b), this.states[b % this.states.length]!]
    for (let l = 0, at = b * d; l < d; l++, at++) gradient[l] = u[at]! - v[at]! + lambda[at]!
    for (let i = 0, at = b * n; i < n; i++, at++) {
      const rest = outputs[i]! - f[i]! + mu[i]!
      const weight = sums[at]! - s[at]! + nu[at]! + sign * states[i]! * rest
      for (let l = 0; l < d; l++) gradient[l]! += weight * data[i * d + l]!
    }
    for (let l = 0; l < d; l++) {
      let sum = 0
      for (let k = 0; k < d; k++) sum += inverse[l * d + k]! * gradient[k]!
      change[l] = sum
      u[b * d + l]! -= sum
    }
    for (let i = 0, at = b * n; i < n; i++, at++) {
      let moved = 0
      for (let l = 0; l < d; l++) moved += data[i * d + l]! * change[l]!
      sums[at]! -= moved
      outputs[i]! -= sign * states[i]! * moved
    }
  }

  /** v shrinks, and λ takes up what is left. */
  private copyBlocks(): void {
    const { lambda, u, v } = this
    const { dimension: d } = this.examples.x
    const { beta, relaxation } = this.options
    for (let from = 0; from < u.length; from += d) {
      let square = 0
      for (let at = from; at < from + d; at++) {
        lambda[at]! += relaxation * u[at]! + (1 - relaxation) * v[at]!
        square += lambda[at]! * lambda[at]!
      }
      const kept = square > 0 ? Math.max(0, 1 - beta / (this.currentRho * Math.sqrt(square))) : 0
      for (let at = from; at < from + d; at++) {
        v[at] = kept * lambda[at]!
        lambda[at]! -= v[at]!
      }
    }
  }

  /** s is what of X u + ν has the sign of its state, and ν the rest. */
  private copySums(): void {
    const { nu, s, sums } = this
    const { relaxation } = this.options
    const n = this.f.length
    for (let b = 0, at = 0; b < 2 * this.states.length; b++) {
      const states = this.states[b % this.states.length]!
      for (let i = 0; i < n; i++, at++) {
        const sum = nu[at]! + relaxation * sums[at]! + (1 - relaxation) * s[at]!
        s[at] = states[i] === 1 ? Math.max(0, sum) : Math.min(0, sum)
        nu[at] = sum - s[at]!
      }
    }
  }

  /** f by the proximal map of the loss, and μ takes up what is left. */
  private copyOutputs(): void {
    const { f, mu, outputs } = this
    const { proximal, relaxation } = this.options
    for (const [i, target] of this.examples.y.entries()) {
      const sum = mu[i]! + relaxation * outputs[i]! + (1 - relaxation) * f[i]!
      f[i] = proximal(sum, target, 1 / this.currentRho)
      mu[i] = sum - f[i]!
    }
  }
}

/** (I + 2 Xᵀ X)⁻¹: dimension × dimension. */
const inverseOfCurvature = ({ data, count, dimension: d }: Examples["x"]): Float64Array => {
  const curvature = multiply(data, data, d, d, count, { transposeA: true }).map((element) => 2 * element)
  const identity = new Float64Array(d * d)
  for (let l = 0; l < d; l++) {
    curvature[l * d + l]! += 1
    identity[l * d + l] = 1
  }
  return Cholesky.solve(Cholesky.factor(curvature, d), d, identity, d)
}

const distance = (x: Float64Array, y: Float64Array): number => {
  let sum = 0
  for (let at = 0; at < x.length; at++) sum += (x[at]! - y[at]!) * (x[at]! - y[at]!)
  return Math.sqrt(sum)
}
