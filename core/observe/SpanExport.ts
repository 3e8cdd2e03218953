/** Sends spans while they come: batch after batch, each again until the collector has it or refuses it, and never in anybody's way. */
import { Deferred, Effect } from "effect"
import { messageOf } from "../document/message-of.ts"
import { type ExportTarget, shownUrl } from "./export-target.ts"
import { type Answer, type OtlpConnection, openConnection } from "./otlp-http.ts"
import type { RunSpan } from "./RunSpan.ts"
import { SpanQueue } from "./SpanQueue.ts"
import type { SpanCodec } from "./telemetry.ts"
import type { TraceResources } from "./trace-resource.ts"

/** What has become of the spans. */
export interface ExportResult {
  readonly sent: number
  /** All that were offered. */
  readonly total: number
  /** Why the others were not sent; `undefined` where all were. */
  readonly reason: string | undefined
}

export interface SpanExportOptions {
  readonly target: ExportTarget
  readonly resources: TraceResources
  /** Spans that may wait. */
  readonly capacity: number
}

/** Milliseconds in which spans gather for a request. */
const GATHER = 200

/** Milliseconds before the same is sent again: the first time, and at most. */
const [FIRST_PAUSE, LONGEST_PAUSE] = [250, 15_000]

export class SpanExport {
  private readonly options: SpanExportOptions
  private readonly queue: SpanQueue
  private readonly closing = Deferred.makeUnsafe<void>()
  private isClosing = false
  private sent = 0
  private reason: string | undefined

  constructor(options: SpanExportOptions) {
    this.options = options
    this.queue = new SpanQueue(options.capacity)
  }

  /** Takes spans to be sent; returns at once. */
  offer(spans: ReadonlyArray<RunSpan>): void {
    if (spans.length > 0) this.queue.offer(spans)
  }

  /** Sends what is offered until `close`, and then the rest. Fails never; to be run beside what makes the spans. */
  readonly pump: Effect.Effect<void> = Effect.suspend(() =>
    Effect.scoped(
      Effect.gen({ self: this }, function* () {
        const { target, resources } = this.options
        const codec = yield* Effect.promise(() => import("./telemetry.ts")).pipe(
          Effect.map(({ spanCodec }) => spanCodec(target.protocol, resources))
        )
        const connection = yield* Effect.acquireRelease(
          Effect.sync(() => openConnection(target)),
          ({ close }) => Effect.sync(close)
        )
        yield* this.sendAll(codec, connection)
      })
    ).pipe(Effect.catchDefect((defect) => Effect.sync(() => this.giveUp(messageOf(defect)))))
  )

  /** Says that nothing more is offered. */
  readonly close: Effect.Effect<void> = Effect.suspend(() => {
    this.isClosing = true
    return Deferred.succeed(this.closing, undefined)
  })

  private giveUp(reason: string): void {
    this.reason = reason
  }

  get result(): ExportResult {
    const { offered: total, dropped } = this.queue
    const { sent } = this
    if (sent === total) return { sent, total, reason: undefined }
    const { reason = dropped > 0 ? "it is slower than the run" : "it did not answer in time" } = this
    return { sent, total, reason: `${shownUrl(this.options.target.url)}: ${reason}` }
  }

  private sendAll(codec: SpanCodec, connection: OtlpConnection) {
    return Effect.gen({ self: this }, function* () {
      let pause = FIRST_PAUSE
      while (!this.isClosing || this.queue.size > 0) {
        if (!this.isClosing && !this.queue.isBatch) yield* this.wait(GATHER)
        const batch = this.queue.next()
        if (batch.length === 0) continue
        const answer = yield* post(connection, codec.encode(batch))
        if (answer._tag === "Later") {
          this.reason = answer.reason
          // Nobody is there, and nobody has time to wait for somebody.
          if (this.isClosing && !answer.isThere) return
          yield* this.isClosing ? Effect.sleep(answer.retryIn ?? pause) : this.wait(answer.retryIn ?? pause)
          pause = Math.min(2 * pause, LONGEST_PAUSE)
          continue
        }
        pause = FIRST_PAUSE
        this.queue.remove(batch.length)
        if (answer._tag === "Refused") this.reason = answer.reason
        else {
          const partial = codec.decode(answer)
          if (partial !== undefined) this.reason = partial.reason
          this.sent += batch.length - Math.min(batch.length, partial?.rejected ?? 0)
        }
      }
    })
  }

  /** So many milliseconds, or until there is nothing more to wait for. */
  private wait(millis: number): Effect.Effect<void> {
    return Effect.raceFirst(Effect.sleep(millis), Deferred.await(this.closing))
  }
}

const post = (connection: OtlpConnection, body: Uint8Array): Effect.Effect<Answer> =>
  Effect.promise((signal) => connection.post(body, signal))
