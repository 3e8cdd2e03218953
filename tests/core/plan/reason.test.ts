import { assert, describe, it } from "vitest"
import { asComputed } from "../../../core/plan/EarlierResult.ts"
import { explain, haveRun, reuse, reuseOfMany } from "../../../core/plan/reason.ts"
import type { KeyParts } from "../../../core/store/ActionRecord.ts"
import { record } from "../store/sample-store.ts"

describe("explain", () => {
  const of = (params: KeyParts["params"]) => record("k", "b", { parts: { ...record("", "").parts, params } })

  it("compares with what the task itself had, whatever its like have", () => {
    const own = { task: "a", runId: "later", record: of({ n: 1 }) }
    const { against, text } = explain(of({ n: 3 }), { own, ofLike: () => [of({ n: 3, m: 1 })] })
    assert.deepStrictEqual([against, text], [own, "param n 1→3"])
  })

  it("calls a task without a result new, and compares it with the nearest of its like", () => {
    const [near, far] = [of({ n: 3, m: 1 }), of({ n: 1, m: 2 })]
    const { against, differences, text } = explain(of({ n: 3, m: 2 }), { own: undefined, ofLike: () => [far, near] })
    assert.deepStrictEqual([against, text], [asComputed(far), "new task"])
    assert.deepStrictEqual(
      differences.map(({ name }) => name),
      ["n"]
    )
    assert.strictEqual(explain(near, { own: undefined, ofLike: () => [] }).text, "never run")
  })

  it("says of a result that nothing has taken the place of that it was lost", () => {
    const own = asComputed(of({}))
    assert.strictEqual(explain(of({}), { own, ofLike: () => [] }).text, "its result was lost")
  })
})

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
