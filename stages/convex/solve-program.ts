/** Solves the convex program of training at once, or says why it cannot. */
import { Progress } from "athanor/stage"
import { Effect, Schema } from "effect"
import { ProgramSolver, SOLVER_STEPS } from "./ProgramSolver.ts"
import { blocksOfProgram, type TrainingProgram } from "./training-program.ts"

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

/** A factor of so many unknowns takes about ten seconds. */
const MOST_UNKNOWNS = 4000

/** The optimum of the program. */
export const solveProgram = Effect.fn("solve program")(function* (program: TrainingProgram, tolerance: number) {
  const solver = yield* solverOf(program, tolerance)
  yield* Progress.steps(SOLVER_STEPS, "steps", () => solver.step(), { until: () => solver.isOver })
  return yield* solutionOf(solver, tolerance)
})

/** A solver for a stage to step and to keep. */
export const solverOf = Effect.fnUntraced(function* (program: TrainingProgram, tolerance: number) {
  const unknowns = blocksOfProgram(program).length * program.examples.x.dimension
  if (unknowns > MOST_UNKNOWNS) return yield* new TooManyUnknowns({ unknowns, limit: MOST_UNKNOWNS })
  return new ProgramSolver(program, tolerance)
})

/** Of a solver that has taken all of its steps. */
export const solutionOf = Effect.fnUntraced(function* (solver: ProgramSolver, tolerance: number) {
  if (!solver.isSolved) return yield* new NotSolved({ ...solver.end, tolerance })
  return solver.solution()
})
