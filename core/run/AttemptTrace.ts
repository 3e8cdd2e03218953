/** The spans that an attempt makes while it runs, as Effect's tracer hands them over: bounded, and told now and then. */
import { inspect } from "node:util"
import { Cause, Context, Effect, Exit, Option, Tracer } from "effect"
import type { KeptSpan, SpanBatch, SpanContent, SpanValue, SpanValues } from "../record/KeptSpan.ts"
import { attemptFailure } from "./attempt-failure.ts"
import { SpanEvents } from "./SpanEvents.ts"
import { LONGEST_NAME, LONGEST_VALUE, MOST_ATTRIBUTES, MOST_SPANS } from "./span-limits.ts"

/** Spans on their way out of the worker; instants are milliseconds since the attempt began there. */
export interface AttemptSpans extends Pick<SpanBatch, "spans" | "own" | "droppedSpans"> {
  /** When this was said. */
  readonly elapsed: number
}

/** Milliseconds from the beginning to the first time that spans are told before the end, and the longest between two times. */
const [FIRST, LONGEST] = [1000, 60_000]

export class AttemptTrace {
  private readonly send: (spans: AttemptSpans) => void
  private readonly begun = performance.now()
  private readonly root = new AttemptSpan(this, 0, undefined, { ...ROOT, parent: Option.none() })
  private readonly open = new Set<AttemptSpan>()
  private ended: Array<KeptSpan> = []
  private made = 0
  private dropped = 0
  private interval = FIRST
  private due = FIRST

  /** `send` is called with what has not been told before; not at all for an attempt without spans. */
  constructor(send: (spans: AttemptSpans) => void) {
    this.send = send
  }

  /** Has the spans of an effect come here. */
  readonly around = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, Exclude<R, Tracer.ParentSpan>> =>
    Effect.provideService(
      Effect.provideService(effect, Tracer.ParentSpan, this.root),
      Tracer.Tracer,
      Tracer.make({ span: (options) => this.begin(options) })
    )

  /** Tells the rest. */
  end(): void {
    const own = this.root.content()
    if (this.ended.length + this.open.size + this.dropped === 0 && isEmpty(own)) return
    this.tell(own)
  }

  /** Milliseconds since the attempt began, to the microsecond. */
  now(): number {
    return Math.round((performance.now() - this.begun) * 1000) / 1000
  }

  /** Something has happened at an instant: it is told when enough of it has come together. */
  happened(at: number): void {
    if (at < this.due) return
    this.tell(this.root.content())
    this.interval = Math.min(2 * this.interval, LONGEST)
    this.due = at + this.interval
  }

  hasEnded(span: AttemptSpan, at: number): void {
    if (!this.open.delete(span)) return
    this.ended.push(span.kept())
    this.happened(at)
  }

  private begin(options: SpanOptions): Tracer.Span {
    const isKept = this.made < MOST_SPANS
    if (isKept) this.made++
    else this.dropped++
    const parent = Option.getOrUndefined(options.parent)
    const around = parent instanceof AttemptSpan ? parent : this.root
    const span = new AttemptSpan(this, isKept ? this.made : around.number, around, options)
    if (isKept) this.open.add(span)
    return span
  }

  private tell(own: SpanContent): void {
    const spans = [...this.ended, ...[...this.open].map((span) => span.kept())]
    this.ended = []
    this.send({
      elapsed: this.now(),
      spans,
      ...(isEmpty(own) ? {} : { own }),
      ...(this.dropped === 0 ? {} : { droppedSpans: this.dropped })
    })
  }
}

type SpanOptions = Parameters<Tracer.Tracer["span"]>[0]

const ROOT: Omit<SpanOptions, "parent"> = {
  name: "attempt",
  annotations: Context.empty(),
  links: [],
  startTime: 0n,
  kind: "internal",
  root: false,
  sampled: true
}

const isEmpty = (content: SpanContent): boolean => Object.keys(content).length === 0

/**
 * A span of the code of a stage. The ids that this code sees are the same in every run: what is made of them cannot depend on
 * the run. Its clock is that of the worker, whatever clock the stage was given.
 */
