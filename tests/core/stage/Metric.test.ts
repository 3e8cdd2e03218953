import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { MetricRecorder, record, recordAll } from "../../../core/stage/Metric.ts"

/** What an effect records, in order. */
const recordedBy = (effect: Effect.Effect<void>) =>
  Effect.gen(function* () {
    const seen: Array<readonly [string, number]> = []
    yield* Effect.provideService(effect, MetricRecorder, (name, value) => seen.push([name, value]))
    return seen
  })

describe("Metric", () => {
  it.effect("gives the current attempt each number under its name, in order, repeated names too", () =>
    Effect.gen(function* () {
      const seen = yield* recordedBy(
        Effect.andThen(record("growth@width=500", 1.5), Effect.andThen(record("loss", 2), record("loss", 1)))
      )
      assert.deepStrictEqual(seen, [
        ["growth@width=500", 1.5],
        ["loss", 2],
        ["loss", 1]
      ])
    })
  )

  it.effect("records every entry of an object", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* recordedBy(recordAll({ a: 1, b: -0.5 })), [
        ["a", 1],
        ["b", -0.5]
      ])
      assert.deepStrictEqual(yield* recordedBy(recordAll({})), [])
    })
  )

  it.effect("vanishes outside of a run", () => record("loss", 1))
})
