/** What is said of a run, of a task and of an attempt: names, results, attributes, events. */
import { parseTaskId, type WrittenValue } from "../plan/task-id.ts"
import type { JournalEvent } from "../record/JournalEvent.ts"
import type { AttemptState, RunState, TaskState } from "../record/RunState.ts"
import { ACTION, ATTRIBUTE, EVENT, LINK, SPAN } from "../record/semantic-conventions.ts"
import { parentOf } from "../record/trace-ids.ts"
import type {
  Attributes,
  AttributeValue,
  RunSpan,
  SpanContext,
  SpanEvent,
  SpanLink,
  SpanRole,
  SpanService
} from "./RunSpan.ts"
import { cut, type GivenAttributes, prefixed } from "./span-content.ts"
import { failureWord, resultWord } from "./task-result.ts"

export type Started = Extract<JournalEvent, { readonly _tag: "RunStarted" }>

/** What is said of a span besides its ids. */
export interface SpanParts extends Pick<RunSpan, "name" | "startedAt" | "endedAt"> {
  readonly role: SpanRole
  readonly service: SpanService
  readonly status?: RunSpan["status"]
  readonly statusMessage?: string | undefined
  readonly attributes: GivenAttributes
  readonly droppedAttributes?: number | undefined
  readonly events?: ReadonlyArray<SpanEvent>
  readonly droppedEvents?: number | undefined
  readonly links?: ReadonlyArray<SpanLink>
}

/** How far a run has come: to its end, or to where its journal ends. */
export interface RunStanding extends Pick<RunState, "outcome" | "counts"> {
  readonly endedAt: number
  /** Whether it goes on; a run that does not and has no outcome has died. */
  readonly isGoingOn: boolean
  /** The run that it does again. */
  readonly reproduces: SpanContext | undefined
}

const RUN_RESULT = { success: "success", failure: "failure", interrupted: "cancellation", unfinished: "error" } as const

export const runParts = (started: Started, run: RunStanding): SpanParts => {
  const { counts, endedAt, isGoingOn, outcome = "unfinished", reproduces } = run
  const isOpen = outcome === "unfinished" && isGoingOn
  return {
    role: "run",
    service: "orchestrator",
    name: SPAN.run(started.pipeline),
    startedAt: started.at,
    endedAt,
    status: isOpen ? "unset" : outcome === "success" ? "ok" : "error",
    statusMessage: isOpen ? undefined : RUN_MESSAGE[outcome](counts.failed),
    attributes: {
      [ATTRIBUTE.pipelineName]: started.pipeline,
      [ATTRIBUTE.pipelineAction]: ACTION,
      [ATTRIBUTE.runId]: started.runId,
      [ATTRIBUTE.runResult]: isOpen ? undefined : RUN_RESULT[outcome],
      [ATTRIBUTE.errorType]: outcome === "success" || isOpen ? undefined : RUN_ERROR[outcome],
      [ATTRIBUTE.pipelineFile]: started.file,
      [ATTRIBUTE.pipelineProfile]: started.profile,
      [ATTRIBUTE.pipelineTasks]: started.tasks,
      [ATTRIBUTE.pipelineJobs]: started.jobs,
      ...prefixed(ATTRIBUTE.pipelineCount, counts),
      ...prefixed(ATTRIBUTE.environment, started.environment),
      ...prefixed(ATTRIBUTE.pipelineParam, started.params)
    },
    links: reproduces === undefined ? [] : [{ ...reproduces, attributes: { [ATTRIBUTE.linkKind]: LINK.reproduces } }]
  }
}

const RUN_MESSAGE = {
  success: () => undefined,
  failure: (failed: number) => `${failed} ${failed === 1 ? "task" : "tasks"} failed`,
  interrupted: () => "interrupted",
  unfinished: () => "the run died"
} as const

const RUN_ERROR = { failure: "TaskFailed", interrupted: "Interrupted", unfinished: "RunDied" } as const

/** A task from when it was ready to its end; `logs` are what was said before its first attempt. */
export const taskParts = (
  task: TaskState,
  { runId, startedAt, endedAt }: { readonly runId: string; readonly startedAt: number; readonly endedAt: number },
  logs: ReadonlyArray<SpanEvent>
): SpanParts => {
  const error = task.status === "failed" ? task.attempts.at(-1)?.error : undefined
  const { stage, values } = parseTaskId(task.task)
  const isDone = task.status === "done"
  return {
    role: "task",
    service: "orchestrator",
    name: SPAN.task(stage),
    startedAt,
    endedAt,
    status: task.status === "failed" ? "error" : isDone || task.status === "hit" ? "ok" : "unset",
    statusMessage: error === undefined ? undefined : cut(error.message),
    attributes: taskAttributes(task, stage, values, runId),
    events: task.status === "hit" || task.status === "skipped" ? [...marksOf(task, startedAt, endedAt), ...logs] : logs,
    links: originOf(task)
  }
}

