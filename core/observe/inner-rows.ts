/** The rows of what was timed within a task: spans of one name together, those that took longest, as deep as was asked for. */
import { durationText } from "./duration.ts"
import { lengthOf, type RunSpan } from "./RunSpan.ts"
import { branches, firstLine, type TraceRow, type TraceRowOptions } from "./TraceRow.ts"
import { harmless, segment, symbolsOf } from "./terminal-style.ts"

/** Spans by the one that they lie within. */
export type PartsOf = (span: RunSpan) => ReadonlyArray<RunSpan>

/** Names shown below one row. */
const MOST = 6

/** Rows for what lies within some spans, which stand in one row themselves. */
export const innerRows = (
  spans: ReadonlyArray<RunSpan>,
  partsOf: PartsOf,
  below: string,
  { depth, ...options }: TraceRowOptions
): ReadonlyArray<TraceRow> => {
  if (depth === 0) return []
  const inner = spans.flatMap((span) => partsOf(span).filter(({ role }) => role === "inner"))
  const groups = [...Map.groupBy(inner, ({ name }) => name).values()]
  const shown = new Set([...groups].sort((a, b) => totalOf(b) - totalOf(a)).slice(0, MOST))
  const { tee, corner, pipe } = branches(options)
  const kept = groups.filter((group) => shown.has(group))
  return kept.flatMap((group, index) => {
    const isLast = index === kept.length - 1
    return [
      groupRow(group, `${below}${isLast ? corner : tee}`, options),
      ...innerRows(group, partsOf, `${below}${isLast ? "   " : pipe}`, { ...options, depth: depth - 1 })
    ]
  })
}

const totalOf = (spans: ReadonlyArray<RunSpan>): number => spans.reduce((sum, span) => sum + lengthOf(span), 0)

const groupRow = (spans: ReadonlyArray<RunSpan>, branch: string, style: Omit<TraceRowOptions, "depth">): TraceRow => {
  const symbols = symbolsOf(style)
  const failed = spans.find(({ status }) => status === "error")
  const startedAt = Math.min(...spans.map((span) => span.startedAt))
  const name = harmless(spans[0]?.name ?? "").replaceAll(/\s+/gu, " ")
  return {
    branch,
    symbol: failed === undefined ? segment(symbols.waiting, "dim") : segment(symbols.failed, "bad"),
    name: spans.length === 1 ? name : `${name} ${style.unicode ? "×" : "x"}${spans.length}`,
    extent: { readyAt: startedAt, startedAt, endedAt: Math.max(...spans.map(({ endedAt }) => endedAt)) },
    time: durationText(totalOf(spans)),
    note: firstLine(failed?.statusMessage ?? "")
  }
}
