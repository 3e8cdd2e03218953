/** Spans of looking up results: one for as many tasks as were looked up together, where that took time. */
import type { SpanBatch } from "../record/KeptSpan.ts"
import { ATTRIBUTE, SPAN } from "../record/semantic-conventions.ts"
import { steadyTime } from "./steady-time.ts"

/** Milliseconds of looking up that are worth a span: the results of thousands of tasks are looked up one by one. */
const WORTH_TELLING = 1

export class LookUpSpans {
  private readonly onSpans: (batch: SpanBatch) => void
  private made = 0

  constructor(onSpans: (batch: SpanBatch) => void) {
    this.onSpans = onSpans
  }

  /** Measures one round, which counts what it finds. */
  measure(round: (counts: { hits: number; misses: number }) => void): void {
    const base = steadyTime()
    const counts = { hits: 0, misses: 0 }
    round(counts)
    const end = steadyTime() - base
    if (end < WORTH_TELLING) return
    const attributes = { [ATTRIBUTE.cacheHits]: counts.hits, [ATTRIBUTE.cacheMisses]: counts.misses }
    this.onSpans({ below: "run", base, spans: [{ id: ++this.made, name: SPAN.lookUp, start: 0, end, attributes }] })
  }
}
