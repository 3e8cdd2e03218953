import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { powerAndSum } from "../../../../stages/math/special/WholePower.ts"
import { reals } from "../../../reals.ts"

const Exponent = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2000 }))

describe("powerAndSum", () => {
  it.each([
    [2, 10, 1024, 1023],
    [0.5, 20, 2 ** -20, 2 - 2 ** -19],
    [3, 0, 1, 0],
    [0, 0, 1, 0],
    [0, 7, 0, 1],
    [1, 12_345, 1, 12_345],
    [-1, 8, 1, 0],
    [-1, 9, -1, 1],
    [-2, 5, -32, 11]
  ])("is exact where the numbers are: %d to the power %i", (x, n, power, sum) => {
    assert.deepStrictEqual(powerAndSum(x, n), { power, sum })
  })

  it.prop("is what a loop gives", { x: reals(-1.02, 1.02), n: Exponent }, ({ x, n }) => {
    let [power, sum, largest] = [1, 0, 0]
    for (let k = 0; k < n; k++) {
      sum += power
      power *= x
      largest = Math.max(largest, Math.abs(sum))
    }
    const found = powerAndSum(x, n)
    const rounding = 2 * (n + 1) * Number.EPSILON
    assert.closeTo(found.power, power, rounding * Math.abs(power) + Number.MIN_VALUE)
    assert.closeTo(found.sum, sum, rounding * largest)
  })

  it("is what the exponential function gives next to 1, in a billion steps", () => {
    const [x, n] = [1e-9, 1e9]
    const found = powerAndSum(1 - x, n)
    // 1 − 1e-9 is off by up to half a unit in the last place, a billion times.
    assert.closeTo(found.power / Math.exp(n * Math.log1p(-x)), 1, 1.2e-7)
    assert.closeTo((found.sum * x) / -Math.expm1(n * Math.log1p(-x)), 1, 1.2e-7)
  })
})
