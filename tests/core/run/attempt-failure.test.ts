import { assert, describe, it } from "@effect/vitest"
import { Data } from "effect"
import { attemptFailure } from "../../../core/run/attempt-failure.ts"

class Diverged extends Data.TaggedError("Diverged")<{ readonly step: number }> {
  override get message() {
    return `diverged at step ${this.step}`
  }
}

describe("attemptFailure", () => {
  it.each<readonly [string, unknown, string, string]>([
    ["a tagged error", new Diverged({ step: 7 }), "Diverged", "diverged at step 7"],
    ["an error of the language", new TypeError("no function"), "TypeError", "no function"],
    ["a text", "too hot", "Error", "too hot"],
    ["nothing at all", null, "Error", "null"],
    ["a plain object", { code: 7 }, "Error", "{ code: 7 }"],
    ["an object with a tag alone", { _tag: "Odd" }, "Odd", "{ _tag: 'Odd' }"],
    [
      "a message that is no text",
      { _tag: "Odd", message: { deep: 1 } },
      "Odd",
      "{ _tag: 'Odd', message: { deep: 1 } }"
    ],
    ["a tag that is no text", { _tag: 3, message: "three" }, "Error", "three"]
  ])("says what %s says", (_, error, tag, message) => {
    const failure = attemptFailure(error)
    assert.deepStrictEqual([failure.tag, failure.message], [tag, message])
    assert.isString(failure.detail)
  })

  it("takes the tag it is given", () => {
    assert.strictEqual(attemptFailure(new TypeError("no"), "ParamsInvalid").tag, "ParamsInvalid")
  })
})
