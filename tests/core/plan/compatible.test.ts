import { assert, describe, it } from "@effect/vitest"
import { compatibleText, olderCodes, olderParts } from "../../../core/plan/compatible.ts"
import { keyOf } from "../../../core/plan/key.ts"
import type { JsonMap } from "../../../core/plan/Plan.ts"
import type { KeyParts } from "../../../core/store/ActionRecord.ts"
import { digest, record } from "../store/sample-store.ts"

const OLD = digest("old")

const parts = (params: JsonMap): KeyParts => ({ ...record("", "").parts, params })

describe("olderParts", () => {
  it("are those of the same task with the older code, so that its key is the one of then", () => {
    const then = { ...parts({ width: 5 }), code: OLD }
    assert.deepStrictEqual(olderParts(parts({ width: 5 }), {}, OLD), then)
    const now = parts({ width: 5, momentum: 0 })
    const older = olderParts(now, { without: { momentum: 0 } }, OLD)
    assert(older !== undefined)
    assert.strictEqual(keyOf(older), keyOf(then))
    assert.deepStrictEqual(now.params, { width: 5, momentum: 0 })
  })

  it.each<readonly [string, JsonMap, JsonMap, boolean]>([
    ["the value that means as much as none", { m: 0 }, { m: 0 }, true],
    ["another spelling of it", { m: { b: 1, a: [2] } }, { m: { a: [2], b: 1 } }, true],
    ["another value", { m: 0.5 }, { m: 0 }, false],
    ["a value of another kind", { m: "0" }, { m: 0 }, false],
    ["no value, as an optional parameter has it", {}, { m: 0 }, true],
    ["one right value of two", { m: 0, n: 1 }, { m: 0, n: 0 }, false]
  ])("are there for %s or not", (_, params, without, isThere) => {
    assert.strictEqual(olderParts(parts(params), { without }, OLD) !== undefined, isThere)
  })
})

describe("olderCodes", () => {
  const [a, b, c] = ["a", "b", "c"].map((letter) => letter.repeat(12)) as [string, string, string]

  it("are followed back with all that was added on the way, the nearest first", () => {
    const list = [
      { code: a, as: b, without: { m: 0 } },
      { code: b, as: c, without: { n: 1 } }
    ]
    assert.deepStrictEqual(olderCodes(list, c.padEnd(64, "0")), [
      { code: b, without: { n: 1 } },
      { code: a, without: { m: 0, n: 1 } }
    ])
    assert.deepStrictEqual(olderCodes(list, b.padEnd(64, "0")), [{ code: a, without: { m: 0 } }])
    assert.deepStrictEqual(olderCodes(list, "d".repeat(64)), [])
  })

  it("end where a circle began", () => {
    const circle = [
      { code: a, as: b },
      { code: b, as: a }
    ]
    assert.deepStrictEqual(olderCodes(circle, a), [{ code: b, without: {} }])
  })
})

describe("compatibleText", () => {
  it("names the code of a record where that is not the one asked for", () => {
    assert.strictEqual(compatibleText(parts({}), { parts: parts({ n: 1 }) }), "")
    const older = { parts: { ...parts({}), code: OLD } }
    assert.strictEqual(compatibleText(parts({}), older), `by compatible code ${OLD.slice(0, 12)}`)
  })
})
