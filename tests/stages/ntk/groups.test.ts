import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import {
  byWidth,
  checkPartners,
  checkShapes,
  type Item,
  partnerOf,
  shown,
  widthLabel
} from "../../../stages/ntk/groups.ts"
import { tensor } from "../arrays.ts"

const item = (matrix: Item["matrix"], value = 1): Item => ({ matrix, value: tensor([value]) })

describe("byWidth", () => {
  it.effect("puts widths in rising order as numbers, and keeps the order of inits", () =>
    Effect.gen(function* () {
      const items = [
        [1000, 1],
        [50, 1],
        [1000, 0],
        [200, 0]
      ].map(([width, init]) => item({ width: width!, init: init! }, width! + init!))
      const groups = yield* byWidth("fits", items)
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
  )

  it.effect.each([
    [{ width: 5 }, "0", "width=5,init=0"],
    [{ width: 5, init: 3 }, "3", "width=5,init=3"],
    [{ init: "a", width: 5 }, "a", "width=5,init=a"],
    [{ width: 5, seed: 3 }, "seed=3", "width=5,seed=3"],
    [{ width: 5, init: 2, depth: 4 }, "depth=4,init=2", "width=5,depth=4,init=2"]
  ] as const)("names each by its matrix values: %j", ([matrix, init, place]) =>
    Effect.gen(function* () {
      const member = (yield* byWidth("fits", [item(matrix)]))[0]?.members[0]
      assert.deepStrictEqual([member?.init, member?.place], [init, place])
    })
  )

  it.effect("has no group for no item", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* byWidth("fits", []), [])
    })
  )

  it.effect.each([{ init: 3 }, { width: "wide" }, { width: 0 }, { width: null }, {}])(
    "refuses an item that does not say of which width it is: %j",
    (matrix) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(byWidth("fits", [item({ width: 5 }), item(matrix)]))
        assert.strictEqual(error._tag, "NoWidth")
        assert.strictEqual(
          error.message,
          `an item of fits has the matrix values ${JSON.stringify(matrix)}: a number \`width\` above 0 is needed`
        )
      })
  )

  it.effect("refuses two items with the same matrix values", () =>
    Effect.gen(function* () {
      const items = [item({ width: 5, init: 1 }), item({ width: 6, init: 1 }), item({ init: 1, width: 5 })]
      const error = yield* Effect.flip(byWidth("fits", items))
      assert.strictEqual(error.message, "fits has two items with width=5,init=1")
    })
  )
})

describe("partners", () => {
  it.effect("are found by matrix values, not by position", () =>
    Effect.gen(function* () {
      const one = yield* byWidth("times", [item({ width: 5, init: 0 }), item({ width: 5, init: 1 })])
      const other = yield* byWidth("fits", [item({ init: 1, width: 5 }, 51), item({ width: 5, init: 0 }, 50)])
      yield* checkPartners("times", one, "fits", other)
      assert.deepStrictEqual(
        one[0]?.members.map(({ place }) => partnerOf(place, other)?.data[0]),
        [50, 51]
      )
    })
  )

  it.effect("are refused when they are missing", () =>
    Effect.gen(function* () {
      const one = yield* byWidth("times", [item({ width: 5, init: 0 }), item({ width: 5, init: 1 })])
      const other = yield* byWidth("fits", [item({ width: 5, init: 0 })])
      yield* checkPartners("fits", other, "times", one)
      const error = yield* Effect.flip(checkPartners("times", one, "fits", other))
      assert.strictEqual(error._tag, "NoPartner")
      assert.strictEqual(error.message, "times has an item with width=5,init=1, fits has none")
    })
  )
})

describe("checkShapes", () => {
  it.effect("names the item that is unlike the others", () =>
    Effect.gen(function* () {
      const groups = yield* byWidth("fits", [
        item({ width: 5, init: 0 }),
        { matrix: { width: 5, init: 1 }, value: tensor([1, 2]) }
      ])
      const error = yield* Effect.flip(checkShapes("fits", groups, ([length]) => length === 1, "one number"))
      assert.strictEqual(error.message, "fits with width=5,init=1 has shape 2, expected one number")
    })
  )
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
