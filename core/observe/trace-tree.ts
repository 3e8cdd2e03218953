/** A run as a tree of times for the terminal, with its critical path. Pure: spans in, text out. */
import type { Plan } from "../plan/Plan.ts"
import { criticalPath, type PathStep } from "./critical-path.ts"
import { durationText } from "./duration.ts"
import { lengthOf, type RunSpan } from "./RunSpan.ts"
import type { Extent, TraceRow } from "./TraceRow.ts"
import { clip, paint, segment, symbolsOf, type TerminalStyle, widthOf } from "./terminal-style.ts"
import { traceRows, WORTH_TELLING } from "./trace-rows.ts"

export interface TraceTreeOptions extends TerminalStyle {
  readonly columns: number
  /** Tasks shown of a stage with more, 5 unless given. */
  readonly tasksPerStage?: number
  /** Levels of spans shown within tasks, 0 unless given. */
  readonly depth?: number
}

/** The tree, an empty line, and the critical path; ends without a line feed. */
export const traceTree = (
  spans: ReadonlyArray<RunSpan>,
  plan: Pick<Plan, "stages" | "tasks">,
  options: TraceTreeOptions
): string => {
  const [root] = spans
  if (root === undefined) return "nothing is recorded of this run"
  const rows = traceRows(spans, { tasksPerStage: 5, depth: 0, ...options })
  const path = criticalPath(spans, plan)
  return [...layOut(rows, root, options), ...(path.length === 0 ? [] : ["", ...pathLines(path, root, options)])].join(
    "\n"
  )
}

/** Cells of the time line, where there is room for it. */
const TIMELINE = 24

/** Columns of the time line with its ends and the gap before it. */
const TIMELINE_COLUMNS = TIMELINE + 4

const layOut = (rows: ReadonlyArray<TraceRow>, root: RunSpan, options: TraceTreeOptions): ReadonlyArray<string> => {
  const symbols = symbolsOf(options)
  const widest = Math.max(...rows.map(({ branch, name }) => widthOf(branch) + 2 + widthOf(name)))
  const time = Math.max(...rows.map((row) => row.time.length))
  const hasTimeline = options.columns >= 70
  const room = options.columns - time - 2 - (hasTimeline ? TIMELINE_COLUMNS : 0)
  const label = Math.min(widest, Math.max(20, room))
  return rows.map((row) => {
    const nameWidth = Math.max(4, label - widthOf(row.branch) - 2)
    const name = clip(row.name, nameWidth, symbols)
    const line = [
      segment(row.branch, "dim"),
      row.symbol,
      segment(` ${name}${" ".repeat(nameWidth - widthOf(name))}  ${row.time.padStart(time)}`),
      segment(hasTimeline ? `  ${timeline(row.extent, root, options)}` : "", "active")
    ]
    const used = line.reduce((sum, { text }) => sum + widthOf(text), 0)
    const note = row.note === "" ? "" : clip(`  ${row.note}`, Math.max(0, options.columns - used), symbols)
    return [...line, segment(note, "dim")]
      .map((part) => paint(part, options))
      .join("")
      .trimEnd()
  })
}

/** Where in the run something lies: a thin line while it waits, a thick one while it works, a tick for an instant. */
const timeline = (extent: Extent | undefined, root: RunSpan, { unicode }: TerminalStyle): string => {
  const [open, close, waits, works, tick] = unicode ? "▕▏─━╵" : "[]-=."
  if (extent === undefined) return " ".repeat(TIMELINE + 2)
  const cellOf = (at: number): number => ((at - root.startedAt) / Math.max(1, lengthOf(root))) * TIMELINE
  const ready = Math.min(TIMELINE - 1, Math.floor(cellOf(extent.readyAt)))
  const start = Math.min(TIMELINE - 1, Math.floor(cellOf(extent.startedAt)))
  const end = Math.max(start + 1, Math.ceil(cellOf(extent.endedAt)))
  const work = extent.endedAt === extent.readyAt ? tick : works
  const cells = Array.from({ length: TIMELINE }, (_, index) =>
    index < ready || index >= end ? " " : index < start ? waits : work
  )
  return `${open}${cells.join("")}${close}`
}

const pathLines = (path: ReadonlyArray<PathStep>, root: RunSpan, options: TraceTreeOptions): ReadonlyArray<string> => {
  const symbols = symbolsOf(options)
  const total = lengthOf(root)
  const sum = path.reduce((length, { waited, worked }) => length + waited + worked, 0)
  const width = Math.min(Math.max(...path.map(({ task }) => widthOf(task))), Math.max(8, options.columns - 18))
  return [
    paint(segment(`critical path  ${durationText(sum)} of ${durationText(total)}`, "bold"), options),
    ...path.map(({ task, waited, worked }) => {
      const share = `${Math.round((100 * (waited + worked)) / Math.max(1, total))} %`.padStart(5)
      const name = clip(task, width, symbols).padEnd(width)
      const line = `  ${name}  ${durationText(worked).padStart(7)}  ${share}`
      const queue = waited >= WORTH_TELLING ? `  queued ${durationText(waited)}` : ""
      return widthOf(line + queue) > options.columns ? line : `${line}${paint(segment(queue, "dim"), options)}`
    })
  ]
}
