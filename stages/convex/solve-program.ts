/** Solves the convex program of training by the interior-point method, and takes the network out of it. */
import { Progress, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { NotPositiveDefinite } from "../math/linear/NotPositiveDefinite.ts"
import type { ConePiece } from "./ConePiece.ts"
import { InteriorPoint } from "./InteriorPoint.ts"
import { networkOf, penaltyOf, type ReluNetwork } from "./ReluNetwork.ts"
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

/** The gap that was asked for was not reached. */
export class NotSolved extends Schema.TaggedError<NotSolved>()("NotSolved", {
  steps: Schema.Int,
  gap: Schema.Number,
  residual: Schema.Number,
  tolerance: Schema.Finite
}) {
  override get message(): string {
    return `after ${this.steps} steps the gap is ${this.gap} and the residual ${this.residual}, above ${this.tolerance}: raise tolerance, or look for points that nearly coincide`
  }
}

/** There are more unknowns than a dense factor is made for. */
export class TooManyUnknowns extends Schema.TaggedError<TooManyUnknowns>()("TooManyUnknowns", {
  unknowns: Schema.Int,
  limit: Schema.Int
}) {
  override get message(): string {
    return `2 · patterns · coordinates is ${this.unknowns}, more than the ${this.limit} unknowns of an interior-point step: take fewer patterns, or convex/admm`
  }
}

/** Steps after which the method is given up: it takes 15 to 40. */
const MOST_STEPS = 100

/** A factor of so many unknowns takes about ten seconds. */
const MOST_UNKNOWNS = 4000

/**
 * The optimum of the program, twice: over all blocks, which tells those that are not zero, and over these, which leaves no traces of the others
 * in the network.
 */
export const solveProgram = Effect.fn("solve program")(function* (program: TrainingProgram, tolerance: number) {
  const { loss, examples } = program
  const { method, course } = yield* solve(program, tolerance)
  const blocks = blocksOfProgram(program)
  const used = blocks.filter((_, b) => !isZero(method.pieces[b]!))
  const polished = used.length === 0 ? undefined : yield* solve({ ...program, blocks: used }, tolerance)
  const points = method.pieces.slice(blocks.length)
  const end = polished?.method ?? method
  const network = networkOfBlocks(polished?.method.u ?? new Float64Array(), used, examples.x.dimension)
  return {
    network,
    multipliers: examples.y.map((target, k) => multiplierOf(loss, target, points[k]!.z)),
    value: method.value,
    gap: method.gap,
    bound: end.value - program.beta * penaltyOf(network),
    course: course.toTable()
  } satisfies Solution
})

/** The method at the end of its steps, with their course. */
const solve = Effect.fnUntraced(function* (program: TrainingProgram, tolerance: number) {
  const [blocks, dimension] = [blocksOfProgram(program).length, program.examples.x.dimension]
  if (blocks * dimension > MOST_UNKNOWNS) {
    return yield* new TooManyUnknowns({ unknowns: blocks * dimension, limit: MOST_UNKNOWNS })
  }
  const method = new InteriorPoint(piecesOf(program), blocks, dimension)
  const course = new Course()
  const step = () => {
    course.add(method)
    course.isOver = method.isSolved(tolerance) || !advance(method)
  }
  yield* Progress.steps(MOST_STEPS, "steps", step, { until: () => course.isOver })
  const { gap, residual } = method
  if (!method.isSolved(tolerance)) return yield* new NotSolved({ steps: course.length, gap, residual, tolerance })
  return { method, course }
})

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

/** A neuron for each block. */
const networkOfBlocks = (vectors: Float64Array, blocks: ReadonlyArray<ProgramBlock>, dimension: number): ReluNetwork =>
  networkOf({ dimension, vectors, signs: blocks.map(({ sign }) => sign) })

/** What a block that is zero at the optimum is shorter than, in what its multipliers lack of β; blocks in doubt are kept. */
const SHORT = 1e-4

/** Whether a block is zero at the optimum, by strict complementarity. */
const isZero = ({ data: { linear }, s, z }: ConePiece): boolean => {
  let square = 0
  for (let i = linear + 1; i < z.length; i++) square += z[i]! * z[i]!
  return s[linear]! < SHORT * (z[linear]! - Math.sqrt(square))
}

/** What the steps went through. */
class Course {
  isOver = false
  private readonly value: Array<number> = []
  private readonly gap: Array<number> = []
  private readonly residual: Array<number> = []

  get length(): number {
    return this.value.length
  }

  add({ value, gap, residual }: InteriorPoint): void {
    this.value.push(value)
    this.gap.push(gap)
    this.residual.push(residual)
  }

  toTable(): Table {
    const { value, gap, residual } = this
    return {
      columns: {
        step: Int32Array.from(value.keys()),
        value: Float64Array.from(value),
        gap: Float64Array.from(gap),
        residual: Float64Array.from(residual)
      }
    }
  }
}
