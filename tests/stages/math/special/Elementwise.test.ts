import { assert, describe, it } from "vitest"
import { stream } from "../../../../stages/math/random/Philox.ts"
import * as Elementary from "../../../../stages/math/special/Elementary.ts"
import * as Elementwise from "../../../../stages/math/special/Elementwise.ts"

const FUNCTIONS = [
  ["exp", Elementwise.exp, Elementary.exp],
  ["log", Elementwise.log, Elementary.log],
  ["sin", Elementwise.sin, Elementary.sin],
  ["cos", Elementwise.cos, Elementary.cos],
  ["tanh", Elementwise.tanh, Elementary.tanh]
] as const

/** Where the functions take another way, and what lies next to it. */
const EDGES = [0, 2 ** -28, 0.5, 1, Math.SQRT2, 22, 354, 354.5, 707.9, 708, 709.78, 709.79, 745.13, 745.14, 1e5, 2e5]
const ODD = [Number.NaN, Number.POSITIVE_INFINITY, Number.MIN_VALUE, 2.2e-308, Number.MAX_VALUE, 1e10, 1e17, 1e300]

const beside = (x: number): ReadonlyArray<number> => [x, x * (1 - 2 ** -53), x * (1 + 2 ** -52)]

/** Quarter turns and odd multiples of ½ ln 2, where rounding to whole numbers decides. */
const halves = Array.from({ length: 200 }, (_, i) => i / 2).flatMap((n) => [n * (Math.PI / 2), n * Math.LN2])

const dice = stream(1, "elementwise")
const random = [0.01, 1, 30, 700, 1e4].flatMap((size) => Array.from(dice.normals(2000), (x) => x * size))
const points = [...EDGES.flatMap(beside), ...ODD, ...halves.flatMap(beside)].flatMap((x) => [x, -x])
// Each number among ordinary ones, so that every lane meets the other ways.
const x = Float64Array.from([...points.flatMap((point) => [0.3, point, point, 0.7, point]), ...random])

/** Bits, with all that are no numbers alike. */
const bits = (values: Float64Array): BigUint64Array =>
  new BigUint64Array(values.map((value) => (Number.isNaN(value) ? Number.NaN : value)).buffer)

describe.each(FUNCTIONS)("%s over arrays", (_, over, one) => {
  it("has the bits of the function of one number", () => {
    assert.deepStrictEqual(bits(over(x)), bits(Float64Array.from(x, one)))
  })

  it("takes arrays of any length, and parts of others", () => {
    for (const length of [0, 1, 2, 3, 1023, 1024, 1025, 2049]) {
      const part = x.subarray(7, 7 + length)
      assert.deepStrictEqual(bits(over(part)), bits(Float64Array.from(part, one)))
    }
  })
})
