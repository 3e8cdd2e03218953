import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { byWidth, shown, widthLabel } from "../../../stages/ntk/groups.ts"
import { tensor } from "../arrays.ts"

describe("byWidth", () => {
  it("puts widths in rising order as numbers, and keeps the order of inits", () => {
    const items = [
      [1000, 1],
      [50, 1],
      [1000, 0],
      [200, 0]
    ].map(([width, init]) => ({ matrix: { width: width!, init: init! }, value: tensor([width! + init!]) }))
    const groups = byWidth(items)
    assert.deepStrictEqual(
      groups.map(({ width, members }) => [width, members.map(({ init, data }) => [init, data[0]])]),
      [
        [50, [["1", 51]]],
        [200, [["0", 200]]],
        [
          1000,
          [
            ["1", 1001],
            ["0", 1000]
          ]
        ]
      ]
    )
  })

  it("has one init for a fan-in over width alone, and no group for no item", () => {
    assert.deepStrictEqual(byWidth([{ matrix: { width: 5 }, value: tensor([1]) }])[0]?.members[0]?.init, "0")
    assert.deepStrictEqual(byWidth([]), [])
  })
})

describe("shown", () => {
  it.prop("keeps six digits", { value: Schema.Finite }, ({ value }) => {
    assert.isAtMost(Math.abs(shown(value) - value), 5.0001e-6 * Math.abs(value))
    assert.strictEqual(shown(value), Number(shown(value).toPrecision(6)))
  })

  it("rounds, and leaves short numbers alone", () => {
    assert.deepStrictEqual([0.1234567, -2.5, 0, 1e-9].map(shown), [0.123457, -2.5, 0, 1e-9])
  })
})

describe("widthLabel", () => {
  it("says what the number is", () => {
    assert.strictEqual(widthLabel(500), "n = 500")
  })
})
