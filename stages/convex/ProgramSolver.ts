/**
 * The convex program of training by the interior-point method, twice: over all blocks, which tells those that are not zero, and over these, which leaves no
 * traces of the others in the network.
 */
import type { Model, Table, Tensor } from "athanor/stage"
import { float64 } from "../math/float64.ts"
import { NotPositiveDefinite } from "../math/linear/NotPositiveDefinite.ts"
import { bringingBelowOne } from "../math/linear/power-of-two.ts"
import type { ConePiece } from "./ConePiece.ts"
import { InteriorPoint } from "./InteriorPoint.ts"
import { networkOf, penaltyOf, type ReluNetwork } from "./ReluNetwork.ts"
import { recordsOf, tableOf } from "./records.ts"
import { vector } from "./tensors.ts"
import { blocksOfProgram, multiplierOf, type ProgramBlock, piecesOf, type TrainingProgram } from "./training-program.ts"

export interface Solution {
  readonly network: ReluNetwork
  /** λ = −∂L/∂f of each point. */
  readonly multipliers: Float64Array
  /** Of the program, with its gap. */
  readonly value: number
  readonly gap: number
  /** The loss part of the program whose blocks are the neurons: within its radii no perturbation makes the loss of the network larger. */
  readonly bound: number
  /** `step`, `value`, `gap` and `residual`. */
  readonly course: Table
}

/** Steps after which the method is given up: it takes 15 to 40. */
const MOST_STEPS = 100

/** Steps that a solver takes at most, of both solutions and between them. */
export const SOLVER_STEPS = 2 * (MOST_STEPS + 1)

const FIELDS = ["step", "value", "gap", "residual"] as const

/** What the first solution has told. */
interface Found {
  readonly value: number
  readonly gap: number
  readonly multipliers: Float64Array
  /** Numbers of the blocks that are not zero. */
  readonly used: ReadonlyArray<number>
}

export class ProgramSolver {
  private readonly program: TrainingProgram
  private readonly tolerance: number
  /** What points, radii and β are divided by, and the blocks of the method then have to be. */
  private readonly unit: number
  private method: InteriorPoint
  private records: Array<{ readonly [field in (typeof FIELDS)[number]]: number }> = []
  private taken = 0
  private found: Found | undefined
  /** Whether further steps do nothing. */
  isOver = false

  constructor(program: TrainingProgram, tolerance: number) {
    this.program = program
    this.tolerance = tolerance
    this.unit = unitOf(program.beta)
    this.method = this.begin(blocksOfProgram(program))
  }

  /** Whether both solutions are as exact as was asked for. */
  get isSolved(): boolean {
    return this.found !== undefined && (this.found.used.length === 0 || this.method.isSolved(this.tolerance))
  }

  /** Of the solution under way. */
  get end(): { readonly steps: number; readonly gap: number; readonly residual: number } {
    const { gap, residual } = this.method
    return { steps: this.taken, gap, residual }
  }

  /** A neuron for each block of the solution under way. */
  get network(): ReluNetwork {
    const blocks = this.blocks
    const vectors = blocks.length === 0 ? new Float64Array() : this.method.u.map((element) => element / this.unit)
    return networkOf({ dimension: this.dimension, vectors, signs: blocks.map(({ sign }) => sign) })
  }

  /** Of the first solution. */
  get multipliers(): Float64Array {
    return this.found?.multipliers ?? this.multipliersNow()
  }

  get course(): Table {
    return tableOf(FIELDS, this.records)
  }

  /** One step of the method; where it has come to its end, the second solution begins. Nothing once that has ended too. */
  step(): void {
    if (this.isOver) return
    const { method, tolerance } = this
    if (this.found === undefined) {
      const { value, gap, residual } = method
      this.records.push({ step: this.taken, value, gap, residual })
    }
    const isSolved = method.isSolved(tolerance)
    if (!isSolved && this.taken < MOST_STEPS && advance(method)) this.taken++
    else if (isSolved && this.found === undefined) this.beginAgain()
    else this.isOver = true
  }

