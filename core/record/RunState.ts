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
      if (event._tag === "TaskLog") task.logs.push({ level: event.level, message: event.message })
      else foldTask(task, event)
      tasks.set(event.task, task)
    }
  }
  return { started, endedAt, outcome, counts: count(tasks.values()), tasks, flaws }
}

type Changing<A> = { -readonly [K in keyof A]: A[K] }

/** An attempt, and a task, while events are folded: they change in place, for a run may have a hundred thousand. */
type FoldedAttempt = Changing<AttemptState>

export interface FoldedTask extends Changing<TaskState> {
  readonly attempts: Array<FoldedAttempt>
  readonly logs: Array<TaskState["logs"][number]>
}

type TaskEvent = Exclude<
  JournalEvent,
  { readonly _tag: "RunStarted" | "PlanExtended" | "RunFinished" | "AllHit" | "TaskLog" }
>

/** A task of which nothing is known yet. */
export const newTask = (task: string): FoldedTask => ({
  task,
  status: "ready",
  attempts: [],
  outputs: {},
  metrics: {},
  cpuMillis: 0,
  peakMemory: 0,
  logs: []
})

/** Takes an event of a task in. */
export const foldTask = (task: FoldedTask, event: TaskEvent): void => {
  switch (event._tag) {
    case "TaskHit":
      task.status = "hit"
      enterKey(task, event)
      task.outputs = event.outputs
      task.metrics = metricsIn(event)
      if (event.computedBy !== undefined) task.computedBy = event.computedBy
      if (event.computedIn !== undefined) task.computedIn = event.computedIn
      task.readyAt = event.at
      task.endedAt = event.at
      return
    case "TaskReady":
      task.status = "ready"
      enterKey(task, event)
      task.reason = event.reason
      task.readyAt = event.at
      return
    case "AttemptStarted": {
      const { attempt, at: startedAt, devices, spanId, worker } = event
      task.status = "running"
      task.attempts.push({ attempt, worker, spanId, startedAt, ...(devices === undefined ? {} : { devices }) })
      return
    }
    case "AttemptFailed": {
      task.status = "ready"
      const last = task.attempts.at(-1)
      if (last !== undefined) {
        last.endedAt = event.at
        last.error = event.error
      }
      return
    }
    case "TaskFinished":
      enterResult(task, event)
      return
    case "TaskFailed":
      task.status = "failed"
      task.endedAt = event.at
      return
    case "TaskSkipped":
      task.status = "skipped"
      task.because = event.because
      task.endedAt = event.at
  }
}

/** What is known of a task before it is computed. */
const enterKey = (task: FoldedTask, event: Extract<TaskEvent, { readonly _tag: "TaskHit" | "TaskReady" }>): void => {
  task.key = event.key
  if (event.spanId !== undefined) task.spanId = event.spanId
  enterDevice(task, event)
}

const enterResult = (task: FoldedTask, event: Extract<TaskEvent, { readonly _tag: "TaskFinished" }>): void => {
  task.status = "done"
  task.key = event.key
  task.outputs = event.outputs
  task.metrics = metricsIn(event)
  task.cpuMillis = event.cpuMillis
  task.peakMemory = event.peakMemory
  if (event.continuedFrom !== undefined) task.continuedFrom = event.continuedFrom
  enterDevice(task, event)
  task.endedAt = event.at
  const last = task.attempts.at(-1)
  if (last !== undefined) endAttempt(last, event)
}

/** When an attempt had its result, and when it began: it may have waited for others since it was given to its thread. */
const endAttempt = (
  attempt: FoldedAttempt,
  { at, computedAt = at, millis }: Extract<TaskEvent, { readonly _tag: "TaskFinished" }>
): void => {
  attempt.endedAt = computedAt
  if (millis !== undefined) attempt.startedAt = Math.max(attempt.startedAt, Math.round(computedAt - millis))
}

const enterDevice = (task: FoldedTask, { adapter, device }: Pick<TaskState, "adapter" | "device">): void => {
  if (device !== undefined) task.device = device
  if (adapter !== undefined) task.adapter = adapter
}

/** What is told of the device of a task. */
export const deviceIn = ({
  adapter,
  device
}: Pick<TaskState, "adapter" | "device">): Pick<TaskState, "adapter" | "device"> => ({
  ...(device === undefined ? {} : { device }),
  ...(adapter === undefined ? {} : { adapter })
})

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
