/** The state of a run and its tasks: the journal, folded. */
import type { Json } from "../stage/ArtifactKind.ts"
import type { Continuation } from "../store/ActionRecord.ts"
import type { Digest } from "../store/Digest.ts"
import { metricsIn } from "../store/WrittenMetrics.ts"
import type { JournalEvent, RunOutcome } from "./JournalEvent.ts"
import { FLAWLESS, type JournalFlaws } from "./JournalFlaws.ts"

export type TaskStatus = "ready" | "running" | "hit" | "done" | "failed" | "skipped"

export interface AttemptState {
  readonly attempt: number
  readonly worker: string
  readonly spanId: string
  /** Ids of the devices that it had for itself, if any. */
  readonly devices?: ReadonlyArray<string>
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly endedAt?: number
  readonly error?: { readonly tag: string; readonly message: string; readonly detail: string }
}

export interface TaskState {
  readonly task: string
  readonly status: TaskStatus
  readonly key?: Digest
  /** Why it was not cached. */
  readonly reason?: string
  readonly because?: string
  readonly spanId?: string
  readonly readyAt?: number
  readonly endedAt?: number
  readonly attempts: ReadonlyArray<AttemptState>
  /** Digest of each output; `undefined` when the journal is of the time when it did not say what was found. */
  readonly outputs: { readonly [port: string]: Digest } | undefined
  /** As the stage recorded them last, also what is not finite. */
  readonly metrics: { readonly [name: string]: number }
  /** The run that computed what was found, where the journal says so. */
  readonly computedBy?: string
  /** Trace and span of the attempt that did, as W3C Trace Context has them. */
  readonly computedIn?: string
  /** Class of its device, where that is not the processor; and what that was, in the words of its driver. */
  readonly device?: string
  readonly adapter?: string
  /** What its computation went on from; absent when it began anew. */
  readonly continuedFrom?: Continuation
  readonly logs: ReadonlyArray<{ readonly level: string; readonly message: string }>
  readonly cpuMillis: number
  readonly peakMemory: number
}

type Started = Extract<JournalEvent, { readonly _tag: "RunStarted" }>

export interface RunState {
  readonly started: Started | undefined
  readonly endedAt: number | undefined
  /** `undefined` while it runs, and for ever when its process died. */
  readonly outcome: RunOutcome | undefined
  readonly counts: { readonly ran: number; readonly hit: number; readonly failed: number; readonly skipped: number }
  readonly tasks: ReadonlyMap<string, TaskState>
  /** What the journal lacks to tell all of it. */
  readonly flaws: JournalFlaws
}

const NEW_TASK = { attempts: [], outputs: {}, metrics: {}, cpuMillis: 0, peakMemory: 0 } as const

/** Folds the events of a run, in which a hit of all tasks has been told task by task. */
export const fold = (events: Iterable<JournalEvent>, flaws = FLAWLESS): RunState => {
  let started: Started | undefined
  let endedAt: number | undefined
  let outcome: RunOutcome | undefined
  const tasks = new Map<string, FoldedTask>()
  for (const event of events) {
    if (event._tag === "RunStarted") started = event
    else if (event._tag === "PlanExtended") started = started && { ...started, tasks: event.tasks }
    else if (event._tag === "RunFinished") {
      if (event.files !== undefined) started = started && { ...started, files: { ...started.files, ...event.files } }
      endedAt = event.at
      outcome = event.outcome
    } else if (event._tag !== "AllHit") {
      const task = tasks.get(event.task) ?? newTask(event.task)
      // A task may print a great many lines: they are added, and the others are not copied.
      if (event._tag === "TaskLog") task.logs.push({ level: event.level, message: event.message })
      tasks.set(event.task, event._tag === "TaskLog" ? task : foldTask(task, event))
    }
  }
  return { started, endedAt, outcome, counts: count(tasks.values()), tasks, flaws }
}

/** A task while events are folded: its log grows in place. */
interface FoldedTask extends TaskState {
  readonly logs: Array<TaskState["logs"][number]>
}

