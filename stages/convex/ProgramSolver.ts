/**
 * The convex program of training by the interior-point method, twice: over all blocks, which tells those that are not zero, and over these, which leaves no
 * traces of the others in the network.
 */
import type { Model, Table, Tensor } from "athanor/stage"
import { float64 } from "../math/float64.ts"
import type { Means } from "../math/linear/Workspace.ts"
import type { ConePiece } from "./ConePiece.ts"
import { InteriorPoint } from "./InteriorPoint.ts"
import { InteriorPointCourse, MOST_STEPS } from "./InteriorPointCourse.ts"
import { inUnits, type ProgramUnits, unitsOf } from "./program-units.ts"
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
  private readonly means: Means
  private readonly units: ProgramUnits
  /** Of the first solution, then of the second. */
  private current: InteriorPointCourse
  private records: Array<{ readonly [field in (typeof FIELDS)[number]]: number }> = []
  private found: Found | undefined
  /** Whether further steps do nothing. */
  isOver = false

  /** `tolerance` is of gap and residuals, relative to the value. */
  constructor(program: TrainingProgram, tolerance: number, means: Means = {}) {
    this.program = program
    this.means = means
    this.tolerance = tolerance
    this.units = unitsOf(program)
    this.current = this.begin(blocksOfProgram(program))
  }

  /** Whether both solutions are as exact as was asked for, or nearly so. */
  get isSolved(): boolean {
    return this.found !== undefined && (this.found.used.length === 0 || this.current.isSolved)
  }

  /** Of the solution under way: gap and residual, relative to the value. */
  get end(): { readonly steps: number; readonly error: number } {
    return { steps: this.current.steps, error: this.method.error }
  }

  /** A neuron for each block of the solution under way. */
  get network(): ReluNetwork {
    const blocks = this.blocks
    const vectors =
      blocks.length === 0
        ? new Float64Array()
        : this.method.u.map((element) => (element * this.units.targets) / this.units.points)
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
    const { current } = this
    if (this.found === undefined) {
      this.records.push({ step: current.steps, ...this.values, residual: this.method.residual * this.valueUnit })
    }
    current.step()
    if (!current.isOver) return
    if (current.isSolved && this.found === undefined) this.beginAgain()
    else this.isOver = true
  }

  /** Once it is solved. */
  solution(): Solution {
    const { found, network, program } = this
    const { gap, multipliers, used, value } = found!
    const end = used.length === 0 ? value : this.values.value
    return { network, multipliers, value, gap, bound: end - program.beta * penaltyOf(network), course: this.course }
  }

  /** Without the course, which stands in its own table. */
  state(): Model {
    const { value, gap, multipliers, used } = this.found ?? { value: 0, gap: 0, multipliers: [], used: [] }
    const { best, counts, point } = this.current.state()
    return {
      tensors: {
        scalars: vector(Float64Array.of(this.found === undefined ? 0 : 1, value, gap)),
        multipliers: vector(Float64Array.from(multipliers)),
        used: vector(Float64Array.from(used)),
        counts: vector(counts),
        best: vector(best),
        point: vector(point)
      },
      metadata: {}
    }
  }

  /** Goes on from the state of another one of the same program. */
  load({ tensors }: Model, course: Table): void {
    const values = (name: string): Float64Array => float64(tensors[name] as Tensor)
    const [hasFound, value, gap] = values("scalars")
    this.records = recordsOf(FIELDS, course)
    if (hasFound === 1) {
      this.found = { value: value!, gap: gap!, multipliers: values("multipliers"), used: [...values("used")] }
      // Without a block there is no second solution: the point is that of the first.
      if (this.found.used.length > 0) this.current = this.begin(this.blocks)
    }
    this.current.load({ counts: values("counts"), best: values("best"), point: values("point") })
    this.isOver = this.current.isOver
  }

  private get dimension(): number {
    return this.program.examples.x.dimension
  }

  private get method(): InteriorPoint {
    return this.current.method
  }

  /** What 1 of the method is of the objective. */
  private get valueUnit(): number {
    const { targets, weight } = this.units
    return (targets * targets) / weight
  }

  private get values(): { readonly value: number; readonly gap: number } {
    const { method, valueUnit } = this
    return { value: method.value * valueUnit, gap: method.gap * valueUnit }
  }

  /** Those of the solution under way. */
  private get blocks(): ReadonlyArray<ProgramBlock> {
    const all = blocksOfProgram(this.program)
    return this.found === undefined ? all : this.found.used.map((b) => all[b]!)
  }

  private begin(blocks: ReadonlyArray<ProgramBlock>): InteriorPointCourse {
    const pieces = piecesOf({ ...inUnits(this.program, this.units), blocks })
    const method = new InteriorPoint(pieces, blocks.length, this.dimension, { means: this.means })
    return new InteriorPointCourse(method, this.tolerance)
  }

  private beginAgain(): void {
    const { method } = this
    const used = this.blocks.flatMap((_, b) => (isZero(method.pieces[b]!) ? [] : [b]))
    this.found = { ...this.values, multipliers: this.multipliersNow(), used }
    if (used.length === 0) this.isOver = true
    else this.current = this.begin(this.blocks)
  }

  private multipliersNow(): Float64Array {
    const { program, units } = this
    const points = this.method.pieces.slice(this.blocks.length)
    const unit = units.targets / units.weight
    return program.examples.y.map((target, k) => multiplierOf(program.loss, target, points[k]!.z, unit))
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
