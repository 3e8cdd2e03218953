import { fileURLToPath } from "node:url"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import type { AttemptWatch, StageRequest } from "../../../core/run/Executor.ts"
import { ProcessHost } from "../../../core/run/ProcessHost.ts"
import { WorkerPool } from "../../../core/run/WorkerPool.ts"
import { EFFECT } from "../code/stage-project.ts"
import { HELPER, HOST, stageWith, WORKER, WORKER_PROCESS } from "./stage-bundles.ts"

/** The sources run as they lie. */
const ROOT = fileURLToPath(new URL("../../..", import.meta.url))

const poolWith = (workerModule: URL) =>
  WorkerPool.layer({
    effectModule: EFFECT,
    workerModule,
    helperModule: HELPER,
    processModule: WORKER_PROCESS,
    program: ROOT
  }).pipe(Layer.provide(ProcessHost.layer({ hostModule: HOST })))

const pool = poolWith(WORKER)

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

/** The same, as an attempt of which eight keep one core busy. */
const briefly = (request: StageRequest): StageRequest => ({ ...request, brief: { share: 1 / 8, cores: 2 } })

/** A body that keeps its thread busy for some n milliseconds. */
const BUSY = `
  let sum = 0
  for (let i = 0; i < n * 1e6; i++) sum = (sum + i) % 7
  return { value: sum }`

/** Milliseconds after which attempts that begin together have ended. */
const endsOf = <E, R>(ns: ReadonlyArray<number>, attempt: (n: number) => Effect.Effect<unknown, E, R>) => {
  const startedAt = Date.now()
  return Effect.forEach(ns, (n) => Effect.map(attempt(n), () => Date.now() - startedAt), { concurrency: "unbounded" })
}

layer(pool, { excludeTestServices: true })("WorkerPool with brief attempts", (it) => {
  it.effect("lets those of one core wait for one thread, in their order", () =>
    Effect.gen(function* () {
      const request = yield* stageWith("yield* Effect.sleep(n)\nreturn { value: [thread.calls, n] }")
      const made = yield* Effect.forEach([8, 0, 4, 0, 2, 1, 0, 0], (n) => madeBy(briefly(request(n))), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(
        made,
        [8, 0, 4, 0, 2, 1, 0, 0].map((n, index) => [index + 1, n])
      )
    })
  )

  it.effect("takes as many threads as their shares come to", () =>
    Effect.gen(function* () {
      const request = yield* stageWith("yield* Effect.sleep(20)\nreturn { value: thread.calls }")
      const made = yield* Effect.forEach(Array.from({ length: 16 }), () => madeBy(briefly(request(0))), {
        concurrency: "unbounded"
      })
      // Sixteen eighths of a core are two: each thread has a first attempt.
      assert.lengthOf(
        made.filter((calls) => calls === 1),
        2
      )
      assert.lengthOf(made, 16)
    })
  )

  it.effect("fails one, and runs those again that the death of its thread has taken along", () =>
    Effect.gen(function* () {
      const request = yield* stageWith(`
        if (n === 1) return yield* new Odd({ n })
        if (n === 3) { queueMicrotask(() => { throw new Error("out of reach") }); yield* Effect.never }
        return { value: n }`)
      const outcomes = yield* Effect.forEach(
        [0, 1, 2, 3, 4, 5],
        (n) =>
          Effect.match(madeBy(briefly(request(n))), {
            onSuccess: (value) => value,
            onFailure: ({ tag }) => tag
          }),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(outcomes, [0, "Odd", 2, "WorkerDied", 4, 5])
    })
  )

  it.effect("say when each has its turn: no more at once than there are threads", () =>
    Effect.gen(function* () {
      const request = yield* stageWith("return { value: n }")
      const running = new Set<number>()
      const had = new Set<number>()
      let most = 0
      yield* Effect.forEach(
        Array.from({ length: 64 }, (_, n) => n),
        (n) =>
          madeBy(briefly(request(n)), {
            ...SILENT,
            onTurn: (hasTurn) => {
              if (hasTurn) had.add(n)
              if (hasTurn) running.add(n)
              else running.delete(n)
              most = Math.max(most, running.size)
            }
          }),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual([had.size, running.size], [64, 0])
      assert.isAtMost(most, 2)
    })
  )

  it.effect("gives to other threads what waits behind one that is not brief, and says so", () =>
    Effect.gen(function* () {
      const request = yield* stageWith(BUSY)
      const outgrown: Array<number> = []
      const ends = yield* endsOf([0, 0, 1000, 0, 0, 0], (n) =>
        madeBy(briefly(request(n)), { ...SILENT, onOutgrown: () => void outgrown.push(n) })
      )
      // That nobody else is said to be, Lanes.test.ts holds: a busy machine makes a short one long.
      assert.include(outgrown, 1000)
      const [long = 0] = ends.splice(2, 1)
      for (const end of ends) assert.isBelow(end, long)
    })
  )

  it.effect("are heard of before those that follow in their thread have ended", () =>
    Effect.gen(function* () {
      const request = yield* stageWith(BUSY)
      const inOneThread = (n: number) => madeBy({ ...request(n), brief: { share: 1 / 8, cores: 1 } })
      const [first = 0, second = 0] = yield* endsOf([0, 600], inOneThread)
      assert.isBelow(first, second - 300)
    })
  )

  it.effect("can be interrupted while they wait, and the others go on", () =>
    Effect.gen(function* () {
      const request = yield* stageWith("yield* Effect.sleep(n)\nreturn { value: n }")
      const first = yield* Effect.forkChild(madeBy(briefly(request(100))))
      const second = yield* Effect.forkChild(madeBy(briefly(request(5000))))
      const third = yield* Effect.forkChild(madeBy(briefly(request(1))))
      yield* Effect.sleep(30)
      yield* Fiber.interrupt(second)
      assert.deepStrictEqual([yield* Fiber.join(first), yield* Fiber.join(third)], [100, 1])
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
    }).pipe(Effect.provide(poolWith(new URL("./nowhere.js", import.meta.url))))
  )
})
