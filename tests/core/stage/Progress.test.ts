import { MessageChannel } from "node:worker_threads"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Schema } from "effect"
import { Progress, type ProgressReport, steps } from "../../../core/stage/Progress.ts"

/** Keeps a thread busy for some milliseconds. */
const spin = (millis: number): void => {
  const end = performance.now() + millis
  while (performance.now() < end) {}
}

/** The reports of an effect. */
const reportsOf = <E>(effect: Effect.Effect<void, E>) =>
  Effect.gen(function* () {
    const reports: Array<ProgressReport> = []
    yield* Effect.provideService(effect, Progress, (report) => reports.push(report))
    return reports
  })

describe("Progress.steps", () => {
  it.live.prop(
    "calls its body with every index in order, once each",
    { total: Schema.Literals([0, 1, 2, 7, 100]) },
    ({ total }) =>
      Effect.gen(function* () {
        const seen: Array<number> = []
        yield* steps(total, "steps", (index) => seen.push(index))
        assert.deepStrictEqual(
          seen,
          Array.from({ length: total }, (_, index) => index)
        )
      })
  )

  it.live("reports its start and its end, and nothing between when it is quick", () =>
    Effect.gen(function* () {
      const reports = yield* reportsOf(steps(1000, "points", () => {}))
      assert.deepStrictEqual(reports, [
        { done: 0, total: 1000, unit: "points" },
        { done: 1000, total: 1000, unit: "points" }
      ])
    })
  )

  it.live("reports on the way about 25 times a second, each time as far as it has come", () =>
    Effect.gen(function* () {
      let calls = 0
      const done: Array<number> = []
      const body = () => {
        calls++
        spin(5)
      }
      const startedAt = performance.now()
      yield* Effect.provideService(steps(60, "steps", body), Progress, (report) => {
        assert.strictEqual(report.done, calls)
        done.push(report.done)
      })
      // 300 ms, longer on a machine under load, in slices of 40 ms; with the start and the end.
      assert.isAtLeast(done.length, 4)
      assert.isAtMost(done.length, (performance.now() - startedAt) / 40 + 3)
    })
  )

  it.live("lets other work in, messages of the thread among it", () =>
    Effect.gen(function* () {
      const order: Array<string> = []
      const { port1, port2 } = new MessageChannel()
      port2.on("message", (text: string) => order.push(text))
      port1.postMessage("message")
      yield* steps(2, "steps", (index) => {
        order.push(String(index))
        spin(50)
      })
      port1.close()
      assert.deepStrictEqual(order, ["0", "message", "1"])
    })
  )

  it.live("stops between two calls when it is interrupted", () =>
    Effect.gen(function* () {
      let calls = 0
      const fiber = yield* Effect.forkChild(
        steps(1000, "steps", () => {
          calls++
          spin(50)
        })
      )
      yield* Effect.sleep(20)
      yield* Fiber.interrupt(fiber)
      assert.isAtLeast(calls, 1)
      assert.isBelow(calls, 10)
    })
  )

  it.live("ends where the work is done, with progress at its end, and says how many steps there were", () =>
    Effect.gen(function* () {
      const seen: Array<number> = []
      const until = () => seen.length === 3
      const reports: Array<string> = []
      const taken = yield* Effect.provideService(
        steps(1000, "rounds", (index) => seen.push(index), { until }),
        Progress,
        ({ done, total }) => void reports.push(`${done}/${total}`)
      )
      assert.deepStrictEqual(seen, [0, 1, 2])
      assert.strictEqual(taken, 3)
      assert.deepStrictEqual(reports, ["0/1000", "1000/1000"])
      assert.strictEqual(yield* steps(5, "rounds", () => {}), 5)
    })
  )

  it.live("takes no step where the work is done before the first", () =>
    Effect.gen(function* () {
      const body = () => assert.fail("a step")
      assert.strictEqual(yield* steps(10, "rounds", body, { until: () => true }), 0)
    })
  )

  it.live("refuses an until that says neither yes nor no: an Effect would count as yes", () =>
    Effect.gen(function* () {
      const until = (() => Effect.succeed(false)) as unknown as () => boolean
      const exit = yield* Effect.exit(steps(3, "steps", () => {}, { until }))
      assert.include(String(exit), "until of steps gave neither true nor false")
    })
  )

  it.live("refuses a body whose work would never be done", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(steps(3, "steps", () => Effect.sync(() => 1)))
      assert.include(String(exit), "gave an Effect, which nobody runs")
      const asynchronous = yield* Effect.exit(steps(3, "steps", async () => {}))
      assert.include(String(asynchronous), "gave a Promise, which nobody awaits")
    })
  )

  it.live("ends with what its body throws, as a defect", () =>
    Effect.gen(function* () {
      const defect = new Error("a slip")
      const exit = yield* Effect.exit(
        steps(3, "steps", (index) => {
          if (index === 1) throw defect
        })
      )
      assert.include(JSON.stringify(exit), "Die")
    })
  )
})
