import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { Checkpoint, steps } from "../../../core/stage/Checkpoint.ts"
import { Progress } from "../../../core/stage/Progress.ts"

/** Keeps a thread busy for some milliseconds. */
const spin = (millis: number): void => {
  const end = performance.now() + millis
  while (performance.now() < end) {}
}

/** A loop that counts what it did, with a sink that remembers. */
const setting = (from: number, total: number, body: (index: number) => void = () => {}, isDue = true) => {
  const seen: Array<number> = []
  const saved: Array<readonly [number, object]> = []
  const loop = steps({
    from,
    total,
    unit: "steps",
    body: (index) => {
      body(index)
      seen.push(index)
    },
    outputs: () => ({ count: from + seen.length })
  }).pipe(
    Effect.provideService(Checkpoint, {
      isDue: () => isDue,
      save: (at, outputs) => saved.push([at, outputs])
    })
  )
  return { seen, saved, loop }
}

describe("Checkpoint.steps", () => {
  it.live("does what is left to do, in order, and says so", () =>
    Effect.gen(function* () {
      const { seen, saved, loop } = setting(3, 7)
      const reports: Array<string> = []
      yield* Effect.provideService(loop, Progress, ({ done, total }) => void reports.push(`${done}/${total}`))
      assert.deepStrictEqual(seen, [3, 4, 5, 6])
      assert.deepStrictEqual(reports, ["3/7", "7/7"])
      assert.deepStrictEqual(saved, [])
    })
  )

  it.live("keeps between steps what the steps so far have made, and nothing at the end", () =>
    Effect.gen(function* () {
      const { saved, loop } = setting(2, 6, () => spin(50))
      yield* loop
      assert.deepStrictEqual(
        saved,
        [3, 4, 5].map((at) => [at, { count: at }])
      )
    })
  )

  it.live("ends where the work is done, also where it was done before", () =>
    Effect.gen(function* () {
      const reports: Array<string> = []
      const seen: Array<number> = []
      const loopFrom = (from: number) => {
        let place = from
        return steps({
          from,
          total: 9,
          unit: "steps",
          until: () => place >= 5,
          body: (index) => {
            seen.push(index)
            place++
          },
          outputs: () => ({})
        }).pipe(Effect.provideService(Progress, ({ done, total }) => void reports.push(`${done}/${total}`)))
      }
      yield* loopFrom(2)
      yield* loopFrom(7)
      assert.deepStrictEqual(seen, [2, 3, 4])
      assert.deepStrictEqual(reports, ["2/9", "9/9", "7/9", "9/9"])
    })
  )

  it.live("keeps what there is when the work was done by the last step, for what comes after the loop", () =>
    Effect.gen(function* () {
      const saved: Array<number> = []
      let place = 0
      yield* steps({
        from: 0,
        total: 9,
        unit: "steps",
        until: () => place === 2,
        body: () => {
          place++
          spin(50)
        },
        outputs: () => ({})
      }).pipe(Effect.provideService(Checkpoint, { isDue: () => true, save: (at) => saved.push(at) }))
      assert.deepStrictEqual(saved, [1, 2])
    })
  )

  it.live("keeps nothing when nothing is due", () =>
    Effect.gen(function* () {
      const { saved, loop } = setting(0, 3, () => spin(50), false)
      yield* loop
      assert.deepStrictEqual(saved, [])
    })
  )

  it.live("keeps what there is when it is interrupted", () =>
    Effect.gen(function* () {
      const reached = yield* Deferred.make<void>()
      const { saved, loop, seen } = setting(
        5,
        1000,
        (index) => {
          spin(20)
          if (index === 8) Deferred.doneUnsafe(reached, Effect.void)
        },
        false
      )
      const fiber = yield* Effect.forkChild(loop)
      yield* Deferred.await(reached)
      yield* Fiber.interrupt(fiber)
      assert.isAtLeast(seen.length, 4)
      assert.deepStrictEqual(saved, [[5 + seen.length, { count: 5 + seen.length }]])
    })
  )

  it.live("keeps nothing when it is interrupted before its first step, nor when a step throws", () =>
    Effect.gen(function* () {
      const { saved, loop } = setting(0, 10, (index) => {
        if (index === 2) throw new Error("no luck")
      })
      const exit = yield* Effect.exit(loop)
      assert.strictEqual(exit._tag, "Failure")
      assert.deepStrictEqual(saved, [])
    })
  )

  it.effect("works outside of a run as it stands", () =>
    steps({ from: 0, total: 3, unit: "steps", body: () => {}, outputs: () => ({}) })
  )
})
