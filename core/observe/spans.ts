/** The spans of a run: a pure projection of its journal, and of what it has kept beside that. */
import type { JournalEntry } from "../record/JournalEvent.ts"
import type { SpanBatch } from "../record/KeptSpan.ts"
import type { RunSpan } from "./RunSpan.ts"
import { type ProjectionOptions, SpanProjection } from "./SpanProjection.ts"

/**
 * The spans of a run in the order of their tree: the run first, what lies within a span after it, by time.
 *
 * The same journal always gives the same spans. Hits and skipped tasks have no length. What was open when a run died
 * ends with the last event; what is open in a run that goes on, now. Stack traces stay in the journal: they name folders of the machine. Without a `RunStarted`
 * there are no spans.
 */
export const spansOf = (
  entries: Iterable<Pick<JournalEntry, "event">>,
  kept: ReadonlyArray<SpanBatch> = [],
  options: ProjectionOptions = {}
): ReadonlyArray<RunSpan> => {
  const projection = new SpanProjection(options)
  for (const batch of kept) projection.keep(batch)
  const made: Array<RunSpan> = []
  for (const { event } of entries) for (const span of projection.next(event)) made.push(span)
  for (const span of projection.close()) made.push(span)
  return inOrder(made)
}

const inOrder = (spans: ReadonlyArray<RunSpan>): ReadonlyArray<RunSpan> => {
  const root = spans.find(({ role }) => role === "run")
  if (root === undefined) return []
  const parts = Map.groupBy(spans, ({ parentSpanId }) => parentSpanId ?? "")
  const ordered: Array<RunSpan> = []
  const stack = [root]
  for (let span = stack.pop(); span !== undefined; span = stack.pop()) {
    ordered.push(span)
    const own = (parts.get(span.spanId) ?? []).filter(({ role }) => role !== "run")
    // The sort is stable: what began at the same time stays in the order in which it ended.
    stack.push(...own.sort((a, b) => a.startedAt - b.startedAt).reverse())
  }
  return ordered
}
