import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import type { AttemptWatch, StageRequest } from "../../../core/run/Executor.ts"
import { WorkerPool } from "../../../core/run/WorkerPool.ts"
import { EFFECT } from "../code/stage-project.ts"
import { stageWith, WORKER } from "./stage-bundles.ts"

const pool = WorkerPool.layer({ effectModule: EFFECT, workerModule: WORKER })

const SILENT: AttemptWatch = { onProgress: () => {}, onLog: () => {} }

/** The value that an attempt makes. */
const madeBy = (request: StageRequest, watch = SILENT) =>
  Effect.gen(function* () {
    const executor = yield* WorkerPool
    const { outputs } = yield* executor.execute(request, watch)
    return JSON.parse(Buffer.from(outputs["value"]?.[0]?.bytes ?? []).toString()) as unknown
  })

// One pool for all: starting threads takes longer than the tests.
layer(pool, { excludeTestServices: true })("WorkerPool", (it) => {
  it.effect("keeps a thread for the attempts that follow, and starts another where one is busy", () =>
    Effect.gen(function* () {
      const request = yield* stageWith("yield* Effect.sleep(n)\nreturn { value: thread.calls }")
      assert.deepStrictEqual(yield* Effect.forEach([0, 0, 0], (n) => madeBy(request(n))), [1, 2, 3])
      // The idle thread takes one of them; a thread that is new takes the other.
      const both = yield* Effect.all([madeBy(request(50)), madeBy(request(50))], { concurrency: 2 })
      assert.deepStrictEqual(both, [4, 1])
    })
  )

  it.effect("goes on with the same thread after a failure, and with another after a death", () =>
    Effect.gen(function* () {
      const request = yield* stageWith(`
        if (n === 1) return yield* new Odd({ n })
        if (n === 2) throw new Error("a slip")
        if (n === 3) { queueMicrotask(() => { throw new Error("out of reach") }); yield* Effect.never }
        return { value: thread.calls }`)
      const failureOf = (n: number) =>
        Effect.map(Effect.flip(madeBy(request(n))), ({ tag, message }) => `${tag}: ${message}`)
      assert.strictEqual(yield* failureOf(1), "Odd: 1 is odd")
      assert.match(yield* failureOf(2), /^Defect: a slip \(/u)
      assert.strictEqual(yield* madeBy(request(0)), 3)
      assert.strictEqual(yield* failureOf(3), "WorkerDied: the worker thread died: out of reach")
      assert.strictEqual(yield* madeBy(request(0)), 1)
    })
  )

  it.effect("stops an interrupted attempt where it yields, with its finalizers, and keeps the thread", () =>
    Effect.gen(function* () {
      const request = yield* stageWith(`
        if (n === 1) yield* Effect.log("begun").pipe(
          Effect.andThen(Effect.never),
          Effect.onInterrupt(() => Effect.sync(() => { thread.calls = 100 }))
        )
        return { value: thread.calls }`)
      const begun = Promise.withResolvers<void>()
      const fiber = yield* Effect.forkChild(madeBy(request(1), { ...SILENT, onLog: () => begun.resolve() }))
      yield* Effect.promise(() => begun.promise)
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(yield* madeBy(request(0)), 101)
    })
  )

  it.effect("ends the thread of an attempt that does not yield, and returns when it has ended", () =>
    Effect.gen(function* () {
      const request = yield* stageWith(`
        if (n === 1) { yield* Effect.log("begun"); for (;;) thread.calls++ }
        return { value: thread.calls }`)
      const begun = Promise.withResolvers<void>()
      const fiber = yield* Effect.forkChild(madeBy(request(1), { ...SILENT, onLog: () => begun.resolve() }))
      yield* Effect.promise(() => begun.promise)
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(yield* madeBy(request(0)), 1)
    })
  )
})

describe("WorkerPool of a module that cannot be loaded", () => {
  it.live("fails each attempt, and names the module", () =>
    Effect.gen(function* () {
      const request = yield* stageWith("return { value: 1 }")
      const { tag, message } = yield* Effect.flip(madeBy(request(0)))
      assert.strictEqual(tag, "WorkerDied")
      assert.include(message, "nowhere.js")
    }).pipe(
      Effect.provide(WorkerPool.layer({ effectModule: EFFECT, workerModule: new URL("./nowhere.js", import.meta.url) }))
    )
  )
})
