/**
 * The convex program of training as pieces for the interior-point method: one a block, one a point.
 *
 * min Σₖ ℓₖ(ξₖ) + β Σ_b ‖u_b‖ over blocks u_b in the cones of their patterns, ξₖ being the worst that a perturbation of point k within the radii
 * makes of its loss. Sources: Pilanci and Ergen, ICML 2020, theorem 1; Bai, Gautam and Sojoudi, SIAM J. Math. Data Sci. (2023), section 4.
 */
import { log } from "../math/special/Elementary.ts"
import { sigmoid, softplus } from "../math/special/Exponential.ts"
import type { Patterns } from "./ActivationPatterns.ts"
import type { LossName } from "./loss-named.ts"
import type { Curve, PieceData, PieceStart } from "./piece-data.ts"
import type { Examples } from "./tensors.ts"

export interface TrainingProgram {
  readonly examples: Examples
  readonly patterns: Patterns
  /** Those of the program; all of them by default: v and w of each pattern. */
  readonly blocks?: ReadonlyArray<ProgramBlock>
  readonly loss: LossName
  readonly beta: number
  /** How often the loss counts: once where it is left out. */
  readonly weight?: number
  /** How far each coordinate may be moved: 0 where it may not. */
  readonly radii: Float64Array
  /** Whether blocks stay in the cones of their patterns; without, the program is the gated relaxation, and bounds it from below. */
  readonly hasCones: boolean
}

/** A block v of a pattern, of sign 1, or w, of sign −1. */
export interface ProgramBlock {
  readonly pattern: number
  readonly sign: 1 | -1
}

/** v of all patterns, then w. */
export const allBlocks = ({ count }: Patterns): ReadonlyArray<ProgramBlock> =>
  Array.from({ length: 2 * count }, (_, b) => ({ pattern: b % count, sign: b < count ? 1 : -1 }))

/** The pieces: those of the blocks, in their order, then those of the points. Shared are the blocks, each of the dimension of the points. */
export const piecesOf = (program: TrainingProgram): ReadonlyArray<PieceData> => {
  const blocks = blocksOfProgram(program).map(({ pattern }, b) => blockPiece(program, pattern, b))
  const points = Array.from({ length: program.examples.x.count }, (_, k) => pointPiece(program, k))
  return [...blocks, ...points]
}

/** The blocks of a program, all where it names none. */
export const blocksOfProgram = ({ blocks, patterns }: TrainingProgram): ReadonlyArray<ProgramBlock> =>
  blocks ?? allBlocks(patterns)

const attacked = (radii: Float64Array): ReadonlyArray<number> => [...radii.keys()].filter((j) => radii[j]! > 0)

/** β t with ‖u‖ ≤ t, |u_l| ≤ a_l, and ±xₖᵀu ≥ Σ radius_l a_l for each point: variables (t, a, u). */
const blockPiece = (
  { examples, patterns, beta, radii, hasCones }: TrainingProgram,
  pattern: number,
  b: number
): PieceData => {
  const { data, count, dimension: d } = examples.x
  const moved = hasCones ? attacked(radii) : []
  const own = 1 + moved.length
  const rows = new Rows(own + d)
  for (let k = 0; hasCones && k < count; k++) {
    const x = data.subarray(k * d, (k + 1) * d)
    if (moved.length === 0 && x.every((entry) => entry === 0)) continue
    const sign = patterns.active[k * patterns.count + pattern] === 1 ? 1 : -1
    const row = rows.add()
    for (let j = 0; j < d; j++) row[own + j] = sign * x[j]!
    for (const [at, j] of moved.entries()) row[1 + at] = -radii[j]!
  }
  for (const [at, j] of moved.entries()) bound(rows, 1 + at, own + j)
  const linear = rows.count
  for (let j = -1; j < d; j++) rows.add()[j === -1 ? 0 : own + j] = 1
  const cost = new Float64Array(own + d)
  cost[0] = beta
  return { own, shared: d, ...rows.toArrays(), linear, cost, blocks: Int32Array.of(b), signs: Float64Array.of(1) }
}

/** |y_shared| ≤ y_own. */
const bound = (rows: Rows, own: number, shared: number): void => {
  for (const sign of [1, -1]) {
    const row = rows.add()
    row[own] = 1
    row[shared] = sign
  }
}

