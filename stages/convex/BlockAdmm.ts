/**
 * ADMM for any convex loss, whose first step goes over the blocks one by one in random order, along the gradient.
 *
 *   min L(F u, y) + β Σ ‖v_b‖  subject to  u = v,  G u = s ≥ 0
 *
 * with scaled duals λ and ν. Blocks b are those of v, then those of w, one for each pattern: 2 P rows of the arrays. Source: Bai, Gautam and Sojoudi,
 * SIAM J. Math. Data Sci. 2023, section 3.3.
 */
import { multiply } from "../math/linear/Gemm.ts"
import { difference, dot, length } from "../math/linear/Vector.ts"
import { type Stream, stream } from "../math/random/Philox.ts"
import { column, type Patterns } from "./ActivationPatterns.ts"
import type { Loss } from "./losses.ts"
import { networkOf, type ReluNetwork } from "./ReluNetwork.ts"
import type { Examples } from "./tensors.ts"

export interface BlockAdmmOptions {
  readonly loss: Pick<Loss, "value" | "multipliers">
  readonly beta: number
  readonly rho: number
  /** γ/ρ: the share of the residuals that the duals take up. */
  readonly dualStep: number
  /** Passes over all blocks in an iteration. */
  readonly passes: number
  readonly seed: number
}

/** A step lowers the augmented Lagrangian by this share of what its gradient promises, or is halved. */
const SUFFICIENT = 0.5
const MOST_HALVINGS = 60

/** Of one block: views of the arrays of all. */
interface Block {
  /** 1 of v, −1 of w. */
  readonly sign: 1 | -1
  /** 0 or 1 for each point. */
  readonly states: Uint8Array
  readonly u: Float64Array
  readonly v: Float64Array
  readonly lambda: Float64Array
  /** s and ν with the signs of the pattern taken off, as X u has them: s of a point has the sign of its state. */
  readonly s: Float64Array
  readonly nu: Float64Array
  /** The last step. */
  stride: number
}

export class BlockAdmm {
  private readonly examples: Examples
  private readonly options: BlockAdmmOptions
  private readonly blocks: ReadonlyArray<Block>
  private readonly draws: Stream
  private outputs: Float64Array
  private loss: number

  constructor(examples: Examples, patterns: Patterns, options: BlockAdmmOptions) {
    this.examples = examples
    this.options = options
    const { count: n, dimension: d } = examples.x
    this.blocks = Array.from({ length: 2 * patterns.count }, (_, b) => ({
      sign: b < patterns.count ? 1 : -1,
      states: column(patterns, b % patterns.count),
      u: new Float64Array(d),
      v: new Float64Array(d),
      lambda: new Float64Array(d),
      s: new Float64Array(n),
      nu: new Float64Array(n),
      stride: 1
    }))
    this.draws = stream(options.seed, "convex/block-admm")
    this.outputs = new Float64Array(n)
    this.loss = options.loss.value(this.outputs, examples.y)
  }

  /** The network of the copies v. */
  get network(): ReluNetwork {
    const { dimension } = this.examples.x
    const vectors = new Float64Array(this.blocks.length * dimension)
    for (const [b, { v }] of this.blocks.entries()) vectors.set(v, b * dimension)
    return networkOf({ dimension, vectors, signs: this.blocks.map(({ sign }) => sign) })
  }

  /** λ = −∂L/∂ŷ at the outputs F u. */
  get multipliers(): Float64Array {
    return this.options.loss.multipliers(this.outputs, this.examples.y)
  }

  /** ‖u − v‖ and ‖G u − s‖. */
  get residuals(): { readonly blocks: number; readonly cone: number } {
    const { data, count, dimension } = this.examples.x
    let [blocks, cone] = [0, 0]
    for (const { u, v, s } of this.blocks) {
      blocks += square(difference(u, v))
      cone += square(difference(multiply(data, u, count, 1, dimension), s))
    }
    return { blocks: Math.sqrt(blocks), cone: Math.sqrt(cone) }
  }

  /** One iteration: passes over the blocks, then copies, slacks and duals. Cost: passes · 2 P · 3 products of X with a vector. */
  step(): void {
    for (let pass = 0; pass < this.options.passes; pass++) {
      for (const b of this.draws.permutation(this.blocks.length)) this.descend(this.blocks[b]!)
    }
    this.refresh()
    for (const block of this.blocks) this.updateCopies(block)
  }

  /** A gradient step of one block, with backtracking. */
  private descend(block: Block): void {
    const { examples, options } = this
    const { data, count: n, dimension: d } = examples.x
    const { lambda, nu, s, sign, states, u, v } = block
    const sums = multiply(data, u, n, 1, d)
    const slack = sums.map((sum, i) => sum - s[i]! + nu[i]!)
    const multipliers = this.multipliers
    const weights = slack.map((rest, i) => options.rho * rest - sign * states[i]! * multipliers[i]!)
    const gradient = multiply(data, weights, d, 1, n, { transposeA: true })
    const copy = u.map((element, l) => element - v[l]! + lambda[l]!)
    for (let l = 0; l < d; l++) gradient[l]! += options.rho * copy[l]!
    const promised = dot(gradient, gradient)
    if (promised === 0) return
    const along = multiply(data, gradient, n, 1, d)
    const linear = options.rho * (dot(gradient, copy) + dot(along, slack))
    const curvature = options.rho * (promised + dot(along, along))
    const moved = along.map((element, i) => sign * states[i]! * element)
    block.stride *= 4
    for (let halving = 0; halving < MOST_HALVINGS; halving++) {
      block.stride /= 2
      const t = block.stride
      const outputs = this.outputs.map((output, i) => output - t * moved[i]!)
      const loss = options.loss.value(outputs, examples.y)
      const change = loss - this.loss - t * linear + (t * t * curvature) / 2
      if (change > -SUFFICIENT * t * promised) continue
      for (let l = 0; l < d; l++) u[l]! -= t * gradient[l]!
      this.outputs = outputs
      this.loss = loss
      return
    }
  }

  /** F u anew: what rounding has added in the passes goes. */
  private refresh(): void {
    const { data, count: n, dimension: d } = this.examples.x
    this.outputs = new Float64Array(n)
    for (const { sign, states, u } of this.blocks) {
      const sums = multiply(data, u, n, 1, d)
      for (let i = 0; i < n; i++) this.outputs[i]! += sign * states[i]! * sums[i]!
    }
    this.loss = this.options.loss.value(this.outputs, this.examples.y)
  }

  /** v shrinks, s is what of G u + ν is not negative, and the duals take up what is left. */
  private updateCopies({ lambda, nu, s, states, u, v }: Block): void {
    const { data, count: n, dimension: d } = this.examples.x
    const { beta, dualStep, rho } = this.options
    const z = u.map((element, l) => element + lambda[l]!)
    const size = length(z)
    const kept = size > 0 ? Math.max(0, 1 - beta / (rho * size)) : 0
    for (let l = 0; l < d; l++) {
      v[l] = kept * z[l]!
      lambda[l]! += dualStep * (u[l]! - v[l]!)
    }
    const sums = multiply(data, u, n, 1, d)
    for (let i = 0; i < n; i++) {
      const sum = sums[i]! + nu[i]!
      s[i] = states[i] === 1 ? Math.max(0, sum) : Math.min(0, sum)
      nu[i]! += dualStep * (sums[i]! - s[i]!)
    }
  }
}

const square = (x: Float64Array): number => dot(x, x)
