import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { asFailure } from "../../../core/stage/Thrown.ts"

class TooMany extends Schema.TaggedError<TooMany>()("TooMany", { count: Schema.Int }) {}

/** A class of a library that knows nothing of Effect. */
class NotDefinite extends Error {
  readonly pivot = 3
}

const throwing = (error: unknown) => (): number => {
  throw error
}

describe("Thrown.asFailure", () => {
  it.effect("gives what the function gives", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* asFailure([TooMany], () => 7), 7)
    })
  )

  it.effect("fails with what is thrown of its classes, typed", () =>
    Effect.gen(function* () {
      const caught = yield* asFailure([NotDefinite, TooMany], throwing(new TooMany({ count: 2 }))).pipe(
        Effect.catchTag("TooMany", ({ count }) => Effect.succeed(count))
      )
      assert.strictEqual(caught, 2)
      const error = yield* Effect.flip(asFailure([NotDefinite], throwing(new NotDefinite("no"))))
      assert.strictEqual(error.pivot, 3)
    })
  )

  it.effect("lets anything else be the slip that it is", () =>
    Effect.gen(function* () {
      for (const thrown of [new TypeError("x is undefined"), "text", undefined]) {
        const exit = yield* Effect.exit(asFailure([TooMany], throwing(thrown)))
        assert.isTrue(exit._tag === "Failure" && exit.cause.reasons.every(({ _tag }) => _tag === "Die"))
      }
    })
  )

  it.effect("takes no async function: what that throws comes later", () =>
    Effect.gen(function* () {
      const late = (): unknown => Promise.resolve(7)
      const exit = yield* Effect.exit(asFailure([TooMany], late))
      assert.include(String(exit), "take Effect.tryPromise")
    })
  )
})
