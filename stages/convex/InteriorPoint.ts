/**
 * Primal-dual interior-point method for a convex program made of pieces that share blocks of variables.
 *
 * Mehrotra's predictor and corrector in Nesterov and Todd's scaling, from a start that need not be feasible; in each step one system of the
 * order of the shared variables. Source: Vandenberghe, The CVXOPT linear and quadratic cone program solvers (2010), section 7.
 */
import * as Cholesky from "../math/linear/Cholesky.ts"
import { NotPositiveDefinite } from "../math/linear/NotPositiveDefinite.ts"
import { addScaled, difference } from "../math/linear/Vector.ts"
import { Workspace } from "../math/linear/Workspace.ts"
import { ConePiece, type PieceData } from "./ConePiece.ts"

/** How much of the longest step inside of the cone is taken. */
const STEP = 0.99

/** By how much the diagonal of the normal matrix is raised, relative to itself, until it has a factor: later steps mend what that costs. */
const REGULARISATIONS = [50, 44, 38, 32, 26, 20].map((bits) => 2 ** -bits)

/** Residuals that are let pass, in gaps: they change the value to second order. */
const RESIDUAL_SHARE = 100

/** A step is not made shorter than by so many halves. */
const MOST_HALVINGS = 10

/** Rounds of iterative refinement of each step. */
const REFINEMENTS = 2

export class InteriorPoint {
  readonly pieces: ReadonlyArray<ConePiece>
  /** Length of each block of shared variables. */
  readonly block: number
  /** The shared variables, block after block. */
  readonly u: Float64Array
  private readonly degree: number
  private readonly space = new Workspace("f64")
  private readonly normal: ReturnType<Workspace<"f64">["matrix"]>
  private readonly direction: ReturnType<Workspace<"f64">["matrix"]>
  /** The step of the shared variables. */
  private solution = new Float64Array()

  /** Shared variables begin at 0, or at `start`. */
  constructor(
    pieces: ReadonlyArray<PieceData>,
    blocks: number,
    block: number,
    start: Float64Array = new Float64Array(blocks * block)
  ) {
    this.block = block
    this.u = start.slice()
    this.pieces = pieces.map((data) => new ConePiece(data, this.gather(data, this.u)))
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

  /** The largest element of a residual, of the constraints or of the gradient. */
  get residual(): number {
    let most = 0
    const shared = new Float64Array(this.u.length)
    for (const { data, primalResidual, dualResidual } of this.pieces) {
      for (const element of primalResidual) most = Math.max(most, Math.abs(element))
      for (let j = 0; j < data.own; j++) most = Math.max(most, Math.abs(dualResidual[j]!))
      this.scatter(data, dualResidual.subarray(data.own), shared)
    }
    for (const element of shared) most = Math.max(most, Math.abs(element))
    return most
  }

  /** Whether the gap, relative to values above 1, is this small, and residuals not much larger: rounding is their limit first. */
  isSolved(tolerance: number): boolean {
    const isClosed = this.gap <= tolerance * Math.max(1, Math.abs(this.value))
    return isClosed && this.residual <= RESIDUAL_SHARE * tolerance
  }

  /**
   * One step; throws `NotPositiveDefinite` where rounding has left nothing to go on with, and leaves the point as it was.
   *
   * Cost: (blocks · block)³ / 3 and assembling.
   */
  step(): void {
    const { pieces } = this
    const mu = this.gap / this.degree
    for (const piece of pieces) piece.factor()
    this.factor()
    const affine = pieces.map(({ scaling }) => scaling.lambda.map((element) => -element))
    this.solve(affine)
    const left = 1 - Math.min(1, this.longestStep)
    // Where a residual is large beside the gap, the gap waits for it; half of it goes in any case, for rounding leaves a residual.
    const share = Math.max(left * left * left, Math.min(0.5, this.residual / (10 * this.gap)))
    this.solve(pieces.map((piece) => piece.correctedAim(share * mu)))
    const length = this.shortened(Math.min(1, STEP * this.longestStep))
    addScaled(this.u, length, this.solution)
    for (const piece of pieces) piece.step(length)
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

  /** The step of all variables that aims there. */
  private solve(aims: ReadonlyArray<Float64Array>): void {
    const sum = new Float64Array(this.u.length)
    for (const [index, piece] of this.pieces.entries()) this.scatter(piece.data, piece.prepare(aims[index]!), sum)
    this.solution = new Float64Array(sum.length)
    for (let round = 0; round <= REFINEMENTS; round++) {
      this.direction.set(round === 0 ? sum : difference(sum, this.normalTimes(this.solution)))
      Cholesky.solveInPlace(this.space, this.normal, this.direction)
      addScaled(this.solution, 1, this.direction.toFloat64())
    }
    for (const [index, piece] of this.pieces.entries()) {
      piece.complete(aims[index]!, this.gather(piece.data, this.solution))
    }
  }

  /** The normal matrix as the pieces have it, without regularisation, times a vector. */
  private normalTimes(x: Float64Array): Float64Array {
    const product = new Float64Array(x.length)
    for (const piece of this.pieces) {
      this.scatter(piece.data, piece.sharedNormalTimes(this.gather(piece.data, x)), product)
    }
    return product
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

  /** Lower triangle of the normal matrix from what is left of the pieces' own ones. */
  private assemble(regularisation: number): void {
    const { normal, u } = this
    const [data, order] = [normal.data, u.length]
    data.fill(0)
    for (const piece of this.pieces) this.addPiece(data, normal.stride, piece)
    for (let i = 0; i < order; i++) data[i * normal.stride + i]! *= 1 + regularisation
  }

  private addPiece(data: Float64Array, stride: number, { data: { blocks, signs, row }, shared }: ConePiece) {
    const { block } = this
    const local = new Float64Array(block * block)
    for (let i = 0; i < block; i++) {
      for (let j = 0; j < block; j++) {
        const entry =
          row === undefined ? shared[Math.max(i, j) * block + Math.min(i, j)]! : row[i]! * row[j]! * shared[0]!
        local[i * block + j] = entry
      }
    }
    for (const [index, b] of blocks.entries()) {
      for (let other = 0; other <= index; other++) {
        const sign = signs[index]! * signs[other]!
        const at = b * block * stride + blocks[other]! * block
        for (let i = 0; i < block; i++) {
          for (let j = 0; j < block; j++) data[at + i * stride + j]! += sign * local[i * block + j]!
        }
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
