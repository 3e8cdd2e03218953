/**
 * The convex program of a ReLU network with the squared loss, by the alternating direction method of multipliers.
 *
 *   min ½ ‖F u − y‖² + β Σ ‖v_b‖  subject to  u = v,  G u = s ≥ 0
 *
 * Source: Bai, Gautam, Sojoudi, SIAM J. Math. Data Sci. 2023, algorithm 1, with the dual step γ = ρ; over-relaxation: Eckstein and Bertsekas (1992); Boyd
 * et al., Distributed Optimization (2011), sections 3.3 and 3.4.
 */
import * as Cholesky from "../math/linear/Cholesky.ts"
import type { Matrix } from "../math/linear/Matrix.ts"
import { addScaled, difference, length } from "../math/linear/Vector.ts"
import { type Means, Workspace } from "../math/linear/Workspace.ts"
import type { Patterns } from "./ActivationPatterns.ts"
import { type AdmmState, AdmmVariables } from "./AdmmVariables.ts"
import { byPattern, PatternProducts } from "./PatternProducts.ts"
import { type Blocks, networkOf, type ReluNetwork } from "./ReluNetwork.ts"
import { type SplittingKernel, splittingKernel } from "./splitting-kernel.ts"
import type { Examples } from "./tensors.ts"
import { direct, MOST_DIRECT, matrixFree, type WoodburySystem } from "./WoodburySystem.ts"

export type { AdmmState } from "./AdmmVariables.ts"

export interface AdmmOptions {
  readonly beta: number
  readonly rho: number
  /** 1 for the plain method, up to 2. */
  readonly relaxation: number
  /** Of the conjugate gradients, where the system is not formed. */
  readonly innerTolerance?: number
  /** Whether the system is formed: for up to `MOST_DIRECT` points where it is left out. */
  readonly isDirect?: boolean
}

/** The norms that the method stops by. */
export interface AdmmResiduals {
  /** ‖u − v‖. */
  readonly blocks: number
  /** ‖G u − s‖. */
  readonly cone: number
  /** ‖Fᵀ(F u − y) + ρ (λ + Gᵀ ν)‖; that of the other blocks, β v/‖v‖ − ρ λ, is 0 after each step. */
  readonly dual: number
}

export class Admm {
  private readonly options: AdmmOptions
  private readonly space: Workspace<"f64">
  private readonly kernel: SplittingKernel
  private readonly variables: AdmmVariables
  private readonly products: PatternProducts
  private readonly system: WoodburySystem
  /** B⁻¹, d × d. */
  private readonly inverse: Matrix<"f64">
  /** 2D − I as ±1, a row for each pattern: P × n. */
  private readonly signs: Matrix<"f64">
  /** The right-hand sides of the step, 2 P × d, and of its system, a row of n; the targets y. */
  private readonly right: Matrix<"f64">
  private readonly outer: Matrix<"f64">
  private readonly targets: Matrix<"f64">
  private currentRho: number

  /** Begins with zeros. */
  constructor({ x, y }: Examples, patterns: Patterns, options: AdmmOptions, means: Means = {}) {
    const [n, d, blocks] = [x.count, x.dimension, 2 * patterns.count]
    const space = new Workspace("f64", means)
    this.options = options
    this.space = space
    this.kernel = splittingKernel(space)
    this.variables = new AdmmVariables(space, blocks, d, n, options.relaxation)
    const [points, xOverB] = [space.matrix(n, d), space.matrix(n, d)]
    this.inverse = space.matrix(d, d)
    this.signs = space.matrix(patterns.count, n)
    this.right = space.matrix(blocks, d)
    this.outer = space.matrix(1, n)
    this.targets = space.matrix(1, n)
    points.set(x.data)
    this.targets.set(y)
    this.signs.set(Float64Array.from(byPattern(patterns), (state) => 2 * state - 1))
    this.inverse.set(inverseOfShiftedGram(space, points))
    space.multiply(xOverB, points, this.inverse)
    this.products = new PatternProducts(space, points, xOverB, patterns)
    const isDirect = options.isDirect ?? n <= MOST_DIRECT
    this.system = isDirect ? direct(this.products) : matrixFree(this.products, options.innerTolerance ?? 1e-6)
    this.currentRho = options.rho
    this.system.prepare(options.rho)
  }