  /** Once it is solved. */
  solution(): Solution {
    const { found, method, network, program } = this
    const { gap, multipliers, used, value } = found!
    const end = used.length === 0 ? value : method.value
    return { network, multipliers, value, gap, bound: end - program.beta * penaltyOf(network), course: this.course }
  }

  /** Without the course, which stands in its own table. */
  state(): Model {
    const { found, method, taken } = this
    const { value, gap, multipliers, used } = found ?? { value: 0, gap: 0, multipliers: [], used: [] }
    return {
      tensors: {
        scalars: vector(Float64Array.of(taken, found === undefined ? 0 : 1, value, gap)),
        multipliers: vector(Float64Array.from(multipliers)),
        used: vector(Float64Array.from(used)),
        point: vector(method.point())
      },
      metadata: {}
    }
  }

  /** Goes on from the state of another one of the same program. */
  load({ tensors }: Model, course: Table): void {
    const values = (name: string): Float64Array => float64(tensors[name] as Tensor)
    const [taken, hasFound, value, gap] = values("scalars")
    this.taken = taken!
    this.records = recordsOf(FIELDS, course)
    if (hasFound === 1) {
      this.found = { value: value!, gap: gap!, multipliers: values("multipliers"), used: [...values("used")] }
      // Without a block there is no second solution: the point is that of the first.
      this.isOver = this.found.used.length === 0
      if (!this.isOver) this.method = this.begin(this.blocks)
    }
    this.method.moveTo(values("point"))
  }

  private get dimension(): number {
    return this.program.examples.x.dimension
  }

  /** Those of the solution under way. */
  private get blocks(): ReadonlyArray<ProgramBlock> {
    const all = blocksOfProgram(this.program)
    return this.found === undefined ? all : this.found.used.map((b) => all[b]!)
  }

  private begin(blocks: ReadonlyArray<ProgramBlock>): InteriorPoint {
    const pieces = piecesOf({ ...inUnits(this.program, this.unit), blocks })
    return new InteriorPoint(pieces, blocks.length, this.dimension)
  }

  private beginAgain(): void {
    const { method } = this
    const used = this.blocks.flatMap((_, b) => (isZero(method.pieces[b]!) ? [] : [b]))
    this.found = { value: method.value, gap: method.gap, multipliers: this.multipliersNow(), used }
    this.taken = 0
    if (used.length === 0) this.isOver = true
    else this.method = this.begin(this.blocks)
  }

  private multipliersNow(): Float64Array {
    const { examples, loss } = this.program
    const points = this.method.pieces.slice(this.blocks.length)
    return examples.y.map((target, k) => multiplierOf(loss, target, points[k]!.z))
  }
}

/** A power of two that brings β to 1 at most: from further away the method, which begins with multipliers of 1, may come to nothing. */
const unitOf = (beta: number): number => (beta > 1 ? 1 / bringingBelowOne(beta) : 1)

/** The same program for blocks that are as many times longer. */
const inUnits = (program: TrainingProgram, unit: number): TrainingProgram => {
  const { x, y } = program.examples
  const divided = (all: Float64Array): Float64Array => all.map((element) => element / unit)
  const examples = { x: { ...x, data: divided(x.data) }, y }
  return { ...program, examples, radii: divided(program.radii), beta: program.beta / unit }
}

/** Whether there was a step: rounding may leave none. */
const advance = (method: InteriorPoint): boolean => {
  try {
    method.step()
    return true
  } catch (error) {
    if (error instanceof NotPositiveDefinite) return false
    throw error
  }
}

/** What a block that is zero at the optimum is shorter than, in what its multipliers lack of β; blocks in doubt are kept. */
const SHORT = 1e-4

/** Whether a block is zero at the optimum, by strict complementarity. */
const isZero = ({ data: { linear }, s, z }: ConePiece): boolean => {
  let square = 0
  for (let i = linear + 1; i < z.length; i++) square += z[i]! * z[i]!
  return s[linear]! < SHORT * (z[linear]! - Math.sqrt(square))
}
