import { assert, describe, it } from "@effect/vitest"
import { canExtend, familyOf } from "../../../core/plan/family.ts"
import type { JsonMap } from "../../../core/plan/Plan.ts"
import type { KeyParts } from "../../../core/store/ActionRecord.ts"
import { digest, record } from "../store/sample-store.ts"

const STEPS = { param: "steps" }
const WITH_SNAPSHOTS = { param: "steps", along: ["snapshots"] }

const parts = (params: JsonMap, more: Partial<KeyParts> = {}): KeyParts => ({
  ...record("", "").parts,
  params,
  ...more
})

describe("familyOf", () => {
  const base = familyOf(parts({ steps: 200, seed: 1, snapshots: [0] }), WITH_SNAPSHOTS)

  it("is one for tasks that differ only in how far they go", () => {
    assert.strictEqual(base?.at, 200)
    assert.deepStrictEqual(familyOf(parts({ steps: 400, seed: 1, snapshots: [0, 300] }), WITH_SNAPSHOTS), {
      digest: base?.digest,
      at: 400
    })
  })

  it.each<readonly [string, JsonMap, Partial<KeyParts>, typeof WITH_SNAPSHOTS | typeof STEPS]>([
    ["another parameter", { steps: 200, seed: 2, snapshots: [0] }, {}, WITH_SNAPSHOTS],
    ["a further parameter", { steps: 200, seed: 1, snapshots: [0], rate: 1 }, {}, WITH_SNAPSHOTS],
    ["other code", { steps: 200, seed: 1, snapshots: [0] }, { code: digest("other") }, WITH_SNAPSHOTS],
    [
      "another input",
      { steps: 200, seed: 1, snapshots: [0] },
      { inputs: { points: { _tag: "One", digest: digest("x") } } },
      WITH_SNAPSHOTS
    ],
    ["another output", { steps: 200, seed: 1, snapshots: [0] }, { outputs: { out: "Json/1" } }, WITH_SNAPSHOTS],
    ["another engine", { steps: 200, seed: 1, snapshots: [0] }, { environment: { engine: "14" } }, WITH_SNAPSHOTS],
    ["another way to extend", { steps: 200, seed: 1, snapshots: [0] }, {}, STEPS]
  ])("is another one for %s", (_, params, more, extension) => {
    assert.notStrictEqual(familyOf(parts(params, more), extension)?.digest, base?.digest)
  })

  it("is none where the parameter is no number", () => {
    for (const steps of ["200", null, [200]]) assert.isUndefined(familyOf(parts({ steps }), STEPS))
    assert.isUndefined(familyOf(parts({}), STEPS))
  })

  it("is no key of its own task", () => {
    assert.notStrictEqual(familyOf(parts({}), { param: "steps" })?.digest, record("", "").key)
  })
})

describe("canExtend", () => {
  it.each<readonly [string, JsonMap, JsonMap, boolean]>([
    ["a smaller value", { steps: 200 }, { steps: 400 }, true],
    ["the same value", { steps: 400 }, { steps: 400 }, false],
    ["a larger value", { steps: 800 }, { steps: 400 }, false],
    ["no value", {}, { steps: 400 }, false],
    ["all that is wanted below", { steps: 200, snapshots: [0, 100] }, { steps: 400, snapshots: [0, 100, 300] }, true],
    ["more than is wanted below", { steps: 200, snapshots: [0, 50, 100] }, { steps: 400, snapshots: [100] }, true],
    ["less than is wanted below", { steps: 200, snapshots: [0, 100] }, { steps: 400, snapshots: [0, 50, 100] }, false],
    ["what is wanted at its end", { steps: 200, snapshots: [] }, { steps: 400, snapshots: [200] }, true],
    ["nothing that can be compared", { steps: 200, snapshots: "all" }, { steps: 400, snapshots: "all" }, false]
  ])("for an earlier result with %s", (_, earlier, now, expected) => {
    const extension = "snapshots" in now ? WITH_SNAPSHOTS : STEPS
    assert.strictEqual(canExtend(parts(earlier), parts(now), extension), expected)
  })
})
