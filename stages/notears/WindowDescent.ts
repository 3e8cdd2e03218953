/** Descent by insertions, and where none helps by windows of the order that are solved exactly. */
import { type Descent, leastFall, type Phase, type Round } from "./Descent.ts"
import { InsertionDescent } from "./InsertionDescent.ts"
import type { LeastSquaresOrder } from "./LeastSquaresOrder.ts"
import { SubsetProgram } from "./SubsetProgram.ts"

/** At the end no insertion lowers the score, and the nodes of no window can be put in a better order: with a window for all, it is the optimum. */
export class WindowDescent implements Descent {
  isDone = false
  private readonly state: LeastSquaresOrder
  private readonly program: SubsetProgram
  private insertions: InsertionDescent

  /** `size` is at least 2; where there are fewer nodes it is their number. */
  constructor(state: LeastSquaresOrder, size: number, [isDone, ...inner]: Phase = []) {
    this.state = state
    this.isDone = isDone === 1
    this.program = new SubsetProgram(Math.min(size, state.d))
    this.insertions = new InsertionDescent(state, inner)
  }

  phase(): Phase {
    return [this.isDone ? 1 : 0, ...this.insertions.phase()]
  }

  advance(): Round {
    return this.insertions.isDone ? this.solveWindows() : this.insertions.advance()
  }

  /** All windows, from front to back. */
  private solveWindows(): Round {
    const { program, state } = this
    const windows = state.d - program.d + 1
    const least = leastFall(state)
    let moves = 0
    for (let first = 0; first < windows; first++) if (state.solveWindow(first, program, least)) moves++
    this.isDone = moves === 0
    this.insertions = new InsertionDescent(state)
    return { set: "windows", candidates: windows, regressions: windows * program.d * 2 ** (program.d - 1), moves }
  }
}
