/**
 * The convex program over a few blocks, to nearly all digits: Newton's method on a logarithmic barrier, whose weight μ goes to 0.
 *
 *   min ½ ‖F u − y‖² + Σ ψ(‖u_b‖) − μ Σ log((2D_b − I) X u_b),   ψ(r) = min over t > r of β t − μ log(t² − r²)
 *
 * Unlike `InteriorPoint.ts`, which is for any loss and any cone, it needs a start inside and stays there.
 *
 * The minimum is that of the program up to μ times the number of barriers. All iterates are inside of their cones: each is the network that it stands
 * for. Source: Boyd and Vandenberghe, Convex Optimization (2004), sections 11.3 and 11.6.
 */
import * as Cholesky from "../math/linear/Cholesky.ts"
import { multiply } from "../math/linear/Gemm.ts"
import type { Matrix } from "../math/linear/Matrix.ts"
import { NotPositiveDefinite } from "../math/linear/NotPositiveDefinite.ts"
import { addScaled, dot, length } from "../math/linear/Vector.ts"
import { Workspace } from "../math/linear/Workspace.ts"
import { featuresOf, signedRows } from "./block-matrices.ts"
import type { Blocks } from "./ReluNetwork.ts"
import type { Examples } from "./tensors.ts"

/** A block, with a direction inside of its cone. */
export interface OpenBlock {
  /** States 0 and 1 of all points. */
  readonly states: Uint8Array
  readonly sign: 1 | -1
  /** (2D − I) X u > 0 at all points that are not 0. */
  readonly inside: Float64Array
}

/** μ falls by this factor from one centre to the next. */
const FALL = 0.1

/** Steps for one centre at most: rounding can keep the last digits from it. */
const MOST_STEPS = 40

/** A centre is reached when Newton's step would lower the value by this share of μ. */
const CENTRED = 0.01

/** The share of the way to the boundary that a step may go. */
const SHORT = 0.99

/** Blocks that solve the program over their cones, and the μ that keeps them inside. */
export interface Centre {
  readonly blocks: Blocks
  /** A block that correlates with the residual by c < β has about the length μ / (β − c). */
  readonly mu: number
}

/** The program up to `tolerance` times its objective. Cost: some ten systems of all elements of the blocks for each three digits. */
export const solveBlocks = (
  examples: Examples,
  open: ReadonlyArray<OpenBlock>,
  beta: number,
  tolerance: number
): Centre => {
  const program = new BarrierProgram(examples, open, beta)
  for (let mu = program.objective() / program.barriers; ; mu *= FALL) {
    program.centre(mu)
    if (mu * program.barriers <= tolerance * program.objective()) return { blocks: program.blocks(), mu }
  }
}

class BarrierProgram {
  readonly barriers: number
  private readonly y: Float64Array
  private readonly open: ReadonlyArray<OpenBlock>
  private readonly beta: number
  private readonly d: number
  /** Blocks, one after the other. */
  private u: Float64Array
  /** F, points × elements, and FᵀF. */
  private readonly f: Float64Array
  private readonly squares: Float64Array
  private readonly space = new Workspace("f64")
  private readonly hessian: Matrix<"f64">
  private readonly step: Matrix<"f64">
  /** Rows of (2D_b − I) X for each block, without those that are 0. */
  private readonly normals: ReadonlyArray<Float64Array>

  /** Begins inside of all cones, with outputs that are a tenth of the targets at most. */
  constructor({ x, y }: Examples, open: ReadonlyArray<OpenBlock>, beta: number) {
    const size = open.length * x.dimension
    this.y = y
    this.open = open
    this.beta = beta
    this.d = x.dimension
    this.f = featuresOf(x, open)
    this.squares = multiply(this.f, this.f, size, size, x.count, { transposeA: true })
    this.hessian = this.space.matrix(size, size)
    this.step = this.space.matrix(size, 1)
    this.normals = open.map(({ states }) => signedRows(x, states))
    this.barriers = this.normals.reduce((sum, rows) => sum + rows.length / x.dimension + 2, 0)
    this.u = new Float64Array(size)
    for (const [b, { inside }] of open.entries()) this.u.set(inside, b * x.dimension)
    const scale = length(y) / (10 * open.length * Math.max(length(x.data), Number.MIN_VALUE))
    if (scale > 0 && Number.isFinite(scale)) this.u = this.u.map((element) => element * scale)
  }

  /** ½ ‖F u − y‖² + β Σ ‖u_b‖: that of the network. */
  objective(): number {
    const residual = this.residual(this.u)
    const norms = this.open.reduce((sum, _, b) => sum + length(this.block(this.u, b)), 0)
    return dot(residual, residual) / 2 + this.beta * norms
  }

  /** Goes to the minimum for this μ. */
  centre(mu: number): void {
    for (let count = 0; count < MOST_STEPS; count++) {
      const gradient = this.gradient(this.u, mu)
      const direction = this.newtonDirection(gradient, mu)
      const slope = dot(gradient, direction)
      if (!(-slope > CENTRED * mu) || !this.move(direction, slope, mu)) return
    }
  }

