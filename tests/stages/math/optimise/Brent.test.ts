import { assert, describe, it } from "vitest"
import { minimum, NoSignChange, NotANumber, root } from "../../../../stages/math/optimise/Brent.ts"

/** A function that counts how often it is called. */
const counted = (f: (x: number) => number) => {
  const count = { calls: 0 }
  return {
    count,
    f: (x: number) => {
      count.calls++
      return f(x)
    }
  }
}

describe("root", () => {
  it.each([
    ["Wallis", (x: number) => x ** 3 - 2 * x - 5, 2, 3, 2.0945514815423265],
    ["cosine", Math.cos, 1, 2, Math.PI / 2],
    ["steep", (x: number) => Math.exp(50 * x) - 1, -1, 3, 0],
    ["flat", (x: number) => (x - 1) ** 9, -5, 4, 1],
    ["a pole", (x: number) => 1 / (x - 0.3), 0, 1, 0.3],
    ["turned", (x: number) => 2 - x, 5, -1, 2]
  ])("finds the change of sign of %s", (_, f, from, to, expected) => {
    const watched = counted(f)
    const found = root(watched.f, from, to)
    assert.closeTo(found, expected, 4 * Number.EPSILON * (Math.abs(expected) + Math.abs(to - from)))
    assert.isBelow(watched.count.calls, 200)
  })

  it("needs few calls where the function is smooth", () => {
    const watched = counted((x) => x ** 3 - 2 * x - 5)
    root(watched.f, 2, 3)
    assert.isAtMost(watched.count.calls, 10)
  })

  it("gives an end that is a zero, and stops at a tolerance", () => {
    assert.strictEqual(
      root((x) => x - 1, 1, 4),
      1
    )
    assert.strictEqual(
      root((x) => x - 4, 1, 4),
      4
    )
    assert.closeTo(root(Math.cos, 0, 3, 0.1), Math.PI / 2, 0.1)
  })

  it("says what is wrong with the interval or the function", () => {
    assert.throws(() => root((x) => x - 5, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY), RangeError)
    assert.throws(() => minimum((x) => (x - 2) ** 2, Number.NEGATIVE_INFINITY, 5), RangeError)
    assert.throws(() => root((x) => x * x + 1, -1, 1), NoSignChange, "is 2 at -1 and 2 at 1")
    assert.throws(() => root(() => Number.NaN, -1, 1), NoSignChange)
    assert.throws(() => root((x) => (Math.abs(x) === 1 ? x : Number.NaN), -1, 1), NotANumber, "no number at")
  })
})

describe("minimum", () => {
  it.each([
    ["a parabola", (x: number) => (x - 2) ** 2 + 1, -3, 9, 2],
    ["a kink", (x: number) => Math.abs(x - 0.7), 0, 1, 0.7],
    ["sine", Math.sin, 3, 6, 1.5 * Math.PI],
    ["an end", (x: number) => x, 1, 2, 1],
    ["a quartic", (x: number) => (x - 1) ** 4, -4, 3, 1]
  ])("finds that of %s", (_, f, from, to, expected) => {
    const watched = counted(f)
    const found = minimum(watched.f, from, to)
    assert.closeTo(found.x, expected, expected === 1 && from === -4 ? 1e-3 : 1e-7)
    assert.strictEqual(found.value, f(found.x))
    assert.isBelow(watched.count.calls, 80)
  })

  it("says what is wrong", () => {
    assert.throws(() => minimum((x) => x, 2, 1), RangeError, "no minimum between 2 and 1")
    assert.throws(() => minimum((x) => x, 1, 2, 0), RangeError)
    assert.throws(() => minimum(() => Number.NaN, 1, 2), NotANumber)
    assert.strictEqual(minimum((x) => x, 1, 1).x, 1)
  })
})
