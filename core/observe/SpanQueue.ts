/** Spans that wait to be sent. There is room for so many: one that finds none is counted, and is in the run's own files. */
import type { RunSpan } from "./RunSpan.ts"

/** Weight of the spans of a request, about a megabyte: a span, and each of its events, weighs one. */
const BATCH = 1000

export class SpanQueue {
  /** Spans that were offered. */
  offered = 0
  /** Of these, the spans for which there was no room. */
  dropped = 0
  private readonly capacity: number
  private waiting: Array<RunSpan> = []
  /** Of those that wait, how many have been taken; they are removed a batch at a time. */
  private head = 0

  constructor(capacity: number) {
    this.capacity = capacity
  }

  get size(): number {
    return this.waiting.length - this.head
  }

  offer(spans: ReadonlyArray<RunSpan>): void {
    for (const span of spans) {
      this.offered++
      if (this.size < this.capacity) this.waiting.push(span)
      else this.dropped++
    }
  }

  /** Whether there is enough for a request. */
  get isBatch(): boolean {
    return this.size >= BATCH
  }

  /** The spans of the next request, which stay until they are removed. */
  next(): ReadonlyArray<RunSpan> {
    let [end, weight] = [this.head, 0]
    while (end < this.waiting.length && weight < BATCH) weight += 1 + (this.waiting[end++]?.events.length ?? 0)
    return this.waiting.slice(this.head, end)
  }

  remove(count: number): void {
    this.head += count
    if (this.head < this.waiting.length / 2) return
    this.waiting = this.waiting.slice(this.head)
    this.head = 0
  }
}
