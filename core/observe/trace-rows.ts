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
    .map((span): Task => makeTask(span, parts, root))
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
  /** How it stands where it has not ended. */
  readonly open: OpenWord | undefined
}

const OPEN = ["running", "queued", "cut off"] as const

type OpenWord = (typeof OPEN)[number]

const makeTask = (span: RunSpan, parts: ReadonlyMap<string, ReadonlyArray<RunSpan>>, root: RunSpan): Task => {
  const partsOf: PartsOf = ({ spanId }) => parts.get(spanId) ?? []
  const attempts = partsOf(span).filter(({ role }) => role === "attempt")
  const startedAt = attempts[0]?.startedAt ?? span.startedAt
  const extent = { readyAt: span.startedAt, startedAt, endedAt: span.endedAt }
  return { span, attempts, partsOf, extent, open: openWord(span, attempts, root) }
}

/** A run that goes on has no status yet; where one is over, what it left open never ends. */
const openWord = (span: RunSpan, attempts: ReadonlyArray<RunSpan>, root: RunSpan): OpenWord | undefined => {
  if (span.status !== "unset" || isSkipped(span)) return undefined
  if (root.status !== "unset") return "cut off"
  return attempts.at(-1)?.status === "unset" ? "running" : "queued"
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

const taskRow = (
  { span, attempts, extent, open }: Task,
  branch: string,
  name: string,
  style: TerminalStyle
): TraceRow => {
  const waited = extent.startedAt - extent.readyAt
  const notes = [
    ...(open === undefined ? [] : [open]),
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
  const active = tasks.filter(({ attempts }) => attempts.length > 0)
  const counts = {
    failed: tasks.filter(({ span }) => span.status === "error").length,
    open: tasks.filter(({ open }) => open !== undefined).length,
    skipped: tasks.filter(({ span }) => isSkipped(span)).length,
    hit: tasks.filter(({ span }) => isHit(span)).length
  }
  const part = (count: number, word: string) => (count > 0 && count < tasks.length ? [`${count} ${word}`] : [])
  const extent = unite((active.length > 0 ? active : tasks).map((task) => task.extent))
  const note = [
    `${tasks.length} tasks`,
    ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
    ...OPEN.flatMap((word) => {
      const count = tasks.filter(({ open }) => open === word).length
      return count > 0 ? [`${count} ${word}`] : []
    }),
    ...part(counts.skipped, "skipped"),
    ...part(counts.hit, "cached")
  ].join(", ")
  const time =
    active.length > 0 || counts.open > 0
      ? durationText(extent.endedAt - extent.startedAt)
      : counts.hit > 0
        ? "cached"
        : "skipped"
  return { branch, symbol: manySymbol(counts, active.length > 0, style), name: stage, extent, time, note }
}

/** The mark of having ended well only where every task has. */
const manySymbol = (
  { failed, open, skipped }: { readonly [state in "failed" | "open" | "skipped"]: number },
  hasRun: boolean,
  style: TerminalStyle
): Segment => {
  const symbols = symbolsOf(style)
  if (failed > 0) return segment(symbols.failed, "bad")
  if (open > 0) return segment(symbols.waiting, "dim")
  if (skipped > 0) return segment(symbols.skipped, "warn")
  return hasRun ? segment(symbols.done, "good") : segment(symbols.hit, "known")
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
