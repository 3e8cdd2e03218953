/**
 * Primal-dual interior-point method for a convex program made of pieces that share blocks of variables.
 *
 * Mehrotra's predictor and corrector in Nesterov and Todd's scaling, from a start that need not be feasible; in each step one system of the
 * order of the shared variables. Source: Vandenberghe, The CVXOPT linear and quadratic cone program solvers (2010), section 7.
 */
import * as Cholesky from "../math/linear/Cholesky.ts"
import { NotPositiveDefinite } from "../math/linear/NotPositiveDefinite.ts"
import { addScaled } from "../math/linear/Vector.ts"
import { type Means, Workspace } from "../math/linear/Workspace.ts"
import { ConePiece } from "./ConePiece.ts"
import type { PieceData } from "./piece-data.ts"

/** How much of the longest step inside of the cone is taken. */
const STEP = 0.99

/** By how much the diagonal of the normal matrix is raised, relative to itself, until it has a factor: later steps mend what that costs. */
const REGULARISATIONS = [54, 50, 44, 38, 32, 26, 20].map((bits) => 2 ** -bits)

/** A step is not made shorter than by so many halves. */
const MOST_HALVINGS = 10

/** Rounds of refinement of each step at most, and what of its equations is as good as nothing. */
const [REFINEMENTS, REFINED] = [3, 2 ** -40]

export interface InteriorPointOptions {
  readonly start?: Float64Array
  readonly means?: Means
}

export class InteriorPoint {
  readonly pieces: ReadonlyArray<ConePiece>
  /** Length of each block of shared variables. */
  readonly block: number
  /** The shared variables, block after block. */
  readonly u: Float64Array
  private readonly degree: number
  /** For each block the pieces that share it, and its place among theirs. */
  private readonly holders: ReadonlyArray<ReadonlyArray<{ readonly piece: ConePiece; readonly index: number }>>
  private readonly space: Workspace<"f64">
  private readonly normal: ReturnType<Workspace<"f64">["matrix"]>
  private readonly direction: ReturnType<Workspace<"f64">["matrix"]>
  /** The step of the shared variables. */
  private solution = new Float64Array()

  /** Shared variables begin at 0, or at `start`; `means` are for the factor, which takes most of the time where variables are many. */
  constructor(
    pieces: ReadonlyArray<PieceData>,
    blocks: number,
    block: number,
    { means = {}, start = new Float64Array(blocks * block) }: InteriorPointOptions = {}
  ) {
    this.space = new Workspace("f64", means)
    this.block = block
    this.u = start.slice()
    this.pieces = pieces.map((data) => new ConePiece(data, this.gather(data, this.u)))
    const holders = Array.from({ length: blocks }, () => [] as Array<{ piece: ConePiece; index: number }>)
    for (const piece of this.pieces) {
      for (const [index, b] of piece.data.blocks.entries()) holders[b]!.push({ piece, index })
    }
    this.holders = holders
    this.degree = this.pieces.reduce((sum, { scaling }) => sum + scaling.degree, 0)
    this.normal = this.space.matrix(this.u.length, this.u.length)
    this.direction = this.space.matrix(this.u.length, 1)
    this.measure()
  }

