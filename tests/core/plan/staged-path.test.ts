import { assert, describe, it } from "@effect/vitest"
import { itemNames, stagedPath } from "../../../core/plan/staged-path.ts"

describe("stagedPath", () => {
  it.each([
    ["Tensor", "One", "inputs/x.npy"],
    ["Table", "One", "inputs/x.arrow"],
    ["Model", "One", "inputs/x.safetensors"],
    ["Figure", "One", "inputs/x.vl.json"],
    ["Json", "One", "inputs/x.json"],
    ["Directory", "One", "inputs/x"],
    ["Tensor", "Many", "inputs/x"]
  ] as const)("gives a %s (%s) the path %s", (kind, _tag, path) => {
    assert.strictEqual(stagedPath("x", { _tag, kind }), path)
  })
})

describe("itemNames", () => {
  it("names items by their values, in an order that sorting keeps, and none outside of the folder", () => {
    const matrices = [{ width: 500, init: 3 }, { path: "../../etc/passwd" }, {}, { text: "x".repeat(500) }]
    const names = itemNames(
      "Tensor",
      matrices.map((matrix) => ({ matrix }))
    )
    assert.strictEqual(names[0], "000-width=500,init=3.npy")
    assert.strictEqual(names[2], "002.npy")
    for (const name of names) assert.match(name, /^[\w.,=+-]{1,140}$/u)
    assert.deepStrictEqual(names.toSorted(), names)
  })

  it("has digits enough for all of them", () => {
    const names = itemNames(
      "Json",
      Array.from({ length: 1001 }, () => ({ matrix: {} }))
    )
    assert.strictEqual(names[0], "0000.json")
    assert.strictEqual(names[1000], "1000.json")
  })
})