  get rho(): number {
    return this.currentRho
  }

  step(): void {
    this.solve()
    this.shrink()
    this.project()
  }

  /** u of (I + FᵀF/ρ + GᵀG) u = Fᵀy/ρ + v − λ + Gᵀ(s − ν), by h of (ρ I + K) h = y − F B⁻¹ (v − λ + Gᵀ(s − ν)). */
  private solve(): void {
    const { space, kernel, products, right, outer, targets } = this
    const { u, v, lambda, mirrored, rest } = this.variables
    const { inner, x } = products
    const side = inner.rows * inner.columns
    kernel.difference(2 * side, v.address, lambda.address, right.address)
    space.multiply(right, mirrored, x, { accumulate: true })
    kernel.difference(side, right.address, right.address + side * Float64Array.BYTES_PER_ELEMENT, inner.address)
    products.collect(-1, 1, targets, outer)
    this.system.solve(outer, rest)
    products.spread(1, rest)
    kernel.addToSides(side, inner.address, right.address)
    space.multiply(u, right, this.inverse)
  }

  /** v_b = (1 − β / (ρ ‖z_b‖))₊ z_b, z = α u + (1 − α) v + λ, and λ = z − v. */
  private shrink(): void {
    const { options, currentRho, kernel } = this
    const { u, v, lambda } = this.variables
    const threshold = options.beta / currentRho
    kernel.shrink(u.rows, u.columns, options.relaxation, threshold, u.address, v.address, lambda.address)
  }

  /** z = α X u + (1 − α) s + ν; what the next steps need of s and ν, its parts with and against the signs of the patterns. */
  private project(): void {
    const { space, kernel, products, signs } = this
    const { u, carried, mirrored } = this.variables
    const { relaxation } = this.options
    space.multiply(carried, u, products.x, { transposeB: true, alpha: relaxation, accumulate: true })
    kernel.reflect(signs.rows * signs.columns, signs.address, relaxation, carried.address, mirrored.address)
  }

  /** Takes another ρ: multipliers are kept in units of it. */
  setRho(rho: number): void {
    this.variables.scaleMultipliers(this.currentRho / rho)
    this.currentRho = rho
    this.system.prepare(rho)
  }

  state(): AdmmState {
    return this.variables.state(this.currentRho)
  }

  /** Takes the place of another one with the same examples, patterns and options. */
  load(state: AdmmState): void {
    this.variables.load(state)
    this.currentRho = state.rho
    this.system.prepare(state.rho)
  }

  residuals(): AdmmResiduals {
    const { space, kernel, products, variables, currentRho } = this
    const { u, v, lambda, mirrored, rest } = variables
    return space.temporary(() => {
      const wide = space.matrix(mirrored.rows, mirrored.columns)
      const gradient = space.matrix(u.rows, u.columns)
      space.multiply(wide, u, products.x, { transposeB: true })
      const cone = variables.splitProducts(wide.data)
      space.multiply(gradient, wide, products.x)
      products.spread(-1, rest)
      kernel.addToSides(gradient.data.length / 2, products.inner.address, gradient.address)
      addScaled(gradient.data, 1, lambda.data)
      const blocks = length(difference(u.data, v.data))
      return { blocks, cone, dual: currentRho * length(gradient.data) }
    })
  }

  /** The blocks v: many of them are 0 near the optimum, and few outside of their cones. */
  blocks(): Blocks {
    return this.variables.blocks()
  }

  /** The network of the blocks as it computes, with whatever signs they have. */
  network(): ReluNetwork {
    return networkOf(this.blocks())
  }
}

/** (I + XᵀX)⁻¹. */
const inverseOfShiftedGram = (space: Workspace<"f64">, x: Matrix<"f64">): Float64Array =>
  space.temporary(() => {
    const d = x.columns
    const [shifted, identity] = [space.matrix(d, d), space.matrix(d, d)]
    space.multiply(shifted, x, x, { transposeA: true })
    for (let k = 0; k < d; k++) {
      shifted.row(k)[k]! += 1
      identity.row(k)[k] = 1
    }
    Cholesky.factorInPlace(space, shifted)
    Cholesky.solveInPlace(space, shifted, identity)
    return identity.toFloat64()
  })
