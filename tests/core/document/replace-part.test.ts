import { Result } from "effect"
import { assert, describe, it } from "vitest"
import { replacePart } from "../../../core/document/replace-part.ts"
import type { Json } from "../../../core/stage/ArtifactKind.ts"

const NET = { depth: 2, layers: [1, 2], deep: { rate: 0.1 } }

const replaced = (path: string, part: Json, mayAdd = false, value: Json = NET) => {
  const span = { file: "-S", line: 1, column: 1, length: 1 }
  const steps = path === "" ? [] : path.split(".").map((step) => ({ step, span }))
  return Result.match(replacePart(value, steps, part, mayAdd), {
    onSuccess: (whole) => whole,
    onFailure: ([diagnostic]) => `${diagnostic?.message}; ${diagnostic?.hint ?? ""}`
  })
}

describe("a part of a value", () => {
  it("is replaced at its path, the rest as it was", () => {
    assert.deepStrictEqual(replaced("depth", 3), { ...NET, depth: 3 })
    assert.deepStrictEqual(replaced("layers.1", 9), { ...NET, layers: [1, 9] })
    assert.deepStrictEqual(replaced("deep.rate", 9), { ...NET, deep: { rate: 9 } })
    assert.strictEqual(replaced("", 3), 3)
  })

  it("is refused where it is not there, with the nearest that is", () => {
    assert.strictEqual(replaced("depht", 3), 'unknown key "depht"; did you mean "depth"?   (keys: depth, layers, deep)')
    assert.strictEqual(replaced("layers.2", 3), '"2" is no index of a list of 2; (takes: 0 to 1)')
    assert.strictEqual(replaced("layers.-1", 3), '"-1" is no index of a list of 2; (takes: 0 to 1)')
    assert.strictEqual(replaced("0", 3, false, []), '"0" is no index of a list of 0; it is empty')
    assert.strictEqual(replaced("depth.x", 3), '"x" is no part of 2; ')
  })

  it("is added to a map where somebody else knows what there may be", () => {
    assert.deepStrictEqual(replaced("width", 3, true), { ...NET, width: 3 })
    assert.deepStrictEqual(replaced("a.b", 3, true, {}), { a: { b: 3 } })
    assert.strictEqual(replaced("depth.x", 3, true), '"x" is no part of 2; ')
  })
})
