/** Sends spans while they come: batch after batch, each again until the collector has it or refuses it, and never in anybody's way. */
import { Deferred, Effect } from "effect"
import { messageOf } from "../document/message-of.ts"
import { collectorWords } from "./collector-words.ts"
import { type ExportTarget, shownUrl } from "./export-target.ts"
import { type Answer, type OtlpConnection, openConnection } from "./otlp-http.ts"
import { JsonSpans } from "./otlp-json.ts"
import { ProtobufSpans } from "./otlp-protobuf.ts"
import type { PartialSuccess, TakenAnswer } from "./partial-success.ts"
import type { RunSpan } from "./RunSpan.ts"
import { SpanQueue, type SpanRequest } from "./SpanQueue.ts"
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

/** Where spans go, and what is said there. */
interface Collector {
  readonly connection: OtlpConnection
  readonly resources: TraceResources
  readonly decode: (answer: TakenAnswer) => PartialSuccess | undefined
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
    const isJson = options.target.protocol === "http/json"
    this.queue = new SpanQueue(options.capacity, () => (isJson ? new JsonSpans() : new ProtobufSpans()))
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
        const { decodeAnswer, sdkResources } = yield* Effect.promise(() => import("./telemetry.ts"))
        const connection = yield* Effect.acquireRelease(
          Effect.sync(() => openConnection(target)),
          ({ close }) => Effect.sync(close)
        )
        yield* this.sendAll({ connection, decode: decodeAnswer, resources: sdkResources(resources) })
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
    const { target } = this.options
    return { sent, total, reason: `${shownUrl(target.url)}: ${collectorWords(reason, target)}` }
  }

  private sendAll(collector: Collector): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      while (!this.isClosing || this.queue.size > 0) {
        if (!this.isClosing && !this.queue.isFull) yield* this.wait(GATHER)
        const request = this.queue.next()
        if (request === undefined) continue
        const isOver = yield* this.send(request, collector)
        this.queue.done(request)
        if (!isOver) return
      }
    })
  }

  /** Sends a request until it is taken or refused. Whether that is so: where a run is over and nobody is there, it is given up. */
  private send(request: SpanRequest, { connection, decode, resources }: Collector): Effect.Effect<boolean> {
    const body = request.spans.body(resources)
    return Effect.gen({ self: this }, function* () {
      for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
        const answer = yield* post(connection, body)
        if (answer._tag !== "Later") {
          if (answer._tag === "Refused") this.reason = answer.reason
          else this.enterTaken(request.count, decode(answer))
          return true
        }
        this.reason = answer.reason
        // Nobody is there, and nobody has time to wait for somebody.
        if (this.isClosing && !answer.isThere) return false
        yield* this.isClosing ? Effect.sleep(answer.retryIn ?? pause) : this.wait(answer.retryIn ?? pause)
      }
    })
  }

  private enterTaken(count: number, partial: PartialSuccess | undefined): void {
    if (partial !== undefined) this.reason = partial.reason
    this.sent += count - Math.min(count, partial?.rejected ?? 0)
  }

  /** So many milliseconds, or until there is nothing more to wait for. */
  private wait(millis: number): Effect.Effect<void> {
    return Effect.raceFirst(Effect.sleep(millis), Deferred.await(this.closing))
  }
}

const post = (connection: OtlpConnection, body: Uint8Array): Effect.Effect<Answer> =>
  Effect.promise((signal) => connection.post(body, signal))
