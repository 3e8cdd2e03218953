/** The spans of a run: a pure projection of its journal. */

import { stageOf } from "../plan/task-id.ts"
import type { JournalEntry, JournalEvent } from "../record/JournalEvent.ts"
import { type AttemptState, fold, outcomeOf, type RunState, type TaskState } from "../record/RunState.ts"
import { ofValue } from "../store/Digest.ts"
import type { Attributes, AttributeValue, RunSpan, SpanEvent } from "./RunSpan.ts"
import { ATTRIBUTE, EVENT, SPAN } from "./semantic-conventions.ts"

/** Events kept of a span; a stage may log a line a step. */
const MAX_EVENTS = 128

/** Characters kept of a text. */
const MAX_TEXT = 4096

/**
 * The spans of a run: the run first, then each task followed by its waiting times and attempts.
 *
 * Ids are those of the events; where one is missing or taken, it is the digest of what the span stands for, so the
 * same journal always gives the same spans. Hits and skipped tasks have no length. What was open when a run died
 * ends with the last event. Stack traces stay in the journal: they name folders of the machine.
 *
 * `parentSpanId` is the span of the program that started the run, when there was one. Without a `RunStarted` there
 * are no spans.
 */
export const spansOf = (entries: ReadonlyArray<JournalEntry>, parentSpanId?: string): ReadonlyArray<RunSpan> => {
  const events = entries.map(({ event }) => event)
  const state = fold(events)
  if (state.started === undefined) return []
  return new Projection(state, events).spans(parentSpanId)
}

type Started = Extract<JournalEvent, { readonly _tag: "RunStarted" }>

/** What is told of a span besides its ids. */
type SpanParts = Pick<RunSpan, "role" | "name" | "startedAt" | "endedAt"> &
  Partial<Pick<RunSpan, "status" | "statusMessage" | "events">> & {
    readonly attributes: { readonly [name: string]: AttributeValue | undefined }
  }

class Projection {
  private readonly state: RunState
  private readonly logs: ReadonlyMap<string, ReadonlyArray<SpanEvent>>
  private readonly lastAt: number
  private readonly traceId: string
  private readonly taken = new Set<string>()

  constructor(state: RunState, events: ReadonlyArray<JournalEvent>) {
    this.state = state
    this.logs = logsOf(events)
    this.lastAt = events.reduce((last, { at }) => Math.max(last, at), 0)
    const { traceId = "", runId = "" } = state.started ?? {}
    this.traceId = isId(traceId, 32) ? traceId : ofValue("athanor/trace", runId).slice(0, 32)
  }

  spans(parentSpanId: string | undefined): ReadonlyArray<RunSpan> {
    const { started } = this.state
    if (started === undefined) return []
    const root = this.make(runParts(started, this.state, this.lastAt), started.spanId, parentSpanId, "run")
    return [root, ...[...this.state.tasks.values()].flatMap((task) => this.spansOfTask(task, root.spanId))]
  }

  private spansOfTask(task: TaskState, parent: string): ReadonlyArray<RunSpan> {
    const start = task.readyAt ?? task.endedAt ?? this.lastAt
    const end = task.endedAt ?? this.lastAt
    const logs = this.logs.get(task.task) ?? []
    const first = task.attempts[0]?.startedAt ?? Number.POSITIVE_INFINITY
    const early = logs.filter(({ at }) => at < first)
    const span = this.make(taskParts(task, start, end, early), task.spanId, parent, task.task)
    const parts = [span]
    let waitingSince = start
    task.attempts.forEach((attempt, index) => {
      const label = `${task.task}#${attempt.attempt}`
      if (attempt.startedAt > waitingSince) {
        const role = index === 0 ? "queue" : "backoff"
        const waiting = { role, name: SPAN[role], startedAt: waitingSince, endedAt: attempt.startedAt } as const
        parts.push(this.make({ ...waiting, attributes: {} }, undefined, span.spanId, `${label} waiting`))
      }
      const next = task.attempts[index + 1]?.startedAt ?? Number.POSITIVE_INFINITY
      const own = logs.filter(({ at }) => at >= attempt.startedAt && at < next)
      const endedAt = attempt.endedAt ?? end
      parts.push(this.make(attemptParts(attempt, endedAt, own), attempt.spanId, span.spanId, label))
      waitingSince = endedAt
    })
    return parts
  }

