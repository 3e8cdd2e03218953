import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { nearest } from "../../../core/document/nearest.ts"

describe("nearest", () => {
  it.each([
    ["widht", "width"],
    ["wdth", "width"],
    ["widthh", "width"],
    ["vidth", "width"],
    ["WIDTH", "width"],
    ["whit", "with"],
    ["retires", "retries"],
    ["Tenser", "Tensor"]
  ])("takes %s for %s", (name, expected) => {
    assert.strictEqual(nearest(name, ["depth", "width", "with", "retries", "Tensor"]), expected)
  })

  it("finds nothing for a name that resembles none", () => {
    for (const name of ["a", "zz", "entirely-different", "", "x".repeat(101)]) {
      assert.isUndefined(nearest(name, ["b", "yy", "width", "x".repeat(100)]))
    }
  })

  it("prefers fewer slips, then the name that stands first", () => {
    assert.strictEqual(nearest("deptj", ["depth2", "depth"]), "depth")
    assert.strictEqual(nearest("abcx", ["abcd", "abce"]), "abcd")
  })

  const Letters = Schema.Array(Schema.Literals(["a", "b", "c"]))

  it.prop("agrees with the whole table of distances", { a: Letters, b: Letters }, ({ a, b }) => {
    const [name, candidate] = [a.join(""), b.join("")]
    const allowed = Math.min(3, name.length - 1, Math.max(1, Math.round(0.4 * name.length)))
    return nearest(name, [candidate]) === (slips(name, candidate) <= allowed ? candidate : undefined)
  })
})

/** Optimal string alignment by its definition. */
const slips = (a: string, b: string): number => {
  const table = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i + j))
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const replaced = table[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swapped = isSwap ? table[i - 2]![j - 2]! + 1 : Number.POSITIVE_INFINITY
      table[i]![j] = Math.min(table[i - 1]![j]! + 1, table[i]![j - 1]! + 1, replaced, swapped)
    }
  }
  return table[a.length]![b.length]!
}