  /** All that the next step begins with: u, then y, s and z of each piece. */
  point(): Float64Array {
    const { parts } = this
    const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const part of parts) {
      all.set(part, at)
      at += part.length
    }
    return all
  }

  /** To a point that another one with the same pieces has been at. */
  moveTo(point: Float64Array): void {
    let at = 0
    for (const part of this.parts) {
      part.set(point.subarray(at, at + part.length))
      at += part.length
    }
    this.measure()
  }

  /** Σ sᵀ z: how far the value is above the optimum, where no residual is left. */
  get gap(): number {
    return this.pieces.reduce((sum, { gap }) => sum + gap, 0)
  }

  get value(): number {
    return this.pieces.reduce((sum, { cost }) => sum + cost, 0)
  }

  /** What the residuals of constraints and gradient may change the value by, to first order. */
  get residual(): number {
    let [primal, most, sizes] = [0, 0, 1]
    const shared = new Float64Array(this.u.length)
    for (const { data, dualResidual, primalResidual, y, z } of this.pieces) {
      for (let i = 0; i < z.length; i++) primal += Math.abs(z[i]! * primalResidual[i]!)
      for (let j = 0; j < data.own; j++) {
        most = Math.max(most, Math.abs(dualResidual[j]!))
        sizes += Math.abs(y[j]!)
      }
      this.scatter(data, dualResidual.subarray(data.own), shared)
    }
    for (const element of shared) most = Math.max(most, Math.abs(element))
    for (const element of this.u) sizes += Math.abs(element)
    return primal + most * sizes
  }

  /** Gap or residual, whichever is larger, relative to values above 1. */
  get error(): number {
    return Math.max(this.gap, this.residual) / Math.max(1, Math.abs(this.value))
  }

  /**
   * One step; throws `NotPositiveDefinite` where rounding has left nothing to go on with, and leaves the point as it was.
   *
   * A gap that is below `enough`, relative to values above 1, falls no further than residuals do. Cost: (blocks · block)³ / 3 and assembling.
   */
  step(enough: number): void {
    const { gap, pieces, residual } = this
    const mu = gap / this.degree
    for (const piece of pieces) piece.factor()
    this.factor()
    this.solve(pieces.map((piece) => piece.affineAim()))
    const left = 1 - Math.min(1, this.longestStep)
    // Where a residual is large beside the gap, the gap waits for it; half of it goes in any case while it is large, for rounding leaves a residual.
    const most = gap > enough * Math.max(1, Math.abs(this.value)) ? 0.5 : 1
    const share = Math.max(left * left * left, Math.min(most, residual / (10 * gap)))
    this.solve(pieces.map((piece) => piece.correctedAim(share * mu)))
    const length = this.shortened(Math.min(1, STEP * this.longestStep))
    addScaled(this.u, length, this.solution)
    for (const piece of pieces) piece.move(length)
    this.measure()
  }

  private get parts(): ReadonlyArray<Float64Array> {
    return [this.u, ...this.pieces.flatMap(({ y, s, z }) => [y, s, z])]
  }

  /** Where a loss bends so much on the way that its slope would not be the one that the step was made for, only the first part of a step is gone. */
  private shortened(length: number): number {
    const most = Math.max(this.gap, this.residual)
    const error = (share: number): number =>
      this.pieces.reduce((largest, piece) => Math.max(largest, piece.bendAlong(share)), 0)
    let shorter = length
    for (let halving = 0; halving < MOST_HALVINGS && error(shorter) > most; halving++) shorter /= 2
    return shorter
  }

  private measure(): void {
    for (const piece of this.pieces) piece.measure()
  }

  private get longestStep(): number {
    return this.pieces.reduce((least, { longestStep }) => Math.min(least, longestStep), Number.POSITIVE_INFINITY)
  }

  /** The step of all variables that aims there, refined by what it leaves of its equations. */
  private solve(aims: ReadonlyArray<Float64Array>): void {
    const { pieces } = this
    this.solution = new Float64Array(this.u.length)
    for (const [index, piece] of pieces.entries()) piece.aimAt(aims[index]!)
    const first = this.add()
    for (let round = 0; round < REFINEMENTS; round++) {
      for (const { step } of pieces) step.measure()
      if (this.add() <= REFINED * first) return
    }
  }

  /** Adds to the step what solves for the rest of its equations, and tells how large the largest of these was. */
  private add(): number {
    const { pieces } = this
    const rest = new Float64Array(this.u.length)
    for (const { data, step } of pieces) this.scatter(data, step.reduced(), rest)
    this.direction.set(rest)
    Cholesky.solveInPlace(this.space, this.normal, this.direction)
    const change = this.direction.toFloat64()
    addScaled(this.solution, 1, change)
    for (const { data, step } of pieces) step.add(this.gather(data, change))
    return rest.reduce((most, element) => Math.max(most, Math.abs(element)), 0)
  }

  /** What a piece sees of the blocks. */
  private gather({ blocks, signs, row }: PieceData, all: Float64Array): Float64Array {
    const { block } = this
    const sum = new Float64Array(block)
    for (const [index, b] of blocks.entries()) {
      for (let j = 0; j < block; j++) sum[j]! += signs[index]! * all[b * block + j]!
    }
    return row === undefined ? sum : Float64Array.of(sum.reduce((total, value, j) => total + value * row[j]!, 0))
  }

  /** Its transpose: adds to `all`. */
  private scatter({ blocks, signs, row }: PieceData, shared: Float64Array, all: Float64Array): void {
    const { block } = this
    for (const [index, b] of blocks.entries()) {
      for (let j = 0; j < block; j++) {
        all[b * block + j]! += signs[index]! * (row === undefined ? shared[j]! : row[j]! * shared[0]!)
      }
    }
  }

  /** The factor of the normal matrix, with the least regularisation that lets it have one. */
  private factor(): void {
    for (const regularisation of REGULARISATIONS) {
      this.assemble(regularisation)
      const failure = failureOf(() => Cholesky.factorInPlace(this.space, this.normal))
      if (failure === undefined) return
      if (regularisation === REGULARISATIONS.at(-1)) throw failure
    }
  }

  /** Lower triangle of the normal matrix from what is left of the pieces' own ones, a row of blocks after the other, which stays in the cache. */
  private assemble(regularisation: number): void {
    const { normal, u } = this
    const [data, order] = [normal.data, u.length]
    data.fill(0)
    for (const holders of this.holders) {
      for (const { piece, index } of holders) this.addRow(data, normal.stride, piece, index)
    }
    for (let i = 0; i < order; i++) data[i * normal.stride + i]! *= 1 + regularisation
  }

  /** What a piece adds to the row of one of its blocks, up to the diagonal. */
  private addRow(
    data: Float64Array,
    stride: number,
    { data: piece, step: { shared } }: ConePiece,
    index: number
  ): void {
    const { block } = this
    const { blocks, row, signs } = piece
    const corner = blocks[index]! * block * stride
    for (let other = 0; other <= index; other++) {
      const [sign, at] = [signs[index]! * signs[other]!, corner + blocks[other]! * block]
      for (let i = 0; i < block; i++) {
        const [from, begin] = row === undefined ? [shared, i * block] : [row, 0]
        const factor = row === undefined ? sign : sign * row[i]! * shared[0]!
        const to = at + i * stride
        for (let j = 0; j < block; j++) data[to + j]! += factor * from[begin + j]!
      }
    }
  }
}

const failureOf = (body: () => void): NotPositiveDefinite | undefined => {
  try {
    body()
    return undefined
  } catch (error) {
    if (error instanceof NotPositiveDefinite) return error
    throw error
  }
}
