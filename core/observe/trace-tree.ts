/** A run as a tree of times for the terminal, with its critical path. Pure: spans in, text out. */
import type { Plan } from "../plan/Plan.ts"
import { criticalPath, taskOf } from "./critical-path.ts"
import { durationText } from "./duration.ts"
import { lengthOf, type RunSpan } from "./RunSpan.ts"
import { ATTRIBUTE } from "./semantic-conventions.ts"
import {
  clip,
  harmless,
  paint,
  type Segment,
  segment,
  symbolsOf,
  type TerminalStyle,
  type Tone,
  widthOf
} from "./terminal-style.ts"

export interface TraceTreeOptions extends TerminalStyle {
  readonly columns: number
  /** Tasks shown of a stage with more: those that took longest. */
  readonly tasksPerStage?: number
}

/** A row of the tree before it is laid out. */
interface Row {
  /** Lines of the tree before the name. */
  readonly branch: string
  readonly symbol: Segment
  readonly name: string
  readonly startedAt: number
  readonly endedAt: number
  readonly time: string
  readonly note: string
}

/** The tree, an empty line, and the critical path; ends without a line feed. */
export const traceTree = (
  spans: ReadonlyArray<RunSpan>,
  plan: Pick<Plan, "tasks">,
  options: TraceTreeOptions
): string => {
  const [root] = spans
  if (root === undefined) return "nothing is recorded of this run"
  const rows = rowsOf(spans, root, options)
  const path = criticalPath(spans, plan)
  const lines = layOut(rows, root, options)
  return [...lines, ...(path.length === 0 ? [] : ["", ...pathLines(path, root, options)])].join("\n")
}

const rowsOf = (spans: ReadonlyArray<RunSpan>, root: RunSpan, options: TraceTreeOptions): ReadonlyArray<Row> => {
  const children = Map.groupBy(spans, ({ parentSpanId }) => parentSpanId ?? "")
  const stages = [...Map.groupBy(children.get(root.spanId) ?? [], (span) => String(span.attributes[ATTRIBUTE.stageId]))]
  const rows: Array<Row> = [rowOf(root, "", `${root.attributes[ATTRIBUTE.pipelineName]}`, [], options)]
  const { tee, corner, pipe } = branches(options)
  stages.forEach(([stage, tasks], index) => {
    const isLast = index === stages.length - 1
    const own = isLast ? corner : tee
    const below = isLast ? "   " : pipe
    const [only] = tasks
    if (only !== undefined && tasks.length === 1) {
      rows.push(rowOf(only, own, taskOf(only), children.get(only.spanId) ?? [], options))
      rows.push(...attemptRows(children.get(only.spanId) ?? [], below, options))
      return
    }
    rows.push(stageRow(stage, tasks, own, options))
    const shown = longest(tasks, options.tasksPerStage ?? 5)
    const hidden = tasks.length - shown.length
    shown.forEach((task, place) => {
      const parts = children.get(task.spanId) ?? []
      const ends = place === shown.length - 1 && hidden === 0
      rows.push(rowOf(task, `${below}${ends ? corner : tee}`, matrixOf(taskOf(task)), parts, options))
      rows.push(...attemptRows(parts, `${below}${ends ? "   " : pipe}`, options))
    })
    if (hidden > 0) rows.push(moreRow(tasks, shown, `${below}${corner}`, options))
  })
  return rows
}

const branches = ({ unicode }: TerminalStyle) =>
  unicode ? { tee: "├─ ", corner: "└─ ", pipe: "│  " } : { tee: "|- ", corner: "`- ", pipe: "|  " }

/** `width=500,init=3` of `empirical@width=500,init=3` */
const matrixOf = (task: string): string => task.slice(task.indexOf("@") + 1)

