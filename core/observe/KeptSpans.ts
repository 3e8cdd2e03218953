/** Spans that a run has kept of an attempt, of a task or of itself, made into those of a trace. */
import type { KeptEvent, KeptSpan, SpanBatch, SpanContent, SpanValues } from "../record/KeptSpan.ts"
import { ATTRIBUTE } from "../record/semantic-conventions.ts"
import type { RunSpan, SpanEvent, SpanService } from "./RunSpan.ts"
import { cut } from "./span-content.ts"
import { derivedId, isId } from "./span-ids.ts"
import { exceptionEvent, type SpanParts } from "./span-parts.ts"

/** What they hang on: its id, by which theirs are made, and the span that they lie within. */
export interface KeptAround {
  readonly id: string
  readonly room: number
  readonly service: SpanService
  readonly parent: Pick<RunSpan, "spanId" | "startedAt" | "endedAt">
}

/** A kept span with its ids. */
export interface PlacedSpan {
  readonly spanId: string
  readonly parentSpanId: string
  readonly parts: SpanParts
}

interface Known {
  readonly span: KeptSpan
  readonly base: number
}

/**
 * The spans of batches, each within its parent: clocks of workers are near that of the orchestrator, and the last
 * microseconds would put a span out of the one that it is part of. Of what several batches have the last one counts.
 */
export const placeKept = (batches: ReadonlyArray<SpanBatch>, around: KeptAround): ReadonlyArray<PlacedSpan> => {
  const known = new Map<number | string, Known>()
  for (const { base, spans } of batches) for (const span of spans) known.set(span.id, { span, base })
  const placed = new Map<number | string, KeptAround["parent"]>()
  const found: Array<PlacedSpan> = []
  const idOf = (id: number | string): string =>
    typeof id === "string" && isId(id, 16) ? id : derivedId(around.id, around.room, Number(id) || 0)

  /** Where a span lies; its parents first, however deep it is. */
  const place = (start: Known): KeptAround["parent"] => {
    const chain: Array<Known> = []
    const seen = new Set<KeptSpan>()
    let next: Known | undefined = start
    while (next !== undefined && !placed.has(next.span.id) && !seen.has(next.span)) {
      chain.push(next)
      seen.add(next.span)
      const above: number | string | undefined = next.span.parent
      next = above === undefined ? undefined : known.get(above)
    }
    let parent = (next === undefined ? undefined : placed.get(next.span.id)) ?? around.parent
    for (const { base, span } of chain.reverse()) {
      const startedAt = within(base + span.start, parent)
      const endedAt = Math.max(startedAt, span.end === undefined ? parent.endedAt : within(base + span.end, parent))
      const spanId = idOf(span.id)
      found.push({
        spanId,
        parentSpanId: parent.spanId,
        parts: partsOf(span, base, { startedAt, endedAt }, around.service)
      })
      parent = { spanId, startedAt, endedAt }
      placed.set(span.id, parent)
    }
    return parent
  }
  for (const one of known.values()) place(one)
  return found
}

const partsOf = (
  span: KeptSpan,
  base: number,
  time: Pick<RunSpan, "startedAt" | "endedAt">,
  service: SpanService
): SpanParts => {
  const { attributes = {}, droppedAttributes, droppedEvents, error, name } = span
  const events = eventsOf(span, base, time)
  return {
    role: "inner",
    service,
    name,
    ...time,
    status: error === undefined ? "unset" : "error",
    statusMessage: error === undefined ? undefined : cut(error.message),
    attributes,
    droppedAttributes,
    events: error === undefined ? events : [exceptionEvent(error, time.endedAt), ...events],
    droppedEvents
  }
}

/** Events of what was told, within the time of their span. */
const eventsOf = (
  { events = [] }: SpanContent,
  base: number,
  time: Pick<RunSpan, "startedAt" | "endedAt">
): ReadonlyArray<SpanEvent> =>
  events.map(({ at, attributes = {}, name }: KeptEvent) => ({ name, at: within(base + at, time), attributes }))

/** The same events, each within a length of time: brief attempts have waited for each other, and spoken before they began. */
export const eventsWithin = (
  events: ReadonlyArray<SpanEvent>,
  time: Pick<RunSpan, "startedAt" | "endedAt">
): ReadonlyArray<SpanEvent> =>
  events.length === 0 ? events : events.map((event) => ({ ...event, at: within(event.at, time) }))

const within = (at: number, { startedAt, endedAt }: Pick<RunSpan, "startedAt" | "endedAt">): number =>
  Math.min(Math.max(at, startedAt), endedAt)

/** What the last batch tells of the attempt itself. */
export interface OwnContent {
  readonly attributes: SpanValues
  readonly events: ReadonlyArray<SpanEvent>
  readonly droppedAttributes: number
  readonly droppedEvents: number
}

export const ownContent = (
  batches: ReadonlyArray<SpanBatch>,
  time: Pick<RunSpan, "startedAt" | "endedAt">
): OwnContent => {
  const told = batches.findLast(({ own }) => own !== undefined)
  const { attributes = {}, droppedAttributes = 0, droppedEvents = 0 } = told?.own ?? {}
  const droppedSpans = Math.max(0, ...batches.map((batch) => batch.droppedSpans ?? 0))
  return {
    attributes: {
      ...(droppedSpans === 0 ? {} : { [ATTRIBUTE.droppedSpans]: droppedSpans }),
      ...attributes,
      ...batches.findLast(({ use }) => use !== undefined)?.use
    },
    events: told?.own === undefined ? [] : eventsOf(told.own, told.base, time),
    droppedAttributes,
    droppedEvents
  }
}
