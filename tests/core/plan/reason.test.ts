import { assert, describe, it } from "vitest"
import { haveRun, reuse, reuseOfMany } from "../../../core/plan/reason.ts"

describe("reuse", () => {
  it.each([
    ["a", "a", "", ""],
    ["a", "b", "same key as b", "same key as b"],
    // A stage that was renamed.
    ["a@x=1", "b@x=1", "same key as b", "same key as b"],
    ["a@x=1", "a@x=2", "same key as a@x=2", "same key as others of a"],
    ["a@y=1", "b@x=1", "same key as b@x=1", "same key as others of b"],
    ["a@x=1", "b", "same key as b", "same key as b"]
  ])("of %s, made as %s, is told for one task and for many", (task, madeAs, one, many) => {
    assert.strictEqual(reuse(task, madeAs), one)
    assert.strictEqual(reuseOfMany(task, madeAs), many)
  })
})

describe("haveRun", () => {
  it("says of one that it has, of several that they have", () => {
    assert.strictEqual(haveRun(["split"]), "split has run")
    assert.strictEqual(haveRun(["split", "one"]), "split, one have run")
  })
})
