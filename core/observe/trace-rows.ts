/** The rows of a run's tree of times: the run, its stages, their tasks, attempts that had to be repeated. */

import { ATTRIBUTE } from "../record/semantic-conventions.ts"
import { taskOf } from "./critical-path.ts"
import { durationText } from "./duration.ts"
import { innerRows, type PartsOf } from "./inner-rows.ts"
import { lengthOf, type RunSpan } from "./RunSpan.ts"
import { branches, type Extent, firstLine, type TraceRow, type TraceRowOptions } from "./TraceRow.ts"
import { type Segment, segment, symbolsOf, type TerminalStyle } from "./terminal-style.ts"

/** Milliseconds of waiting for a worker that are worth a word. */
export const WORTH_TELLING = 50

/** Rows in the order of the tree; the run comes first. */
export const traceRows = (spans: ReadonlyArray<RunSpan>, options: TraceRowOptions): ReadonlyArray<TraceRow> => {
  const [root] = spans
  if (root === undefined) return []
  const parts = Map.groupBy(spans, ({ parentSpanId }) => parentSpanId ?? "")
  const tasks = (parts.get(root.spanId) ?? [])
    .filter(({ role }) => role === "task")
    .map((span): Task => makeTask(span, parts))
  const stages = [...Map.groupBy(tasks, ({ span }) => String(span.attributes[ATTRIBUTE.taskName]))]
  const { tee, corner, pipe } = branches(options)
  return [
    runRow(root, options),
    ...stages.flatMap(([stage, own], index) => {
      const isLast = index === stages.length - 1
      return stageRows(stage, own, isLast ? corner : tee, isLast ? "   " : pipe, options)
    })
  ]
}

/** A task with what the rows need of its parts. */
interface Task {
  readonly span: RunSpan
  readonly attempts: ReadonlyArray<RunSpan>
  readonly extent: Extent
  readonly partsOf: PartsOf
}

const makeTask = (span: RunSpan, parts: ReadonlyMap<string, ReadonlyArray<RunSpan>>): Task => {
  const partsOf: PartsOf = ({ spanId }) => parts.get(spanId) ?? []
  const attempts = partsOf(span).filter(({ role }) => role === "attempt")
  const startedAt = attempts[0]?.startedAt ?? span.startedAt
  return { span, attempts, partsOf, extent: { readyAt: span.startedAt, startedAt, endedAt: span.endedAt } }
}

const runRow = (root: RunSpan, style: TerminalStyle): TraceRow => ({
  branch: "",
  symbol: symbolOf(root, style),
  name: String(root.attributes[ATTRIBUTE.pipelineName]),
  extent: { readyAt: root.startedAt, startedAt: root.startedAt, endedAt: root.endedAt },
  time: durationText(lengthOf(root)),
  note: root.statusMessage ?? ""
})

const stageRows = (
  stage: string,
  tasks: ReadonlyArray<Task>,
  branch: string,
  below: string,
  options: TraceRowOptions
): ReadonlyArray<TraceRow> => {
  const [only] = tasks
  if (only !== undefined && tasks.length === 1) {
    return [taskRow(only, branch, taskOf(only.span), options), ...partRows(only, below, options)]
  }
  const { tee, corner, pipe } = branches(options)
  const shown = longest(tasks, options.tasksPerStage)
  const hidden = shown.length === 0 ? 0 : tasks.length - shown.length
  return [
    manyRow(stage, tasks, branch, options),
    ...shown.flatMap((task, index) => {
      const isLast = index === shown.length - 1 && hidden === 0
      const name = taskOf(task.span).slice(stage.length + 1)
      return [
        taskRow(task, `${below}${isLast ? corner : tee}`, name, options),
        ...partRows(task, `${below}${isLast ? "   " : pipe}`, { ...options, depth: Math.max(0, options.depth - 1) })
      ]
    }),
    ...(hidden > 0 ? [moreRow(hidden, `${below}${corner}`, options)] : [])
  ]
}

/** The most telling of the tasks that did something, in the order of time. */
const longest = (tasks: ReadonlyArray<Task>, count: number): ReadonlyArray<Task> => {
  const weight = ({ span, extent }: Task): number =>
    span.status === "error" ? Number.MAX_VALUE : extent.endedAt - extent.startedAt
  const active = tasks.filter(({ attempts }) => attempts.length > 0)
  const chosen = new Set([...active].sort((a, b) => weight(b) - weight(a)).slice(0, count))
  return active.filter((task) => chosen.has(task))
}