/** The longest of the tasks that did something, in the order of time. */
const longest = (tasks: ReadonlyArray<RunSpan>, count: number): ReadonlyArray<RunSpan> => {
  const active = tasks.filter((span) => span.attributes[ATTRIBUTE.taskAttempts] !== undefined)
  const chosen = new Set([...active].sort((a, b) => rank(b) - rank(a)).slice(0, count))
  return tasks.filter((span) => chosen.has(span))
}

/** Failed ones before all others. */
const rank = (span: RunSpan): number => (span.status === "error" ? Number.MAX_VALUE : lengthOf(span))

const rowOf = (
  span: RunSpan,
  branch: string,
  name: string,
  parts: ReadonlyArray<RunSpan>,
  style: TerminalStyle
): Row => {
  const symbols = symbolsOf(style)
  const queue = parts.find(({ role }) => role === "queue")
  const isHit = span.attributes[ATTRIBUTE.cacheHit] === true
  const isSkipped = span.attributes[ATTRIBUTE.taskResult] === "skip"
  const notes = [
    ...(queue !== undefined && lengthOf(queue) >= 50 ? [`queued ${durationText(lengthOf(queue))}`] : []),
    ...(span.role !== "run" && span.statusMessage !== undefined ? [firstLine(span.statusMessage)] : []),
    ...(isSkipped ? [String(span.attributes[ATTRIBUTE.skipReason] ?? "")] : []),
    ...(span.role === "run" && span.status === "error" ? [span.statusMessage ?? ""] : [])
  ]
  const [symbol, tone]: readonly [string, Tone] = isHit
    ? [symbols.hit, "known"]
    : isSkipped
      ? [symbols.skipped, "warn"]
      : span.status === "error"
        ? [symbols.failed, "bad"]
        : span.status === "ok"
          ? [symbols.done, "good"]
          : [symbols.waiting, "dim"]
  const time = isHit ? "cached" : isSkipped ? "skipped" : durationText(lengthOf(span))
  const { startedAt, endedAt } = span
  return { branch, symbol: segment(symbol, tone), name, startedAt, endedAt, time, note: notes.join(", ") }
}

const firstLine = (text: string): string => harmless(text).split("\n")[0] ?? ""

/** A stage of many tasks: from the start of the first to the end of the last. */
const stageRow = (stage: string, tasks: ReadonlyArray<RunSpan>, branch: string, style: TerminalStyle): Row => {
  const symbols = symbolsOf(style)
  const active = tasks.filter((span) => span.attributes[ATTRIBUTE.taskAttempts] !== undefined)
  const extent = active.length > 0 ? active : tasks
  const startedAt = Math.min(...extent.map((span) => span.startedAt))
  const endedAt = Math.max(...extent.map((span) => span.endedAt))
  const failed = tasks.filter(({ status }) => status === "error").length
  const hits = tasks.filter((span) => span.attributes[ATTRIBUTE.cacheHit] === true).length
  const notes = [
    `${tasks.length} tasks`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(hits > 0 && hits < tasks.length ? [`${hits} cached`] : [])
  ]
  const symbol =
    failed > 0
      ? segment(symbols.failed, "bad")
      : active.length > 0
        ? segment(symbols.done, "good")
        : hits > 0
          ? segment(symbols.hit, "known")
          : segment(symbols.skipped, "warn")
  const time = active.length > 0 ? durationText(endedAt - startedAt) : hits > 0 ? "cached" : "skipped"
  return { branch, symbol, name: stage, startedAt, endedAt, time, note: notes.join(", ") }
}

const moreRow = (
  tasks: ReadonlyArray<RunSpan>,
  shown: ReadonlyArray<RunSpan>,
  branch: string,
  style: TerminalStyle
): Row => {
  const rest = tasks.filter((span) => !shown.includes(span))
  const symbol = segment(symbolsOf(style).ellipsis, "dim")
  return { branch, symbol, name: `${rest.length} more`, startedAt: 0, endedAt: -1, time: "", note: "" }
}

