/** What happens to schedules, in the words of their journal. */
import type { Notice } from "./Notice.ts"
import type { Instant } from "./Schedule.ts"
import type { ScheduleState } from "./ScheduleState.ts"

/** Why a tick did not run. */
export type PassReason =
  /** Nobody was there when it came, or its run never began, and `missed` does not ask for it. */
  | "missed"
  /** It would have begun later than `startingDeadline` allows. */
  | "too late"
  /** A run of the schedule was going on. */
  | "overlap"
  /** A later tick has taken its place before it could begin. */
  | "replaced"
  /** The cron line or the zone was changed while it waited. */
  | "changed"

/** What came of the run of a tick. */
export type TickOutcome =
  | "success"
  /** An expectation was missed. */
  | "unmet"
  /** A stage failed. */
  | "failure"
  /** The pipeline file or the command was wrong. */
  | "refused"
  /** The store or the engine could not be used. */
  | "unusable"
  | "interrupted"
  /** Ended for a later tick. */
  | "replaced"
  /** It began, and died without saying anything. */
  | "lost"

/** `at` is when it was written; a tick is the instant that the cron line names, before any jitter. */
export type ScheduleEvent =
  /** From here on somebody else looks after the schedules. */
  | { readonly _tag: "Serving"; readonly at: Instant; readonly pid: number; readonly host: string }
  /** A schedule is served, or was changed: its ticks after `considered` count. */
  | {
      readonly _tag: "Adopted"
      readonly at: Instant
      readonly schedule: string
      readonly file: string
      readonly signature: string
      readonly considered: Instant
    }
  /** It is no longer in its file. */
  | { readonly _tag: "Dropped"; readonly at: Instant; readonly schedule: string }
  /** Ticks that will not run: all from the first to the last. Their number is left out where nobody has counted so many. */
  | {
      readonly _tag: "Passed"
      readonly at: Instant
      readonly schedule: string
      readonly reason: PassReason
      readonly first: Instant
      readonly last: Instant
      readonly count?: number
    }
  /** It waits: for the end of a run that it replaces, or, missed, for its turn. */
  | {
      readonly _tag: "Queued"
      readonly at: Instant
      readonly schedule: string
      readonly tick: Instant
      readonly why: WaitReason
    }
  /** Written before the run is started. `token` is what a process needs to begin it. */
  | {
      readonly _tag: "Started"
      readonly at: Instant
      readonly schedule: string
      readonly tick: Instant
      readonly token: string
      /** Somebody has asked for it, at this instant: nobody else looks after it, and no policy counts it. */
      readonly byHand?: true
    }
  /** It was to start, and no process has begun it or will. */
  | { readonly _tag: "Unbegun"; readonly at: Instant; readonly schedule: string; readonly tick: Instant }
  | {
      readonly _tag: "Ended"
      readonly at: Instant
      readonly schedule: string
      readonly tick: Instant
      readonly outcome: TickOutcome
      readonly byHand?: true
      /** The run that it had, if it came to one. */
      readonly run?: string
      /** In a few words, where the outcome does not say enough. */
      readonly detail?: string
      /** Of what has drifted, in a few words each. */
      readonly drift?: ReadonlyArray<string>
      /** What hooks are to be told. */
      readonly notices?: ReadonlyArray<Notice>
      /** What the process holds that tells them itself: as long as it does, nobody else has to. */
      readonly teller?: string
    }
  /** A hook has been told, or cannot be. */
  | {
      readonly _tag: "Notified"
      readonly at: Instant
      readonly schedule: string
      readonly notice: string
      readonly outcome: "delivered" | "given up"
      readonly attempts: number
      readonly detail?: string
    }

  /** Where a schedule stands at the beginning of a journal that was shortened. */
  | {
      readonly _tag: "Snapshot"
      readonly at: Instant
      readonly schedule: string
      readonly state: ScheduleState
      /** Of what hooks were to be told then. */
      readonly notices: ReadonlyArray<Notice>
    }

export type WaitReason = "missed" | "replacing"

/** Events of one schedule. */
export type OwnEvent = Exclude<ScheduleEvent, { readonly _tag: "Serving" }>

const TAGS: { readonly [tag in ScheduleEvent["_tag"]]: true } = {
  Serving: true,
  Adopted: true,
  Dropped: true,
  Passed: true,
  Queued: true,
  Started: true,
  Unbegun: true,
  Ended: true,
  Notified: true,
  Snapshot: true
}

/** Whether a line of the journal is one that this version knows. */
export const isEvent = (value: unknown): value is ScheduleEvent =>
  typeof value === "object" && value !== null && "_tag" in value && Object.hasOwn(TAGS, String(value._tag))
