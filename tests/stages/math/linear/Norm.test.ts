import { assert, describe, it } from "@effect/vitest"
import { norm, relativeChange } from "../../../../stages/math/linear/Norm.ts"
import { length } from "../../../../stages/math/linear/Vector.ts"
import { reals } from "../../../reals.ts"

const Component = reals(-1e3, 1e3)

describe("norm", () => {
  it.each([
    [[3, 4], 5],
    [[-2, 3, 6], 7],
    [[-8], 8],
    [[], 0]
  ])("is the Euclidean length of %j", (x, length) => {
    assert.strictEqual(norm(x), length)
  })

  it.each([1e300, 1e-170, 1e-300, 2 ** -1070])("has its digits where squares leave the range: %d", (unit) => {
    assert.closeTo(norm([3 * unit, -4 * unit]) / (5 * unit), 1, 1e-15)
    assert.closeTo(relativeChange([unit, 0], [unit, unit]), 1, 1e-15)
    assert.closeTo(length(Float64Array.of(-3 * unit, 4 * unit)) / (5 * unit), 1, 1e-15)
  })

  it("is what arithmetic makes of what is not finite", () => {
    assert.strictEqual(norm([1, Number.NEGATIVE_INFINITY]), Number.POSITIVE_INFINITY)
    assert.isNaN(norm([1, Number.NaN]))
    assert.isNaN(length(Float64Array.of(Number.NaN, 1e300)))
  })

  it.prop("scales with its vector, and obeys the triangle inequality", { a: Component, b: Component }, ({ a, b }) => {
    assert.closeTo(norm([3 * a, -3 * b]), 3 * norm([a, b]), 1e-11)
    assert.isAtMost(norm([a + b, a - b]), (norm([a, -b]) + norm([b, a])) * (1 + 1e-15))
  })
})

describe("relativeChange", () => {
  it("is the distance as a share of where it starts", () => {
    assert.strictEqual(relativeChange([3, 4], [3, 4]), 0)
    assert.strictEqual(relativeChange([3, 4], [6, 8]), 1)
    assert.strictEqual(relativeChange([0, 2], [3, 6]), 2.5)
  })

  it.prop("does not change when both are scaled", { a: Component, b: reals(1, 10) }, ({ a, b }) => {
    const once = relativeChange([b, 1], [a, b])
    assert.closeTo(relativeChange([-7 * b, -7], [-7 * a, -7 * b]), once, 1e-12 * (1 + once))
  })

  it("is no number from 0, which is no share of anything", () => {
    assert.isNaN(relativeChange([0], [0]))
    assert.strictEqual(relativeChange([0], [1]), Number.POSITIVE_INFINITY)
  })
})