/** Attempts, where there was more than one. */
const attemptRows = (parts: ReadonlyArray<RunSpan>, below: string, options: TraceTreeOptions): ReadonlyArray<Row> => {
  const attempts = parts.filter(({ role }) => role === "attempt")
  if (attempts.length < 2) return []
  const { tee, corner } = branches(options)
  return attempts.map((span, index) =>
    rowOf(
      span,
      `${below}${index === attempts.length - 1 ? corner : tee}`,
      `attempt ${span.attributes[ATTRIBUTE.attemptNumber]}`,
      [],
      options
    )
  )
}

/** Columns of the time line, where there is room for it. */
const TIMELINE = 24

const layOut = (rows: ReadonlyArray<Row>, root: RunSpan, options: TraceTreeOptions): ReadonlyArray<string> => {
  const symbols = symbolsOf(options)
  const widest = Math.max(...rows.map(({ branch, name }) => widthOf(branch) + 2 + widthOf(name)))
  const time = Math.max(...rows.map((row) => row.time.length))
  const label = Math.min(widest, Math.max(20, options.columns - time - 2 - (options.columns >= 70 ? TIMELINE + 4 : 0)))
  const hasTimeline = options.columns >= label + time + TIMELINE + 6
  return rows.map((row) => {
    const room = label - widthOf(row.branch) - 2
    const name = clip(row.name, room, symbols)
    const line = [
      segment(row.branch, "dim"),
      row.symbol,
      segment(` ${name}${" ".repeat(Math.max(0, room - widthOf(name)))}  ${row.time.padStart(time)}`),
      ...(hasTimeline ? [segment(`  ${timeline(row, root, options)}`, "active")] : [])
    ]
    const used = line.reduce((sum, { text }) => sum + widthOf(text), 0)
    const note = row.note === "" ? "" : clip(`  ${row.note}`, Math.max(0, options.columns - used), symbols)
    return [...line, segment(note, "dim")]
      .map((part) => paint(part, options))
      .join("")
      .trimEnd()
  })
}

/** Where in the run a row lies; what is too short for a cell still gets a thin one. */
const timeline = (row: Row, root: RunSpan, { unicode }: TerminalStyle): string => {
  const total = Math.max(1, lengthOf(root))
  const from = Math.floor(((row.startedAt - root.startedAt) / total) * TIMELINE)
  const to = Math.ceil(((row.endedAt - root.startedAt) / total) * TIMELINE)
  const isPoint = row.endedAt === row.startedAt
  const cell = (index: number): string => {
    if (row.endedAt < row.startedAt) return " "
    if (isPoint) return index === Math.min(from, TIMELINE - 1) ? (unicode ? "╵" : ".") : " "
    return index >= from && index < to ? (unicode ? "━" : "=") : " "
  }
  const [open, close] = unicode ? ["▕", "▏"] : ["[", "]"]
  return `${open}${Array.from({ length: TIMELINE }, (_, index) => cell(index)).join("")}${close}`
}

const pathLines = (
  path: ReturnType<typeof criticalPath>,
  root: RunSpan,
  options: TraceTreeOptions
): ReadonlyArray<string> => {
  const symbols = symbolsOf(options)
  const total = Math.max(1, lengthOf(root))
  const sum = path.reduce((length, { waited, worked }) => length + waited + worked, 0)
  const name = Math.min(Math.max(...path.map(({ task }) => widthOf(task))), Math.max(16, options.columns - 36))
  return [
    paint(segment(`critical path  ${durationText(sum)} of ${durationText(total)}`, "bold"), options),
    ...path.map(({ task, waited, worked }) => {
      const share = `${Math.round((100 * (waited + worked)) / total)} %`.padStart(5)
      const label = clip(task, name, symbols)
      const queue = waited >= 50 ? `  queued ${durationText(waited)}` : ""
      return `  ${label}${" ".repeat(name - widthOf(label))}  ${durationText(worked).padStart(7)}  ${share}${queue}`
    })
  ]
}
