/**
 * The convex program of a ReLU network with the squared loss, by the alternating direction method of multipliers.
 *
 *   min ½ ‖F u − y‖² + β Σ ‖v_b‖  subject to  u = v,  G u = s ≥ 0
 *
 * Blocks b are those of v, then those of w, one for each pattern: 2 P columns of d × 2 P matrices. Slacks and their multipliers are kept with the signs
 * (2D − I) taken off, so that G u is X u; and what is projected, z = X u + ν, is all that is kept of them: s is the part of z with the sign of
 * the pattern, ν the other, s − ν = (2D − I) |z|.
 *
 * Source: Bai, Gautam, Sojoudi, SIAM J. Math. Data Sci. 2023, algorithm 1, with the dual step γ = ρ; over-relaxation: Eckstein and Bertsekas (1992); Boyd
 * et al., Distributed Optimization (2011), sections 3.3 and 3.4.
 */
import * as Cholesky from "../math/linear/Cholesky.ts"
import type { Matrix } from "../math/linear/Matrix.ts"
import { addScaled, difference as differenceOf, length, scale } from "../math/linear/Vector.ts"
import { type Means, Workspace } from "../math/linear/Workspace.ts"
import type { Patterns } from "./ActivationPatterns.ts"
import { type Blocks, networkOf, type ReluNetwork } from "./ReluNetwork.ts"
import type { Examples } from "./tensors.ts"
import {
  collect,
  direct,
  MOST_DIRECT,
  matrixFree,
  spread,
  type WoodburyParts,
  type WoodburySystem
} from "./WoodburySystem.ts"

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

/** All that there is after a step. */
export interface AdmmState {
  readonly rho: number
  /** u, v and λ: 3 × dimension × blocks. */
  readonly blocks: Float64Array
  /** s − ν and (1 − α) s + ν, with the signs taken off: 2 × points × blocks. */
  readonly slacks: Float64Array
  /** (y − F u) / ρ, the guess of the next solution. */
  readonly rest: Float64Array
}

export class Admm {
  private readonly examples: Examples
  private readonly patterns: Patterns
  private readonly options: AdmmOptions
  private readonly space: Workspace<"f64">
  private readonly parts: WoodburyParts
  private readonly system: WoodburySystem
  /** B⁻¹, d × d. */
  private readonly inverse: Matrix<"f64">
  /** u, v and λ, and the right-hand side of the step: d × 2 P. */
  private readonly u: Matrix<"f64">
  private readonly v: Matrix<"f64">
  private readonly lambda: Matrix<"f64">
  private readonly right: Matrix<"f64">
  /** s − ν, and (1 − α) s + ν, to which α X u is added to give z: n × 2 P. */
  private readonly mirrored: Matrix<"f64">
  private readonly carried: Matrix<"f64">
  /** 2D − I as ±1: n × P. */
  private readonly signs: Float64Array
  private readonly norms: Float64Array
  private readonly target: Float64Array
  /** h = (y − F u) / ρ. */
  private readonly rest: Float64Array
  private currentRho: number

