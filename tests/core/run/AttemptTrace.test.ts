import { assert, describe, it } from "@effect/vitest"
import { Data, Effect } from "effect"
import type { AttemptSpans } from "../../../core/run/AttemptTrace.ts"
import { AttemptTrace } from "../../../core/run/AttemptTrace.ts"
import { spansFault } from "../../../core/run/spans-fault.ts"
import { event } from "../../../core/stage/Trace.ts"

class Refused extends Data.TaggedError("Refused")<{ readonly message: string }> {}

/** What is told of an effect. */
const traced = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const told: Array<AttemptSpans> = []
    const trace = new AttemptTrace((spans) => told.push(spans))
    yield* Effect.exit(trace.around(effect))
    trace.end()
    for (const spans of told) assert.isUndefined(spansFault(structuredClone(spans)))
    return told
  })

describe("the spans of an attempt", () => {
  it.effect("are those that its code makes, with what is said of them", () =>
    Effect.gen(function* () {
      const inner = Effect.fn("inner")(function* (n: number) {
        yield* Effect.annotateCurrentSpan({ n, list: [1, 2], huge: new Float64Array(1e6), none: undefined })
        yield* event("step", { loss: 0.5 })
        return yield* new Refused({ message: "no" })
      })
      const [told, ...more] = yield* traced(
        Effect.annotateCurrentSpan({ rate: Number.NaN }).pipe(
          Effect.andThen(event("begun")),
          Effect.andThen(Effect.withSpan(inner(1), "outer"))
        )
      )
      assert.isEmpty(more)
      assert.deepStrictEqual(
        told?.spans.map(({ id, name, parent, error }) => [id, name, parent, error]),
        [
          [2, "inner", 1, { tag: "Refused", message: "no" }],
          [1, "outer", undefined, { tag: "Refused", message: "no" }]
        ]
      )
      const { attributes, events = [] } = told?.spans[0] ?? {}
      assert.deepInclude(attributes, { n: 1, list: "[ 1, 2 ]" })
      assert.isAtMost(String(attributes?.["huge"]).length, 4096)
      assert.notProperty(attributes, "none")
      assert.deepStrictEqual(
        events.map(({ attributes, name }) => [name, attributes]),
        [["step", { loss: 0.5 }]]
      )
      assert.deepStrictEqual(told?.own?.attributes, { rate: "NaN" })
      assert.deepStrictEqual(
        told?.own?.events?.map(({ name }) => name),
        ["begun"]
      )
    })
  )

  it.effect("are nothing where nothing is timed", () =>
    Effect.gen(function* () {
      assert.isEmpty(yield* traced(Effect.succeed(1)))
    })
  )

  it.effect("show its code the same ids in every run", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const look = Effect.andThen(Effect.orDie(Effect.currentSpan), (span) =>
        Effect.sync(() => seen.push(`${span.traceId}/${span.spanId}`))
      )
      for (let run = 0; run < 2; run++) yield* traced(Effect.withSpan(look, "a"))
      assert.strictEqual(seen[0], seen[1])
    })
  )

  it.effect("are bounded: those that are too many are counted, and events lie evenly over all of it", () =>
    Effect.gen(function* () {
      const many = Effect.forEach(Array.from({ length: 1500 }), (_, n) => Effect.withSpan(event("x", { n }), "s"))
      const [told] = yield* traced(many)
      assert.strictEqual(told?.spans.length, 1000)
      assert.strictEqual(told?.droppedSpans, 500)
      const epochs = Effect.forEach(Array.from({ length: 10_000 }), (_, n) => event("epoch", { n }))
      const [training] = yield* traced(epochs)
      const { events = [], droppedEvents = 0 } = training?.own ?? {}
      assert.isAtMost(events.length, 128)
      assert.strictEqual(events.length + droppedEvents, 10_000)
      const numbers = events.map(({ attributes }) => Number(attributes?.["n"]))
      assert.deepStrictEqual([numbers[0], numbers.at(-1)], [0, 9999])
      const gaps = numbers.slice(1).map((n, index) => n - (numbers[index] ?? 0))
      assert.isAtMost(Math.max(...gaps), 2 * (gaps[0] ?? 0))
    })
  )

  it("that a process makes up are none", () => {
    const sound = { elapsed: 1, spans: [{ id: 1, name: "a", start: 0, end: 1 }] }
    assert.isUndefined(spansFault(sound))
    const wrong: ReadonlyArray<unknown> = [
      undefined,
      {},
      { ...sound, elapsed: -1 },
      { ...sound, spans: "a" },
      { ...sound, spans: Array.from({ length: 1001 }, () => sound.spans[0]) },
      ...[
        { id: 0 },
        { id: "1" },
        { id: 1.5 },
        { name: 1 },
        { name: "x".repeat(300) },
        { start: Number.NaN },
        { end: "1" },
        { error: { tag: 1, message: "" } },
        { attributes: { a: {} } },
        { attributes: { a: "x".repeat(5000) } },
        { events: [{ name: "e", at: 0, attributes: { a: Number.POSITIVE_INFINITY } }] },
        { events: Array.from({ length: 129 }, () => ({ name: "e", at: 0 })) }
      ].map((change) => ({ ...sound, spans: [{ ...sound.spans[0], ...change }] })),
      { ...sound, own: { attributes: [] } },
      { ...sound, droppedSpans: "many" }
    ]
    for (const one of wrong) assert.isDefined(spansFault(one), JSON.stringify(one)?.slice(0, 200))
  })
})
