/** Solves the convex program of training at once, or says why it cannot. */
import { Blas, Progress, Team } from "athanor/stage"
import { Effect, Schema } from "effect"
import { dualBound, overPatterns } from "./Certificate.ts"
import { relativeGap } from "./gaps.ts"
import { lossNamed } from "./loss-named.ts"
import { ProgramSolver, SOLVER_STEPS, type Solution } from "./ProgramSolver.ts"
import { objectiveOf } from "./ReluNetwork.ts"
import { blocksOfProgram, type TrainingProgram } from "./training-program.ts"

/** Rounding, or the number of steps, has ended the method before it was as exact as was asked for. */
export class NotSolved extends Schema.TaggedError<NotSolved>()("NotSolved", {
  steps: Schema.Int,
  error: Schema.Number,
  tolerance: Schema.Finite
}) {
  override get message(): string {
    return `after ${this.steps} steps the value is known to ${this.error} of it, not to ${this.tolerance}: ${REMEDY}`
  }
}

/** The network and the bound from below that the multipliers prove are further apart than was asked for. */
export class NotCertified extends Schema.TaggedError<NotCertified>()("NotCertified", {
  objective: Schema.Number,
  bound: Schema.Number,
  gap: Schema.Number,
  tolerance: Schema.Finite
}) {
  override get message(): string {
    return `no network with these patterns has an objective below ${this.bound}, but that of the one that was found is ${this.objective}, a relative gap of ${this.gap}, above ten times ${this.tolerance}: ${REMEDY}`
  }
}

const REMEDY =
  "raise tolerance or beta, bring the columns of X to one size, or look for points that nearly coincide and have different targets"

/** There are more unknowns than a dense factor is made for. */
export class TooManyUnknowns extends Schema.TaggedError<TooManyUnknowns>()("TooManyUnknowns", {
  unknowns: Schema.Int,
  limit: Schema.Int
}) {
  override get message(): string {
    return `2 · patterns · coordinates is ${this.unknowns}, more than the ${this.limit} unknowns of an interior-point step: take fewer patterns, or without an adversary convex/admm or convex/block-admm`
  }
}

/** The matrix of so many unknowns takes 288 MB, and its factor some three seconds on one core. */
export const MOST_UNKNOWNS = 6000

/** How many times the tolerance a certified gap may be: network and bound are of two solutions, each known to it or nearly so. */
const CERTIFIED = 10

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
  return new ProgramSolver(program, tolerance, { team: yield* Team.Current, blas: yield* Blas.Current })
})

/** Of a solver that has taken all of its steps. */
export const solutionOf = Effect.fnUntraced(function* (solver: ProgramSolver, tolerance: number) {
  if (!solver.isSolved) return yield* new NotSolved({ ...solver.end, tolerance })
  return solver.solution()
})

/** A bound that no network with these patterns goes below, from the multipliers alone; fails where the network is not close above it. */
export const certified = Effect.fnUntraced(function* (
  { network, multipliers }: Solution,
  { beta, examples, loss: name, patterns }: TrainingProgram,
  tolerance: number
) {
  const { x, y } = examples
  const loss = yield* lossNamed(name, y)
  const objective = objectiveOf(network, examples, beta, loss)
  const { value: bound } = dualBound(loss, multipliers, y, beta, overPatterns(x, multipliers, patterns).bound)
  const gap = relativeGap(objective, bound)
  if (!(gap <= CERTIFIED * tolerance)) return yield* new NotCertified({ objective, bound, gap, tolerance })
  return { objective, bound, gap }
})
