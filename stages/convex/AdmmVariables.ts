/**
 * What the ADMM has after a step, in one workspace: blocks in rows, those of v, then those of w, one for each pattern.
 *
 * Slacks and their multipliers are kept with the signs (2D − I) taken off, so that G u is X u; and what is projected, z = X u + ν, is all that is
 * kept of them: s is the part of z with the sign of the pattern, ν the other, s − ν = (2D − I) |z|.
 */
import type { Matrix } from "../math/linear/Matrix.ts"
import { scale } from "../math/linear/Vector.ts"
import type { Workspace } from "../math/linear/Workspace.ts"
import type { Blocks } from "./ReluNetwork.ts"

/** All that there is after a step. */
export interface AdmmState {
  readonly rho: number
  /** u, v and λ: 3 × blocks × dimension. */
  readonly blocks: Float64Array
  /** s − ν and (1 − α) s + ν, with the signs taken off: 2 × blocks × points. */
  readonly slacks: Float64Array
  /** (y − F u) / ρ, the guess of the next solution. */
  readonly rest: Float64Array
}

export class AdmmVariables {
  /** u, v and λ: 2 P × d. */
  readonly u: Matrix<"f64">
  readonly v: Matrix<"f64">
  readonly lambda: Matrix<"f64">
  /** s − ν, and (1 − α) s + ν, to which α X u is added to give z: 2 P × n. */
  readonly mirrored: Matrix<"f64">
  readonly carried: Matrix<"f64">
  /** h = (y − F u) / ρ, a row of n. */
  readonly rest: Matrix<"f64">
  private readonly relaxation: number

  /** Zeros. */
  constructor(space: Workspace<"f64">, blocks: number, dimension: number, points: number, relaxation: number) {
    this.u = space.matrix(blocks, dimension)
    this.v = space.matrix(blocks, dimension)
    this.lambda = space.matrix(blocks, dimension)
    this.mirrored = space.matrix(blocks, points)
    this.carried = space.matrix(blocks, points)
    this.rest = space.matrix(1, points)
    this.relaxation = relaxation
  }

  /** Multipliers, which are kept in units of ρ, times this factor; s stays. */
  scaleMultipliers(factor: number): void {
    const { lambda, mirrored, carried, rest, relaxation } = this
    scale(lambda.data, factor)
    scale(rest.data, factor)
    const [difference, sum] = [mirrored.data, carried.data]
    for (let at = 0; at < sum.length; at++) {
      const s = (difference[at]! + sum[at]!) / (2 - relaxation)
      const nu = factor * (s - difference[at]!)
      difference[at] = s - nu
      sum[at] = (1 - relaxation) * s + nu
    }
  }

  /** ‖G u − s‖ of the products X u, which it replaces by ν. */
  splitProducts(products: Float64Array): number {
    const [difference, sum] = [this.mirrored.data, this.carried.data]
    let squares = 0
    for (let at = 0; at < products.length; at++) {
      const s = (difference[at]! + sum[at]!) / (2 - this.relaxation)
      squares += (products[at]! - s) * (products[at]! - s)
      products[at] = s - difference[at]!
    }
    return Math.sqrt(squares)
  }

  /** The blocks v: many of them are 0 near the optimum, and few outside of their cones. */
  blocks(): Blocks {
    const { rows, columns } = this.v
    const signs = Float64Array.from({ length: rows }, (_, b) => (b < rows / 2 ? 1 : -1))
    return { dimension: columns, vectors: this.v.toFloat64(), signs }
  }

  state(rho: number): AdmmState {
    const { u, v, lambda, mirrored, carried, rest } = this
    return { rho, blocks: joined([u, v, lambda]), slacks: joined([mirrored, carried]), rest: rest.toFloat64() }
  }

  load({ blocks, slacks, rest }: AdmmState): void {
    spreadOver([this.u, this.v, this.lambda], blocks)
    spreadOver([this.mirrored, this.carried], slacks)
    this.rest.set(rest)
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
