import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { awaitOthers, sayWaiting, WaitObserver } from "../../../core/store/await-others.ts"

describe("awaitOthers", () => {
  it.effect("says once, after two seconds, what it waits for, and gives what there is in the end", () =>
    Effect.gen(function* () {
      const said: Array<string> = []
      let found: string | undefined
      const waiting = yield* awaitOthers(
        Effect.sync(() => found),
        sayWaiting("another collection")
      ).pipe(
        Effect.provideService(WaitObserver, (what) => void said.push(what)),
        Effect.forkChild
      )
      yield* TestClock.adjust(1990)
      assert.isEmpty(said)
      yield* TestClock.adjust(10_000)
      assert.deepStrictEqual(said, ["another collection"])
      found = "the lock"
      yield* TestClock.adjust(50)
      assert.strictEqual(yield* Fiber.join(waiting), "the lock")
    })
  )

  it.effect("says nothing where nobody has to wait", () =>
    Effect.gen(function* () {
      const said = Effect.die("said")
      assert.strictEqual(yield* awaitOthers(Effect.succeed(1), said), 1)
    })
  )
})