const taskRow = ({ span, attempts, extent }: Task, branch: string, name: string, style: TerminalStyle): TraceRow => {
  const waited = extent.startedAt - extent.readyAt
  const notes = [
    ...(waited >= WORTH_TELLING ? [`queued ${durationText(waited)}`] : []),
    // With several attempts each tells its own.
    ...(attempts.length < 2 && span.statusMessage !== undefined ? [firstLine(span.statusMessage)] : []),
    ...(isSkipped(span) ? [firstLine(String(span.attributes[ATTRIBUTE.skipReason] ?? ""))] : [])
  ]
  const time = isHit(span) ? "cached" : isSkipped(span) ? "skipped" : durationText(extent.endedAt - extent.startedAt)
  return { branch, symbol: symbolOf(span, style), name, extent, time, note: notes.join(", ") }
}

/** What lies within a task; its attempts, where there was more than one. */
const partRows = (
  { attempts, partsOf, span: task }: Task,
  below: string,
  options: TraceRowOptions
): ReadonlyArray<TraceRow> => {
  if (attempts.length < 2) return innerRows([...attempts, task], partsOf, below, options)
  const { tee, corner, pipe } = branches(options)
  return attempts.flatMap((span, index) => {
    const isLast = index === attempts.length - 1
    const row: TraceRow = {
      branch: `${below}${isLast ? corner : tee}`,
      symbol: symbolOf(span, options),
      name: `attempt ${span.attributes[ATTRIBUTE.attemptNumber]}`,
      extent: { readyAt: span.startedAt, startedAt: span.startedAt, endedAt: span.endedAt },
      time: durationText(lengthOf(span)),
      note: firstLine(span.statusMessage ?? "")
    }
    return [row, ...innerRows([span], partsOf, `${below}${isLast ? "   " : pipe}`, options)]
  })
}

/** A stage of many tasks: from the start of the first to the end of the last. */
const manyRow = (stage: string, tasks: ReadonlyArray<Task>, branch: string, style: TerminalStyle): TraceRow => {
  const symbols = symbolsOf(style)
  const active = tasks.filter(({ attempts }) => attempts.length > 0)
  const failed = tasks.filter(({ span }) => span.status === "error").length
  const hits = tasks.filter(({ span }) => isHit(span)).length
  const extent = unite((active.length > 0 ? active : tasks).map((task) => task.extent))
  const note = [
    `${tasks.length} tasks`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(hits > 0 && hits < tasks.length ? [`${hits} cached`] : [])
  ].join(", ")
  if (active.length > 0) {
    const symbol = failed > 0 ? segment(symbols.failed, "bad") : segment(symbols.done, "good")
    return { branch, symbol, name: stage, extent, time: durationText(extent.endedAt - extent.startedAt), note }
  }
  return hits > 0
    ? { branch, symbol: segment(symbols.hit, "known"), name: stage, extent, time: "cached", note }
    : { branch, symbol: segment(symbols.skipped, "warn"), name: stage, extent, time: "skipped", note }
}

const unite = (extents: ReadonlyArray<Extent>): Extent =>
  extents.reduce((all, { readyAt, startedAt, endedAt }) => ({
    readyAt: Math.min(all.readyAt, readyAt),
    startedAt: Math.min(all.startedAt, startedAt),
    endedAt: Math.max(all.endedAt, endedAt)
  }))

const moreRow = (count: number, branch: string, style: TerminalStyle): TraceRow => ({
  branch,
  symbol: segment(symbolsOf(style).ellipsis, "dim"),
  name: `${count} more`,
  extent: undefined,
  time: "",
  note: ""
})

const symbolOf = (span: RunSpan, style: TerminalStyle): Segment => {
  const symbols = symbolsOf(style)
  if (isHit(span)) return segment(symbols.hit, "known")
  if (isSkipped(span)) return segment(symbols.skipped, "warn")
  if (span.status === "error") return segment(symbols.failed, "bad")
  return span.status === "ok" ? segment(symbols.done, "good") : segment(symbols.waiting, "dim")
}

const isHit = (span: RunSpan): boolean => span.attributes[ATTRIBUTE.cacheHit] === true

const isSkipped = (span: RunSpan): boolean => span.attributes[ATTRIBUTE.taskResult] === "skip"