  /** Begins with zeros. */
  constructor(examples: Examples, patterns: Patterns, options: AdmmOptions, means: Means = {}) {
    const { x, y } = examples
    const [n, d, p] = [x.count, x.dimension, patterns.count]
    this.examples = examples
    this.patterns = patterns
    this.options = options
    const space = new Workspace("f64", means)
    this.space = space
    const points = space.matrix(n, d)
    points.set(x.data)
    this.inverse = space.matrix(d, d)
    const xOverB = space.matrix(n, d)
    const active = space.matrix(n, p)
    active.set(Float64Array.from(patterns.active))
    this.parts = { space, x: points, xOverB, active, inner: space.matrix(d, p), rows: space.matrix(n, d) }
    ;[this.u, this.v, this.lambda, this.right] = [0, 1, 2, 3].map(() => space.matrix(d, 2 * p)) as [
      Matrix<"f64">,
      Matrix<"f64">,
      Matrix<"f64">,
      Matrix<"f64">
    ]
    this.mirrored = space.matrix(n, 2 * p)
    this.carried = space.matrix(n, 2 * p)
    this.signs = Float64Array.from(patterns.active, (state) => 2 * state - 1)
    this.norms = new Float64Array(2 * p)
    this.target = new Float64Array(n)
    this.rest = new Float64Array(y.length)
    this.inverse.set(inverseOfShiftedGram(space, points))
    space.multiply(xOverB, points, this.inverse)
    const isDirect = options.isDirect ?? n <= MOST_DIRECT
    this.system = isDirect ? direct(this.parts) : matrixFree(this.parts, options.innerTolerance ?? 1e-6)
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
    const { space, parts, right, mirrored, patterns, target, rest } = this
    const { x, inner } = parts
    const [r, v, lambda] = [right.data, this.v.data, this.lambda.data]
    for (let at = 0; at < r.length; at++) r[at] = v[at]! - lambda[at]!
    space.multiply(right, x, mirrored, { transposeA: true, accumulate: true })
    foldSigns(r, inner.data, patterns.count)
    collect(parts, target)
    const { y } = this.examples
    for (let i = 0; i < target.length; i++) target[i] = y[i]! - target[i]!
    this.system.solve(target, rest)
    spread(parts, rest, 1)
    addWithSigns(right.data, inner.data, patterns.count)
    space.multiply(this.u, this.inverse, right)
  }

  /** v_b = (1 − β / (ρ ‖z_b‖))₊ z_b, z = α u + (1 − α) v + λ, and λ = z − v. */
  private shrink(): void {
    const { norms, options, currentRho } = this
    const [u, v, lambda, relaxation] = [this.u.data, this.v.data, this.lambda.data, options.relaxation]
    norms.fill(0)
    const blocks = norms.length
    for (let from = 0; from < u.length; from += blocks) {
      for (let b = 0, at = from; b < blocks; b++, at++) {
        const z = relaxation * u[at]! + (1 - relaxation) * v[at]! + lambda[at]!
        lambda[at] = z
        norms[b]! += z * z
      }
    }
    const threshold = options.beta / currentRho
    for (let b = 0; b < blocks; b++) {
      const norm = Math.sqrt(norms[b]!)
      norms[b] = norm > threshold ? 1 - threshold / norm : 0
    }
    for (let from = 0; from < u.length; from += blocks) {
      for (let b = 0, at = from; b < blocks; b++, at++) {
        const z = lambda[at]!
        const kept = norms[b]! * z
        v[at] = kept
        lambda[at] = z - kept
      }
    }
  }

  /** z = α X u + (1 − α) s + ν; what the next steps need of s and ν, its parts with and against the signs of the patterns. */
  private project(): void {
    const { space, parts, carried, mirrored, signs, patterns, options } = this
    space.multiply(carried, parts.x, this.u, { alpha: options.relaxation, accumulate: true })
    reflectAndCarry(carried.data, mirrored.data, signs, patterns.count, options.relaxation)
  }

  /** Takes another ρ: multipliers are kept in units of it. */
  setRho(rho: number): void {
    const { lambda, mirrored, carried, rest, options } = this
    const factor = this.currentRho / rho
    scale(lambda.data, factor)
    scale(rest, factor)
    const [difference, sum] = [mirrored.data, carried.data]
    for (let at = 0; at < sum.length; at++) {
      const s = (difference[at]! + sum[at]!) / (2 - options.relaxation)
      const nu = factor * (s - difference[at]!)
      difference[at] = s - nu
      sum[at] = (1 - options.relaxation) * s + nu
    }
    this.currentRho = rho
    this.system.prepare(rho)
  }

  state(): AdmmState {
    const { currentRho: rho, u, v, lambda, mirrored, carried, rest } = this
    return { rho, blocks: joined([u, v, lambda]), slacks: joined([mirrored, carried]), rest: rest.slice() }
  }

  /** Takes the place of another one with the same examples, patterns and options. */
  load({ rho, blocks, slacks, rest }: AdmmState): void {
    spreadOver([this.u, this.v, this.lambda], blocks)
    spreadOver([this.mirrored, this.carried], slacks)
    this.rest.set(rest)
    this.currentRho = rho
    this.system.prepare(rho)
  }