  blocks(): Blocks {
    return { dimension: this.d, vectors: this.u.slice(), signs: this.open.map(({ sign }) => sign) }
  }

  private block(u: Float64Array, b: number): Float64Array {
    return u.subarray(b * this.d, (b + 1) * this.d)
  }

  private outputs(u: Float64Array): Float64Array {
    return Float64Array.from(this.y, (_, i) => dot(this.f.subarray(i * u.length, (i + 1) * u.length), u))
  }

  private residual(u: Float64Array): Float64Array {
    const residual = this.outputs(u)
    addScaled(residual, -1, this.y)
    return residual
  }

  private gradient(u: Float64Array, mu: number): Float64Array {
    const { d, f, beta } = this
    const gradient = new Float64Array(u.length)
    for (const [i, value] of this.residual(u).entries()) {
      addScaled(gradient, value, f.subarray(i * u.length, (i + 1) * u.length))
    }
    for (const [b, rows] of this.normals.entries()) {
      const [block, own] = [this.block(u, b), this.block(gradient, b)]
      addScaled(own, beta / heightOf(block, beta, mu), block)
      for (let row = 0; row < rows.length; row += d) {
        const normal = rows.subarray(row, row + d)
        addScaled(own, -mu / dot(normal, block), normal)
      }
    }
    return gradient
  }

  private newtonDirection(gradient: Float64Array, mu: number): Float64Array {
    const { hessian, step, space } = this
    this.step.set(gradient.map((element) => -element))
    // Rounding may take the last of the curvature: then a little is added, in units of the diagonal.
    for (let added = 0; ; added = added === 0 ? 1e-14 : 10 * added) {
      this.fillHessian(mu, 1 + added)
      try {
        Cholesky.factorInPlace(space, hessian)
        break
      } catch (error) {
        if (!(error instanceof NotPositiveDefinite) || added > 1) throw error
      }
    }
    Cholesky.solveInPlace(space, hessian, step)
    return step.toFloat64()
  }

  private fillHessian(mu: number, factor: number): void {
    const { u, d, beta } = this
    this.hessian.set(this.squares)
    const h = this.hessian.data
    for (const [b, rows] of this.normals.entries()) {
      const block = this.block(u, b)
      const [t, corner] = [heightOf(block, beta, mu), b * d * (u.length + 1)]
      // That of ψ is β/t I − (β²/(t² s)) u uᵀ with s = β t − μ.
      addOuter(h, corner, u.length, block, -(beta * beta) / (t * t * (beta * t - mu)))
      for (let row = 0; row < rows.length; row += d) {
        const normal = rows.subarray(row, row + d)
        const slack = dot(normal, block)
        addOuter(h, corner, u.length, normal, mu / (slack * slack))
      }
      for (let k = 0; k < d; k++) {
        const at = corner + k * (u.length + 1)
        h[at] = (h[at]! + beta / t) * factor
      }
    }
  }

  /** Goes along a direction until the value would rise again; false when rounding stops it. */
  private move(direction: Float64Array, slope: number, mu: number): boolean {
    for (let share = Math.min(1, SHORT * this.wayOut(direction)); share > 1e-8; share /= 2) {
      const next = this.u.slice()
      addScaled(next, share, direction)
      if (!this.isInside(next) || dot(this.gradient(next, mu), direction) > -0.1 * slope) continue
      this.u = next
      return true
    }
    return false
  }

  /** Whether all slacks are positive, by the sums that everything else takes them from. */
  private isInside(u: Float64Array): boolean {
    return this.normals.every((rows, b) => {
      const block = this.block(u, b)
      for (let row = 0; row < rows.length; row += this.d) {
        if (!(dot(rows.subarray(row, row + this.d), block) > 0)) return false
      }
      return true
    })
  }

  /** How often a direction can be added before a slack is 0. */
  private wayOut(direction: Float64Array): number {
    let most = Number.POSITIVE_INFINITY
    for (const [b, rows] of this.normals.entries()) {
      const [block, change] = [this.block(this.u, b), this.block(direction, b)]
      for (let row = 0; row < rows.length; row += this.d) {
        const normal = rows.subarray(row, row + this.d)
        const by = dot(normal, change)
        if (by < 0) most = Math.min(most, -dot(normal, block) / by)
      }
    }
    return most
  }
}

/** The t of ψ: (μ + √(μ² + β² r²)) / β. */
const heightOf = (block: Float64Array, beta: number, mu: number): number =>
  (mu + Math.sqrt(mu * mu + beta * beta * dot(block, block))) / beta

/** Adds α v vᵀ to the square block of a matrix that begins at an offset. */
const addOuter = (to: Float64Array, corner: number, stride: number, v: Float64Array, alpha: number): void => {
  for (let k = 0; k < v.length; k++) {
    const factor = alpha * v[k]!
    for (let l = 0; l < v.length; l++) to[corner + k * stride + l]! += factor * v[l]!
  }
}
