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

/** What a span stands for: the run, a task in it, or a part of a task. */
export type SpanRole = "run" | "task" | "queue" | "attempt" | "backoff"

export interface RunSpan {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits, unique in the trace. */
  readonly spanId: string
  /** Absent for the run, unless another program started it. */
  readonly parentSpanId: string | undefined
  readonly role: SpanRole
  readonly name: string
  /** Milliseconds since 1970, as are all instants here. */
  readonly startedAt: number
  /** Never before the start. */
  readonly endedAt: number
  readonly status: "unset" | "ok" | "error"
  /** Why it is an error. */
  readonly statusMessage: string | undefined
  readonly attributes: Attributes
  readonly events: ReadonlyArray<SpanEvent>
  /** Events left out because there were too many. */
  readonly droppedEvents: number
}

/** Milliseconds. */
export const lengthOf = ({ startedAt, endedAt }: RunSpan): number => endedAt - startedAt