  residuals(): AdmmResiduals {
    const { space, parts, mirrored, carried, patterns, options, currentRho } = this
    return space.temporary(() => {
      const wide = space.matrix(mirrored.rows, mirrored.columns)
      const gradient = space.matrix(this.u.rows, this.u.columns)
      space.multiply(wide, parts.x, this.u)
      const [products, difference, sum] = [wide.data, mirrored.data, carried.data]
      let cone = 0
      for (let at = 0; at < products.length; at++) {
        const s = (difference[at]! + sum[at]!) / (2 - options.relaxation)
        cone += (products[at]! - s) * (products[at]! - s)
        products[at] = s - difference[at]!
      }
      space.multiply(gradient, parts.x, wide, { transposeA: true })
      spread(parts, this.rest, -1)
      addWithSigns(gradient.data, parts.inner.data, patterns.count)
      addScaled(gradient.data, 1, this.lambda.data)
      const blocks = length(differenceOf(this.u.data, this.v.data))
      return { blocks, cone: Math.sqrt(cone), dual: currentRho * length(gradient.data) }
    })
  }

  /** The blocks v: many of them are 0 near the optimum, and few outside of their cones. */
  blocks(): Blocks {
    const { v, patterns } = this
    const [d, count, data] = [v.rows, v.columns, v.data]
    const vectors = new Float64Array(d * count)
    for (let k = 0; k < d; k++) for (let b = 0; b < count; b++) vectors[b * d + k] = data[k * count + b]!
    const signs = Float64Array.from({ length: count }, (_, b) => (b < patterns.count ? 1 : -1))
    return { dimension: d, vectors, signs }
  }

  /** The network of the blocks as it computes, with whatever signs they have. */
  network(): ReluNetwork {
    return networkOf(this.blocks())
  }
}

/** The elements of several matrices, one after the other. */
const joined = (matrices: ReadonlyArray<Matrix<"f64">>): Float64Array => {
  const all = new Float64Array(matrices.reduce((sum, { rows, columns }) => sum + rows * columns, 0))
  let at = 0
  for (const { data } of matrices) {
    all.set(data, at)
    at += data.length
  }
  return all
}

const spreadOver = (matrices: ReadonlyArray<Matrix<"f64">>, all: Float64Array): void => {
  let at = 0
  for (const one of matrices) {
    const length = one.rows * one.columns
    one.set(all.subarray(at, at + length))
    at += length
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

/** Blocks of v minus blocks of w: columns p and P + p of a matrix with 2 P. */
const foldSigns = (from: Float64Array, to: Float64Array, patterns: number): void => {
  for (let at = 0, v = 0; at < to.length; v += patterns) {
    for (let p = 0; p < patterns; p++, at++, v++) to[at] = from[v]! - from[v + patterns]!
  }
}

/** Adds a matrix of P columns to the blocks of v, and takes it off those of w. */
const addWithSigns = (to: Float64Array, from: Float64Array, patterns: number): void => {
  for (let at = 0, v = 0; at < from.length; v += patterns) {
    for (let p = 0; p < patterns; p++, at++, v++) {
      to[v]! += from[at]!
      to[v + patterns]! -= from[at]!
    }
  }
}

/** Of z: s − ν = σ |z|, and in its place (1 − α) s + ν = (1 − α/2) z − (α/2) σ |z|. */
const reflectAndCarry = (
  z: Float64Array,
  mirrored: Float64Array,
  signs: Float64Array,
  patterns: number,
  relaxation: number
): void => {
  const [half, rest] = [relaxation / 2, 1 - relaxation / 2]
  for (let row = 0, at = 0; row < signs.length; row += patterns) {
    for (let side = 0; side < 2; side++) {
      for (let p = row; p < row + patterns; p++, at++) {
        const value = z[at]!
        const reflected = signs[p]! * Math.abs(value)
        mirrored[at] = reflected
        z[at] = rest * value - half * reflected
      }
    }
  }
}
