/** A length of time within a run, as tracing systems know it. */

export type AttributeValue = string | number | boolean

export interface Attributes {
  readonly [name: string]: AttributeValue
}

/** Something that happened at one instant of a span. */
export interface SpanEvent {
  readonly name: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly attributes: Attributes
}

/** What a span stands for: the run, a task in it, a part of a task, or what was timed within one of these. */
export type SpanRole = "run" | "task" | "queue" | "attempt" | "backoff" | "inner"

/** Who did it. Attempts and what lies within them are the work of workers. */
export type SpanService = "orchestrator" | "worker"

/** A span, of this trace or another. */
export interface SpanContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits, unique in the trace. */
  readonly spanId: string
}

/** A span that another has to do with and does not lie within. */
export interface SpanLink extends SpanContext {
  readonly attributes: Attributes
}

export interface RunSpan extends SpanContext {
  /** Absent for the run, unless another program started it. */
  readonly parentSpanId: string | undefined
  readonly role: SpanRole
  readonly service: SpanService
  readonly name: string
  /** Milliseconds since 1970, with fractions, as are all instants here. Never before the start of the parent. */
  readonly startedAt: number
  /** Never before the start, nor after the end of the parent. */
  readonly endedAt: number
  readonly status: "unset" | "ok" | "error"
  /** Why it is an error. */
  readonly statusMessage: string | undefined
  readonly attributes: Attributes
  readonly events: ReadonlyArray<SpanEvent>
  readonly links: ReadonlyArray<SpanLink>
  /** Attributes and events left out because there were too many. */
  readonly droppedAttributes: number
  readonly droppedEvents: number
}

/** Milliseconds. */
export const lengthOf = ({ startedAt, endedAt }: Pick<RunSpan, "startedAt" | "endedAt">): number => endedAt - startedAt