type TaskEvent = Exclude<
  JournalEvent,
  { readonly _tag: "RunStarted" | "PlanExtended" | "RunFinished" | "AllHit" | "TaskLog" }
>

/** A task of which nothing is known yet. */
export const newTask = (task: string): FoldedTask => ({ ...NEW_TASK, logs: [], task, status: "ready" })

/** Takes an event of a task in. */
export const foldTask = <Task extends TaskState>(task: Task, event: TaskEvent): Task => {
  switch (event._tag) {
    case "TaskHit": {
      const { key, spanId, outputs, computedBy, computedIn, at } = event
      const origin = {
        ...(computedBy === undefined ? {} : { computedBy }),
        ...(computedIn === undefined ? {} : { computedIn })
      }
      const found = { outputs, metrics: metricsIn(event), ...origin, ...deviceIn(event) }
      const span = spanId === undefined ? {} : { spanId }
      return { ...task, status: "hit", key, ...span, ...found, readyAt: at, endedAt: at }
    }
    case "TaskReady": {
      const { key, spanId, reason, at } = event
      const span = spanId === undefined ? {} : { spanId }
      return { ...task, status: "ready", key, ...span, reason, ...deviceIn(event), readyAt: at }
    }
    case "AttemptStarted": {
      const { attempt, worker, spanId, devices, at } = event
      const begun = { attempt, worker, spanId, ...(devices === undefined ? {} : { devices }), startedAt: at }
      return { ...task, status: "running", attempts: [...task.attempts, begun] }
    }
    case "AttemptFailed":
      return { ...task, status: "ready", attempts: endLast(task.attempts, { endedAt: event.at, error: event.error }) }
    case "TaskFinished": {
      const { key, outputs, cpuMillis, peakMemory, at, continuedFrom } = event
      const before = { ...(continuedFrom === undefined ? {} : { continuedFrom }), ...deviceIn(event) }
      const attempts = endLast(task.attempts, endOf(event, task.attempts.at(-1)?.startedAt ?? at))
      const metrics = metricsIn(event)
      return { ...task, status: "done", key, outputs, metrics, cpuMillis, peakMemory, attempts, ...before, endedAt: at }
    }
    case "TaskFailed":
      return { ...task, status: "failed", endedAt: event.at }
    case "TaskSkipped":
      return { ...task, status: "skipped", because: event.because, endedAt: event.at }
  }
}

/** What is told of the device of a task. */
export const deviceIn = ({
  adapter,
  device
}: Pick<TaskState, "adapter" | "device">): Pick<TaskState, "adapter" | "device"> => ({
  ...(device === undefined ? {} : { device }),
  ...(adapter === undefined ? {} : { adapter })
})

/** When an attempt had its result, and when it began: it may have waited for others since it was given to its thread. */
const endOf = (
  { at, computedAt: endedAt = at, millis }: Extract<TaskEvent, { readonly _tag: "TaskFinished" }>,
  startedAt: number
) => ({ endedAt, startedAt: millis === undefined ? startedAt : Math.max(startedAt, Math.round(endedAt - millis)) })

const endLast = (
  attempts: ReadonlyArray<AttemptState>,
  end: Partial<Pick<AttemptState, "startedAt" | "endedAt" | "error">>
): ReadonlyArray<AttemptState> =>
  attempts.map((attempt, index) => (index === attempts.length - 1 ? { ...attempt, ...end } : attempt))

const count = (tasks: Iterable<TaskState>): RunState["counts"] => {
  const counts = { ran: 0, hit: 0, failed: 0, skipped: 0 }
  for (const { status } of tasks) {
    if (status === "done") counts.ran++
    else if (status === "hit") counts.hit++
    else if (status === "failed") counts.failed++
    else if (status === "skipped") counts.skipped++
  }
  return counts
}

/** What a person calls the end of a run. */
export const outcomeOf = (state: RunState): RunOutcome | "unfinished" => state.outcome ?? "unfinished"

/** JSON values of a run's parameters. */
export const paramsOf = (state: RunState): { readonly [name: string]: Json } => state.started?.params ?? {}
