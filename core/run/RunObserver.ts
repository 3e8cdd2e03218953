/** Who watches a run: the terminal, the trace, a test. */
import { Context } from "effect"
import type { Plan } from "../plan/Plan.ts"
import type { JournalEvent } from "../record/JournalEvent.ts"
import type { SpanBatch } from "../record/KeptSpan.ts"
import type { ProgressReport } from "../stage/Progress.ts"

/** Called in the order of events, after the journal has them. Must not throw and must return at once. */
export interface RunObserverShape {
  readonly onEvent: (event: JournalEvent) => void
  /** From inside a running stage; several times a second at most. */
  readonly onProgress: (task: string, report: ProgressReport) => void
  /** Whether a worker is at a task that it was given with others; said before or after the events of the task. */
  readonly onTurn?: (task: string, hasTurn: boolean) => void
  /** A task has waited for a while for another process that has its key; once each. It is over with the next event of the task. */
  readonly onWaiting: (task: string) => void
  /** Spans that no event tells: before the end of what they lie within. */
  readonly onSpans?: (batch: SpanBatch) => void
}

/** Makes the observer of one run from its plan; the default sees nothing. */
export const RunObserver = Context.Reference<(plan: Plan) => RunObserverShape>("athanor/run/RunObserver", {
  defaultValue: () => () => ({ onEvent: () => {}, onProgress: () => {}, onWaiting: () => {} })
})
