/** Spans that wait to be sent. There is room for so many: one that finds none is counted, and is in the run's own files. */
import type { EncodedSpans } from "./EncodedSpans.ts"
import type { RunSpan } from "./RunSpan.ts"

/** Weight of the spans of a request, about a megabyte: a span, and each of its events, weighs one. */
const FULL = 1000

/** Spans that are sent together. */
export interface SpanRequest {
  readonly spans: EncodedSpans
  readonly count: number
}

interface GrowingRequest extends SpanRequest {
  count: number
  weight: number
}

export class SpanQueue {
  /** Spans that were offered. */
  offered = 0
  /** Of these, the spans for which there was no room. */
  dropped = 0
  /** Spans that wait. */
  size = 0
  private readonly capacity: number
  private readonly begin: () => EncodedSpans
  /** In the order in which they came; the last one grows. */
  private readonly requests: Array<GrowingRequest> = []
  /** Where spans were that have been sent: megabytes that grew anew for each request would have the engine look for what is dead. */
  private readonly free: Array<EncodedSpans> = []

  constructor(capacity: number, begin: () => EncodedSpans) {
    this.capacity = capacity
    this.begin = begin
  }

  offer(spans: ReadonlyArray<RunSpan>): void {
    for (const span of spans) {
      this.offered++
      if (this.size < this.capacity) this.add(span)
      else this.dropped++
    }
  }

  private add(span: RunSpan): void {
    let last = this.requests.at(-1)
    if (last === undefined || last.weight >= FULL) {
      last = { spans: this.free.pop() ?? this.begin(), count: 0, weight: 0 }
      this.requests.push(last)
    }
    last.spans.add(span)
    last.count++
    last.weight += 1 + span.events.length
    this.size++
  }

  /** Whether there is enough for a request. */
  get isFull(): boolean {
    return (this.requests[0]?.weight ?? 0) >= FULL
  }

  /** Takes the spans of the next request out; they still take their room, until `done`. */
  next(): SpanRequest | undefined {
    return this.requests.shift()
  }

  /** Says that a request has been sent, or never will be. */
  done({ count, spans }: SpanRequest): void {
    this.size -= count
    spans.clear()
    this.free.push(spans)
  }
}