/** The loss of point k: variables (ξ, e, c) with c = Σ ± u_b over the blocks that are on at it, |c_l| ≤ e_l; (ξ, xₖᵀc) where nothing is moved. */
const pointPiece = (program: TrainingProgram, k: number): PieceData => {
  const { examples, patterns, loss, radii, weight = 1 } = program
  const { data, dimension: d } = examples.x
  const x = data.slice(k * d, (k + 1) * d)
  const moved = attacked(radii)
  const [own, shared] = [1 + moved.length, moved.length === 0 ? 1 : d]
  const rows = new Rows(own + shared)
  const { lines, ...objective } = LOSSES[loss](examples.y[k]!, weight)
  for (const { own: first, factor, offset } of lines) {
    const row = rows.add(offset)
    row[0] = first
    if (factor === 0) continue
    for (let j = 0; j < shared; j++) row[own + j] = -factor * (moved.length === 0 ? 1 : x[j]!)
    for (const [at, j] of moved.entries()) row[1 + at] = -radii[j]!
  }
  for (const [at, j] of moved.entries()) bound(rows, 1 + at, own + j)
  const blocks = blocksOfProgram(program)
  const on = [...blocks.keys()].filter((b) => patterns.active[k * patterns.count + blocks[b]!.pattern] === 1)
  const cost = new Float64Array(own + shared)
  cost[0] = objective.slope
  return {
    own,
    shared,
    ...rows.toArrays(),
    linear: rows.count,
    cost,
    start: objective.start,
    ...(objective.curve === undefined ? {} : { curve: objective.curve }),
    blocks: Int32Array.from(on),
    signs: Float64Array.from(on, (b) => blocks[b]!.sign),
    ...(moved.length === 0 ? { row: x } : {})
  }
}

/** own · ξ ≥ factor · f − offset + Σ radius e, of each line with a factor; own · ξ ≥ −offset of one without. */
interface Line {
  readonly own: number
  readonly factor: number
  readonly offset: number
}

/** So many times the loss of a target, as a convex function, rising where it matters, of the largest of some lines in the output f. */
interface LossLines {
  readonly lines: ReadonlyArray<Line>
  readonly slope: number
  readonly curve?: Curve
  readonly start: PieceStart
}

const LOSSES: { readonly [name in LossName]: (target: number, weight: number) => LossLines } = {
  // ½ ξ², ξ ≥ |f − y|
  squared: (y, weight) => ({
    lines: [
      { own: 1, factor: 1, offset: y },
      { own: 1, factor: -1, offset: -y }
    ],
    slope: 0,
    curve: { value: (at) => (weight * at * at) / 2, slope: (at) => weight * at, curvature: () => weight },
    start: { first: 2 / weight, multipliers: [1, 1] }
  }),
  // ξ ≥ 0, ξ/weight ≥ 1 − y f
  hinge: (y, weight) => ({
    lines: [
      { own: 1, factor: 0, offset: 0 },
      { own: 1 / weight, factor: -y, offset: -1 }
    ],
    slope: 1,
    start: { first: 1, multipliers: [1 - 0.5 / weight, 0.5] }
  }),
  // log(1 + e^ξ), ξ ≥ −y f
  logistic: (y, weight) => ({
    lines: [{ own: 1, factor: -y, offset: 0 }],
    slope: 0,
    curve: {
      value: (at) => weight * softplus(at),
      slope: (at) => weight * sigmoid(at),
      curvature: (at) => weight * sigmoid(at) * sigmoid(-at)
    },
    start: { first: -log(2 * weight - 1), multipliers: [0.5] }
  })
}

/** λ = −∂L/∂f of a point from the multipliers of its lines, which are in units; of hinge and logistic without what rounding takes them out of [0, 1] by. */
export const multiplierOf = (loss: LossName, target: number, duals: Float64Array, unit: number): number => {
  const { lines } = LOSSES[loss](target, 1)
  const sum = lines.reduce((total, { factor }, r) => total - factor * duals[r]! * unit, 0)
  return loss === "squared" ? sum : target * Math.min(1, Math.max(0, target * sum))
}

/** Rows of a matrix that grows, each with an offset. */
class Rows {
  private readonly width: number
  private readonly rows: Array<Float64Array> = []
  private readonly offsets: Array<number> = []

  constructor(width: number) {
    this.width = width
  }

  get count(): number {
    return this.rows.length
  }

  /** A new row of zeros, to be filled. */
  add(offset = 0): Float64Array {
    const row = new Float64Array(this.width)
    this.rows.push(row)
    this.offsets.push(offset)
    return row
  }

  toArrays(): { readonly matrix: Float64Array; readonly offset: Float64Array } {
    const matrix = new Float64Array(this.width * this.count)
    for (const [at, row] of this.rows.entries()) matrix.set(row, at * this.width)
    return { matrix, offset: Float64Array.from(this.offsets) }
  }
}
