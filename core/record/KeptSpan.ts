/** Spans that no event of the journal tells: what stages time, what is read and written, what is looked up. */

export type SpanValue = string | number | boolean

export interface SpanValues {
  readonly [name: string]: SpanValue
}

/** Instants are milliseconds after the `base` of their batch. */
type Offset = number

export interface KeptEvent {
  readonly name: string
  readonly at: Offset
  readonly attributes?: SpanValues
}

/** What may be said of a span besides its place in time. */
export interface SpanContent {
  readonly attributes?: SpanValues
  readonly events?: ReadonlyArray<KeptEvent>
  /** Attributes and events that were too many. */
  readonly droppedAttributes?: number
  readonly droppedEvents?: number
}

export interface KeptSpan extends SpanContent {
  /** A number from 1 that is its own among those below the same run, task or attempt; or the 16 hexadecimal digits that another program gave it. */
  readonly id: number | string
  /** The span that it lies within; absent directly below the run, task or attempt. */
  readonly parent?: number | string
  readonly name: string
  readonly start: Offset
  /** Absent while it is open: a later batch has it anew. */
  readonly end?: Offset
  readonly error?: { readonly tag: string; readonly message: string }
}

/** Spans that were handed over together. */
export interface SpanBatch {
  /** What they lie within. */
  readonly below: "run" | "task" | "attempt"
  /** Span of the attempt, or of that with which the task ended. Absent below a run. */
  readonly attempt?: string
  /** Milliseconds since 1970, by the clock of the orchestrator. */
  readonly base: number
  readonly spans: ReadonlyArray<KeptSpan>
  /** What the attempt itself was told while no span in it was open, all of it so far. */
  readonly own?: SpanContent
  /** What others measured of the attempt. */
  readonly use?: SpanValues
  /** Spans of the attempt that were too many, all of them so far. */
  readonly droppedSpans?: number
}
