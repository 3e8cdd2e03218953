/** What a hook is told: a document that programs of others rely on. docs/json-output.md has it. */
import type { HookEvent } from "../document/PipelineDocument.ts"
import type { Finding } from "./drift.ts"
import type { TickOutcome } from "./ScheduleEvent.ts"

/** Fields are added, and not renamed or removed, within a version. Times are in ISO 8601, UTC. */
export interface NoticeBody {
  readonly version: 1
  /** The same whenever the same thing is told again. */
  readonly id: string
  readonly event: HookEvent
  readonly schedule: {
    readonly id: string
    readonly pipeline: string
    readonly file: string
    readonly cron: string
    readonly timeZone: string
  }
  readonly tick: {
    readonly id: string
    readonly at: string
    readonly startedAt: string
    readonly endedAt: string
    readonly outcome: TickOutcome
    /** What came of the tick before, in the same words. */
    readonly before: TickOutcome | null
    /** Why, where the outcome does not say enough. */
    readonly detail: string | null
  }
  /** `null` where it came to no run. */
  readonly run: {
    readonly id: string
    readonly traceId: string
    readonly ran: number
    readonly hit: number
    readonly failed: number
    readonly skipped: number
    readonly failures: ReadonlyArray<{ readonly task: string; readonly error: string; readonly message: string }>
    readonly expectations: {
      readonly met: number
      readonly missed: ReadonlyArray<{ readonly metric: string; readonly verdict: string; readonly words: string }>
    }
  } | null
  readonly drift: ReadonlyArray<Finding>
}

/** Something that one hook is to be told. */
export interface Notice {
  readonly id: string
  /** Which of the schedule's hooks, by its place. */
  readonly hook: number
  readonly body: NoticeBody
}
