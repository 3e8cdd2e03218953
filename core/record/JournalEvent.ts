/** What happens during a run, in the words of the journal. */
import type { Json } from "../stage/ArtifactKind.ts"
import type { Continuation } from "../store/ActionRecord.ts"
import type { Digest } from "../store/Digest.ts"
import type { WrittenMetrics } from "../store/WrittenMetrics.ts"

/** Milliseconds since 1970, from the clock of the orchestrator. */
type Instant = number

export type RunOutcome = "success" | "failure" | "interrupted"

export type JournalEvent =
  | {
      readonly _tag: "RunStarted"
      readonly at: Instant
      readonly runId: string
      /** The lease of its process, by which others see that it lives. Older journals have none. */
      readonly holder?: string
      readonly pipeline: string
      readonly file: string
      readonly profile: string
      readonly params: { readonly [name: string]: Json }
      readonly targets: ReadonlyArray<string>
      readonly jobs: number
      readonly traceId: string
      readonly spanId: string
      /** Span of the program that started it, where that has told. */
      readonly parentSpanId?: string
      /** Versions of Athanor and Node, platform, processor: what a reader asks a year later. */
      readonly environment: { readonly [name: string]: string }
      readonly tasks: number
      /** Id of the tick of a schedule that started it: `ntk-study/weekly@2026-11-30T02:30:00Z`. */
      readonly tick?: string
      /** Digests of the files beside the journal, by name; not of a plan that is still to grow. Older journals have none. */
      readonly files?: { readonly [name: string]: Digest }
    }
  | (Partial<WrittenMetrics> & {
      readonly _tag: "TaskHit"
      readonly at: Instant
      readonly task: string
      readonly key: Digest
      /** Older journals have one; otherwise it follows from the run and the task. */
      readonly spanId?: string
      /** Identity of the older code that computed it, where that is not the plan's: `key` is that of its result then. */
      readonly compatibleCode?: Digest
      /** Digest of each output that was found. Older journals have neither this nor what follows. */
      readonly outputs?: { readonly [port: string]: Digest }
      /** The run that computed it. */
      readonly computedBy?: string
      /** Trace and span of the attempt that did, as W3C Trace Context has them. */
      readonly computedIn?: string
      /** Class of its device, where that is not the processor; and what that was, in the words of its driver. */
      readonly device?: string
      readonly adapter?: string
    })
  /** Lists became known over which stages go: the plan has their tasks now. */
  | {
      readonly _tag: "PlanExtended"
      readonly at: Instant
      /** How many tasks the plan has. */
      readonly tasks: number
      /** How many of them each stage has that was not known before. */
      readonly stages: { readonly [stage: string]: number }
    }
  /**
   * Nothing had changed since a run that succeeded: every task has the result that it had there. The journal of that run
   * lies beside this one, so that neither needs the other.
   */
  | {
      readonly _tag: "AllHit"
      readonly at: Instant
      /** The run whose results were found. */
      readonly of: string
      /** Tasks of each stage. */
      readonly stages: { readonly [stage: string]: number }
    }
  /** Its inputs are there and it is not cached; `reason` says why in a few words. */
  | {
      readonly _tag: "TaskReady"
      readonly at: Instant
      readonly task: string
      readonly key: Digest
      /** Older journals have one. */
      readonly spanId?: string
      readonly reason: string
      /** Class of its device, where that is not the processor. */
      readonly device?: string
    }
  | {
      readonly _tag: "AttemptStarted"
      readonly at: Instant
      readonly task: string
      readonly attempt: number
      readonly worker: string
      readonly spanId: string
      /** Ids of the devices that it has for itself, if any. */
      readonly devices?: ReadonlyArray<string>
    }
  | {
      readonly _tag: "AttemptFailed"
      readonly at: Instant
      readonly task: string
      readonly attempt: number
      readonly error: { readonly tag: string; readonly message: string; readonly detail: string }
      /** Milliseconds until the next attempt; absent when there is none. */
      readonly retryIn?: number
    }
  | (WrittenMetrics & {
      readonly _tag: "TaskFinished"
      readonly at: Instant
      /** When its attempt had the result, which then went to the disk; journals of before do not tell. */
      readonly computedAt?: Instant
      readonly task: string
      readonly attempt: number
      readonly key: Digest
      /** Digest of each output. */
      readonly outputs: { readonly [port: string]: Digest }
      /** Absent when it was computed from the beginning. */
      readonly continuedFrom?: Continuation
      /** What computed, in the words of its driver; absent where that is the processor. */
      readonly adapter?: string
      /** How long its attempt took; absent where that is the time since it was started. Brief ones wait for each other. */
      readonly millis?: number
      readonly cpuMillis: number
      readonly peakMemory: number
    })
  | { readonly _tag: "TaskFailed"; readonly at: Instant; readonly task: string }
  /** Not run because a task it needs failed, or the run was interrupted. */
  | { readonly _tag: "TaskSkipped"; readonly at: Instant; readonly task: string; readonly because: string }
  | {
      readonly _tag: "TaskLog"
      readonly at: Instant
      readonly task: string
      readonly level: string
      readonly message: string
    }
  | {
      readonly _tag: "RunFinished"
      readonly at: Instant
      readonly outcome: RunOutcome
      /** Digests of files that have grown since it began, as they are now. */
      readonly files?: { readonly [name: string]: Digest }
      readonly counts: { readonly ran: number; readonly hit: number; readonly failed: number; readonly skipped: number }
    }

/** The kinds of events that this version knows. */
export const EVENT_TAGS: { readonly [tag in JournalEvent["_tag"]]: true } = {
  RunStarted: true,
  TaskHit: true,
  PlanExtended: true,
  AllHit: true,
  TaskReady: true,
  AttemptStarted: true,
  AttemptFailed: true,
  TaskFinished: true,
  TaskFailed: true,
  TaskSkipped: true,
  TaskLog: true,
  RunFinished: true
}

/** A journal line: the event, its number from 0, and a checksum over both. */
export interface JournalEntry {
  readonly sequence: number
  readonly event: JournalEvent
}