  private make(parts: SpanParts, id: string | undefined, parentSpanId: string | undefined, label: string): RunSpan {
    const events = parts.events ?? []
    return {
      traceId: this.traceId,
      spanId: this.claim(id, label),
      parentSpanId,
      role: parts.role,
      name: parts.name,
      startedAt: parts.startedAt,
      // The clock of a machine can be set back.
      endedAt: Math.max(parts.startedAt, parts.endedAt),
      status: parts.status ?? "unset",
      statusMessage: parts.statusMessage,
      attributes: present(parts.attributes),
      events: events.slice(0, MAX_EVENTS),
      droppedEvents: Math.max(0, events.length - MAX_EVENTS)
    }
  }

  /** The id that was recorded, or one derived from the label when there is none that can be used. */
  private claim(recorded: string | undefined, label: string): string {
    let id = recorded ?? ""
    for (let turn = 0; !isId(id, 16) || this.taken.has(id); turn++) {
      id = ofValue("athanor/span", [this.traceId, label, turn]).slice(0, 16)
    }
    this.taken.add(id)
    return id
  }
}

const isId = (text: string, digits: number): boolean =>
  text.length === digits && /^[0-9a-f]+$/u.test(text) && !/^0+$/u.test(text)

const RUN_RESULT = {
  success: "success",
  failure: "failure",
  interrupted: "cancellation",
  unfinished: "error"
} as const

const runParts = (started: Started, state: RunState, lastAt: number): SpanParts => {
  const outcome = outcomeOf(state)
  return {
    role: "run",
    name: SPAN.run,
    startedAt: started.at,
    endedAt: Math.max(state.endedAt ?? 0, lastAt),
    status: outcome === "success" ? "ok" : "error",
    ...(outcome === "success" ? {} : { statusMessage: RUN_MESSAGE[outcome](state.counts.failed) }),
    attributes: {
      [ATTRIBUTE.pipelineName]: started.pipeline,
      [ATTRIBUTE.runId]: started.runId,
      [ATTRIBUTE.runResult]: RUN_RESULT[outcome],
      [ATTRIBUTE.pipelineFile]: started.file,
      [ATTRIBUTE.pipelineProfile]: started.profile,
      [ATTRIBUTE.pipelineTasks]: started.tasks,
      [ATTRIBUTE.pipelineJobs]: started.jobs,
      ...prefixed(ATTRIBUTE.pipelineCount, state.counts),
      ...prefixed(ATTRIBUTE.pipelineParam, mapValues(started.params, scalar)),
      ...prefixed(ATTRIBUTE.environment, started.environment)
    }
  }
}

const RUN_MESSAGE = {
  failure: (failed: number) => `${failed} ${failed === 1 ? "task" : "tasks"} failed`,
  interrupted: () => "interrupted",
  unfinished: () => "the run died"
} as const

const TASK_RESULT: { readonly [status in TaskState["status"]]: string } = {
  done: "success",
  hit: "success",
  failed: "failure",
  skipped: "skip",
  ready: "cancellation",
  running: "cancellation"
}