class AttemptSpan implements Tracer.Span {
  readonly _tag = "Span"
  readonly traceId = "00000000000000000000000000000001"
  readonly name: string
  readonly parent: Option.Option<Tracer.AnySpan>
  readonly annotations: Context.Context<never>
  readonly links: ReadonlyArray<Tracer.SpanLink>
  readonly sampled: boolean
  readonly kind: Tracer.SpanKind
  readonly number: number
  /** Out of reach for the code of the stage, which holds spans. */
  readonly #trace: AttemptTrace
  private readonly around: AttemptSpan | undefined
  private readonly start: number
  private end_: { readonly at: number; readonly error: KeptSpan["error"] } | undefined
  private state: Tracer.SpanStatus
  private readonly values = new Map<string, unknown>()
  private readonly events = new SpanEvents()

  constructor(trace: AttemptTrace, number: number, around: AttemptSpan | undefined, options: SpanOptions) {
    this.#trace = trace
    this.number = number
    this.around = around
    this.name = options.name
    this.parent = options.parent
    this.annotations = options.annotations
    this.links = options.links
    this.sampled = options.sampled
    this.kind = options.kind
    this.start = around === undefined ? 0 : trace.now()
    this.state = { _tag: "Started", startTime: options.startTime }
  }

  get spanId(): string {
    return this.number.toString(16).padStart(16, "0")
  }

  get status(): Tracer.SpanStatus {
    return this.state
  }

  get attributes(): ReadonlyMap<string, unknown> {
    return this.values
  }

  end(endTime: bigint, exit: Exit.Exit<unknown, unknown>): void {
    if (this.state._tag === "Ended") return
    this.state = { _tag: "Ended", startTime: this.state.startTime, endTime, exit }
    const at = this.#trace.now()
    this.end_ = { at, error: errorOf(exit) }
    this.#trace.hasEnded(this, at)
  }

  attribute(key: string, value: unknown): void {
    if (this.state._tag !== "Ended") this.values.set(key, value)
  }

  event(name: string, _at: bigint, attributes: Record<string, unknown> = {}): void {
    if (this.state._tag === "Ended") return
    const at = this.#trace.now()
    this.events.add({ name: name.slice(0, LONGEST_NAME), at, attributes: valuesOf(Object.entries(attributes)).values })
    this.#trace.happened(at)
  }

  addLinks(): void {
    // Other spans of the stage have no names that mean anything outside of it.
  }

  /** As it stands. */
  kept(): KeptSpan {
    const { end_: end, around } = this
    return {
      id: this.number,
      ...(around === undefined || around.number === 0 ? {} : { parent: around.number }),
      name: this.name.slice(0, LONGEST_NAME),
      start: this.start,
      ...(end === undefined ? {} : { end: end.at }),
      ...(end?.error === undefined ? {} : { error: end.error }),
      ...this.content()
    }
  }

  content(): SpanContent {
    const { values, dropped } = valuesOf(this.values)
    const { kept, dropped: droppedEvents } = this.events
    return {
      ...(Object.keys(values).length === 0 ? {} : { attributes: values }),
      ...(dropped === 0 ? {} : { droppedAttributes: dropped }),
      ...(kept.length === 0 ? {} : { events: kept }),
      ...(droppedEvents === 0 ? {} : { droppedEvents })
    }
  }
}

/** What went wrong; nothing where it was only interrupted. */
const errorOf = (exit: Exit.Exit<unknown, unknown>): KeptSpan["error"] => {
  if (Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)) return undefined
  const { tag, message } = attemptFailure(Cause.squash(exit.cause))
  return { tag: cut(tag), message: cut(message) }
}

const valuesOf = (
  entries: Iterable<readonly [name: string, value: unknown]>
): { readonly values: SpanValues; readonly dropped: number } => {
  const values: Record<string, SpanValue> = {}
  let [kept, dropped] = [0, 0]
  for (const [name, value] of entries) {
    if (value === undefined) continue
    if (kept === MOST_ATTRIBUTES) dropped++
    else {
      kept++
      values[name.slice(0, LONGEST_NAME)] = spanValue(value)
    }
  }
  return { values, dropped }
}

/** A number, a text, or what a text of bounded length can tell of anything else. */
const spanValue = (value: unknown): SpanValue => {
  if (typeof value === "boolean") return value
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value)
  return cut(typeof value === "string" ? value : inspect(value, SHORTLY))
}

const SHORTLY = {
  depth: 2,
  maxArrayLength: 32,
  maxStringLength: 1024,
  breakLength: Number.POSITIVE_INFINITY,
  customInspect: false
} as const

const cut = (text: string): string =>
  text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1).toWellFormed()}…`