/** Only what there is to say: a run may have ten thousand of these. */
const taskAttributes = (
  task: TaskState,
  stage: string,
  values: ReadonlyArray<WrittenValue>,
  runId: string
): Attributes => {
  const isHit = task.status === "hit"
  const attributes: { [name: string]: AttributeValue } = {
    [ATTRIBUTE.taskName]: stage,
    [ATTRIBUTE.taskRunId]: `${runId}/${task.task}`,
    [ATTRIBUTE.taskResult]: resultWord(task),
    [ATTRIBUTE.taskId]: task.task,
    [ATTRIBUTE.cacheHit]: isHit
  }
  const say = (name: string, value: AttributeValue | undefined): void => {
    if (value !== undefined) attributes[name] = value
  }
  say(ATTRIBUTE.taskKey, task.key)
  say(ATTRIBUTE.cacheReason, task.reason)
  if (task.attempts.length > 0) attributes[ATTRIBUTE.taskAttempts] = task.attempts.length
  for (const { name, text } of values) attributes[ATTRIBUTE.matrix + name] = plain(text)
  if (task.status === "done") {
    say(ATTRIBUTE.cpuTime, task.cpuMillis || undefined)
    say(ATTRIBUTE.peakMemory, task.peakMemory || undefined)
  } else {
    say(ATTRIBUTE.cacheOrigin, task.computedBy)
    say(ATTRIBUTE.skipReason, task.because)
    say(ATTRIBUTE.errorType, task.status === "failed" ? task.attempts.at(-1)?.error?.tag : undefined)
  }
  say(ATTRIBUTE.taskDevice, task.device)
  say(ATTRIBUTE.taskAdapter, task.adapter)
  for (const name in task.metrics) say(ATTRIBUTE.metric + name, measuredOf(task.metrics[name]))
  return attributes
}

/** A metric that diverged as text: of its number collectors would make what they like. */
const measuredOf = (value: number | undefined): AttributeValue | undefined =>
  value === undefined || Number.isFinite(value) ? value : String(value)

/** A matrix value as it stands in the name of its task, without quotes. */
const plain = (text: string): string | number | boolean => {
  if (text === "true" || text === "false") return text === "true"
  if (NUMBER.test(text)) return Number(text)
  return text.startsWith('"') ? String(JSON.parse(text)) : text
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/u

const marksOf = (task: TaskState, startedAt: number, endedAt: number): ReadonlyArray<SpanEvent> => {
  if (task.status === "hit") {
    const attributes = task.computedBy === undefined ? {} : { [ATTRIBUTE.cacheOrigin]: task.computedBy }
    return [{ name: EVENT.hit, at: startedAt, attributes }]
  }
  if (task.status !== "skipped") return []
  return [{ name: EVENT.skipped, at: endedAt, attributes: { [ATTRIBUTE.skipReason]: cut(task.because ?? "") } }]
}

/** The attempt that computed what was found, in whatever run. */
const originOf = ({ computedIn, status }: TaskState): ReadonlyArray<SpanLink> => {
  const origin = status === "hit" ? parentOf(computedIn) : undefined
  return origin === undefined ? [] : [{ ...origin, attributes: { [ATTRIBUTE.linkKind]: LINK.computedIn } }]
}

export const attemptParts = (
  { task }: Pick<TaskState, "task">,
  attempt: AttemptState,
  { runId, startedAt, endedAt }: { readonly runId: string; readonly startedAt: number; readonly endedAt: number },
  logs: ReadonlyArray<SpanEvent>
): SpanParts => {
  const { error } = attempt
  const isDone = attempt.endedAt !== undefined && error === undefined
  return {
    role: "attempt",
    service: "worker",
    name: SPAN.attempt,
    startedAt,
    endedAt,
    status: error !== undefined ? "error" : isDone ? "ok" : "unset",
    statusMessage: error === undefined ? undefined : cut(error.message),
    attributes: {
      [ATTRIBUTE.attemptId]: `${runId}/${task}#${attempt.attempt}`,
      [ATTRIBUTE.attemptNumber]: attempt.attempt,
      [ATTRIBUTE.attemptWorker]: attempt.worker,
      [ATTRIBUTE.taskResult]: error !== undefined ? failureWord(error.tag) : isDone ? "success" : "cancellation",
      ...(error === undefined ? {} : { [ATTRIBUTE.errorType]: error.tag }),
      ...(attempt.devices === undefined ? {} : { [ATTRIBUTE.attemptDevices]: attempt.devices.join(",") })
    },
    // What went wrong comes first: it must not be the event that is left out.
    events: error === undefined ? logs : [exceptionEvent(error, endedAt), ...logs]
  }
}

/** Without a stack trace: it names folders of the machine. */
export const exceptionEvent = (
  { message, tag }: { readonly tag: string; readonly message: string },
  at: number
): SpanEvent => ({
  name: EVENT.exception,
  at,
  attributes: { [ATTRIBUTE.exceptionType]: tag, [ATTRIBUTE.exceptionMessage]: cut(message) }
})