const taskParts = (task: TaskState, start: number, end: number, logs: ReadonlyArray<SpanEvent>): SpanParts => {
  const error = task.attempts.at(-1)?.error
  const marks: ReadonlyArray<SpanEvent> =
    task.status === "hit"
      ? [{ name: EVENT.hit, at: start, attributes: {} }]
      : task.status === "skipped"
        ? [{ name: EVENT.skipped, at: end, attributes: { [ATTRIBUTE.skipReason]: cut(task.because ?? "") } }]
        : []
  return {
    role: "task",
    name: SPAN.task(stageOf(task.task)),
    startedAt: start,
    endedAt: end,
    status: task.status === "failed" ? "error" : task.status === "done" || task.status === "hit" ? "ok" : "unset",
    ...(task.status === "failed" && error !== undefined ? { statusMessage: cut(error.message) } : {}),
    attributes: {
      [ATTRIBUTE.stageId]: stageOf(task.task),
      [ATTRIBUTE.taskId]: task.task,
      [ATTRIBUTE.taskName]: task.task,
      [ATTRIBUTE.taskResult]: TASK_RESULT[task.status],
      [ATTRIBUTE.taskKey]: task.key,
      [ATTRIBUTE.taskDevice]: task.device,
      [ATTRIBUTE.taskAdapter]: task.adapter,
      [ATTRIBUTE.cacheHit]: task.status === "hit",
      [ATTRIBUTE.cacheReason]: task.reason,
      [ATTRIBUTE.skipReason]: task.because,
      [ATTRIBUTE.errorType]: task.status === "failed" ? error?.tag : undefined,
      ...(task.attempts.length > 0 ? { [ATTRIBUTE.taskAttempts]: task.attempts.length } : {}),
      ...(task.status === "done" ? { [ATTRIBUTE.cpuTime]: known(task.cpuMillis) } : {}),
      ...(task.status === "done" ? { [ATTRIBUTE.peakMemory]: known(task.peakMemory) } : {}),
      ...prefixed(ATTRIBUTE.metric, task.metrics)
    },
    events: [...logs, ...marks]
  }
}

/** What was not measured is 0. */
const known = (value: number): number | undefined => (value > 0 ? value : undefined)

const attemptParts = (attempt: AttemptState, endedAt: number, logs: ReadonlyArray<SpanEvent>): SpanParts => {
  const { error } = attempt
  const exception: ReadonlyArray<SpanEvent> =
    error === undefined
      ? []
      : [
          {
            name: EVENT.exception,
            at: endedAt,
            attributes: { [ATTRIBUTE.exceptionType]: error.tag, [ATTRIBUTE.exceptionMessage]: cut(error.message) }
          }
        ]
  return {
    role: "attempt",
    name: SPAN.attempt,
    startedAt: attempt.startedAt,
    endedAt,
    status: error !== undefined ? "error" : attempt.endedAt === undefined ? "unset" : "ok",
    ...(error === undefined ? {} : { statusMessage: cut(error.message) }),
    attributes: {
      [ATTRIBUTE.attemptNumber]: attempt.attempt,
      [ATTRIBUTE.attemptWorker]: attempt.worker,
      [ATTRIBUTE.errorType]: error?.tag
    },
    // What went wrong comes first: it must not be the event that is left out.
    events: [...exception, ...logs]
  }
}

const logsOf = (events: ReadonlyArray<JournalEvent>): ReadonlyMap<string, ReadonlyArray<SpanEvent>> => {
  const logs = new Map<string, Array<SpanEvent>>()
  for (const event of events) {
    if (event._tag !== "TaskLog") continue
    const attributes = { [ATTRIBUTE.logLevel]: event.level, [ATTRIBUTE.logMessage]: cut(event.message) }
    const entry = { name: EVENT.log, at: event.at, attributes }
    const known = logs.get(event.task)
    if (known === undefined) logs.set(event.task, [entry])
    else known.push(entry)
  }
  return logs
}

const cut = (text: string): string => (text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`)

const scalar = (value: unknown): AttributeValue =>
  typeof value === "number" || typeof value === "boolean"
    ? value
    : cut(typeof value === "string" ? value : JSON.stringify(value))

const mapValues = <A, B>(values: { readonly [name: string]: A }, change: (value: A) => B): { [name: string]: B } =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]))

const prefixed = (prefix: string, values: Attributes): Attributes =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]))

const present = (attributes: SpanParts["attributes"]): Attributes => {
  const kept: Record<string, AttributeValue> = {}
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) kept[name] = value
  return kept
}
