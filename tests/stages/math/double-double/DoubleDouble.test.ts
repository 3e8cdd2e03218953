import { assert, describe, it } from "vitest"
import { dot, sum } from "../../../../stages/math/double-double/Compensated.ts"
import * as DoubleDouble from "../../../../stages/math/double-double/DoubleDouble.ts"
import { twoProduct, twoSum } from "../../../../stages/math/double-double/ErrorFree.ts"
import { exp, log } from "../../../../stages/math/double-double/ExpLog.ts"
import { sinCosTurn } from "../../../../stages/math/double-double/SinCos.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"
import * as Rational from "./rational.ts"

const U = 2 ** -53

/** Numbers of both signs and many sizes, with random second parts. */
const samples = (count: number, name: string): ReadonlyArray<DoubleDouble.DoubleDouble> => {
  const dice = stream(1, name)
  const [normals, scales, rests] = [dice.normals(count), dice.integers(count, 61), dice.uniforms(count)]
  return Array.from(normals, (x, i) => {
    const hi = x * 2 ** (scales[i]! - 30)
    return twoSum(hi, hi * U * (rests[i]! - 0.5))
  })
}

const error = (found: DoubleDouble.DoubleDouble, exact: Rational.Rational): number =>
  Rational.quotient(Rational.minus(Rational.ofDoubleDouble(found), exact), exact)

const COUNT = 400
const [xs, ys] = [samples(COUNT, "x"), samples(COUNT, "y")]
const pairs = xs.map((x, i) => [x, ys[i]!] as const)

describe("error-free transformations", () => {
  it("lose nothing", () => {
    for (const [{ hi: x }, { hi: y }] of pairs) {
      const [a, b] = [Rational.ofNumber(x), Rational.ofNumber(y)]
      const [total, product] = [twoSum(x, y), twoProduct(x, y)]
      assert.strictEqual(total.hi, x + y)
      assert.strictEqual(product.hi, x * y)
      assert.strictEqual(Rational.minus(Rational.ofDoubleDouble(total), Rational.plus(a, b)).over, 0n)
      assert.strictEqual(Rational.minus(Rational.ofDoubleDouble(product), Rational.times(a, b)).over, 0n)
    }
  })
})

describe("double-double numbers", () => {
  it.each([
    ["add", DoubleDouble.add, Rational.plus, 3],
    ["subtract", DoubleDouble.subtract, Rational.minus, 3],
    ["multiply", DoubleDouble.multiply, Rational.times, 5],
    [
      "divide",
      DoubleDouble.divide,
      (x: Rational.Rational, y: Rational.Rational) => Rational.times(x, Rational.inverse(y)),
      15
    ]
  ] as const)("%s within the proven bound", (_, ours, exact, bound) => {
    for (const [x, y] of pairs) {
      const expected = exact(Rational.ofDoubleDouble(x), Rational.ofDoubleDouble(y))
      assert.isAtMost(error(ours(x, y), expected), bound * U * U * (1 + 1e-9))
    }
  })

  it.each([
    ["add", DoubleDouble.addNumber, Rational.plus, 2],
    ["multiply", DoubleDouble.multiplyNumber, Rational.times, 1.5]
  ] as const)("%s a float64 within the proven bound", (_, ours, exact, bound) => {
    for (const [x, { hi: y }] of pairs) {
      const expected = exact(Rational.ofDoubleDouble(x), Rational.ofNumber(y))
      assert.isAtMost(error(ours(x, y), expected), bound * U * U * (1 + 1e-9))
    }
  })

  it("keep digits that cancel: of 1 + x − 1 with x next to nothing, x is left", () => {
    const x = DoubleDouble.of(2 ** -70)
    const left = DoubleDouble.addNumber(DoubleDouble.addNumber(x, 1), -1)
    assert.deepStrictEqual(left, x)
  })

  it("have square roots within the proven bound", () => {
    for (const x of xs.map(DoubleDouble.abs)) {
      const root = Rational.ofDoubleDouble(DoubleDouble.sqrt(x))
      // (r² − x) / x is twice the relative error of r.
      const square = Rational.times(root, root)
      const exact = Rational.ofDoubleDouble(x)
      assert.isAtMost(Rational.quotient(Rational.minus(square, exact), exact) / 2, (25 / 8) * U * U * (1 + 1e-9))
    }
  })

  it("come from whole numbers of any size, and compare as numbers do", () => {
    const big = 2n ** 100n + 12_345n
    const found = DoubleDouble.ofBigInt(big)
    assert.strictEqual(BigInt(found.hi) + BigInt(found.lo), big)
    assert.strictEqual(DoubleDouble.compare(found, DoubleDouble.ofBigInt(big - 1n)), 1)
    assert.strictEqual(DoubleDouble.compare(DoubleDouble.of(1), found), -1)
    assert.strictEqual(DoubleDouble.compare(found, found), 0)
    assert.isNaN(DoubleDouble.compare(found, DoubleDouble.of(Number.NaN)))
  })

  it("are as good as float64 where that has no finite number, and beyond the range of products", () => {
    const [huge, infinite, none] = [1e300, Number.POSITIVE_INFINITY, Number.NaN].map(DoubleDouble.of)
    assert.deepStrictEqual(DoubleDouble.multiply(huge!, huge!), infinite)
    assert.deepStrictEqual(DoubleDouble.add(infinite!, huge!), infinite)
    assert.deepStrictEqual(DoubleDouble.multiply(huge!, DoubleDouble.of(2)), DoubleDouble.of(2e300))
    assert.deepStrictEqual(DoubleDouble.divide(DoubleDouble.ONE, DoubleDouble.ZERO), infinite)
    assert.deepStrictEqual(DoubleDouble.divide(DoubleDouble.ONE, infinite!), DoubleDouble.ZERO)
    assert.isNaN(DoubleDouble.subtract(infinite!, infinite!).hi)
    assert.isNaN(DoubleDouble.sqrt(DoubleDouble.of(-1)).hi)
    for (const operation of [DoubleDouble.add, DoubleDouble.multiply, DoubleDouble.divide]) {
      assert.deepStrictEqual(operation(DoubleDouble.ONE, none!), { hi: Number.NaN, lo: 0 })
    }
  })
})

describe("double-double functions", () => {
  // The first 40 digits of e, ln 10 and sin(π/5), OEIS A001113, A002392 and A019845, as float64 and the rest.
  it.each([
    ["e", exp(DoubleDouble.ONE), 2_7182818284590452353602874713526624977572n],
    ["ln 10", log(DoubleDouble.of(10)), 2_3025850929940456840179914546843642076011n],
    ["sin 36°", sinCosTurn(1, 10).sin, 5877852522924731291687059546390727685977n],
    ["cos 36°", sinCosTurn(1, 10).cos, 8090169943749474241022934171828190588602n]
  ] as const)("have the digits of %s", (_, found, digits) => {
    assert.isBelow(error(found, { over: digits, under: 10n ** 40n }), 2 ** -98)
  })

  it("undo one another", () => {
    for (const x of samples(100, "log").map(DoubleDouble.abs)) {
      const back = DoubleDouble.divide(exp(log(x)), x)
      // An error of the logarithm counts once for each power of e.
      const size = Math.max(1, Math.abs(Math.log(x.hi)))
      assert.isBelow(Math.abs(DoubleDouble.subtract(back, DoubleDouble.ONE).hi), size * 2 ** -95)
    }
  })

  it("have sin² + cos² = 1 in every part of the turn, and exact values on the axes", () => {
    for (let j = 0; j <= 48; j++) {
      const { sin, cos } = sinCosTurn(j, 48)
      const whole = DoubleDouble.add(DoubleDouble.multiply(sin, sin), DoubleDouble.multiply(cos, cos))
      assert.isBelow(Math.abs(DoubleDouble.subtract(whole, DoubleDouble.ONE).hi), 2 ** -100)
    }
    const axes = [0, 1, 2, 3].map((quarter) => sinCosTurn(quarter, 4))
    assert.deepStrictEqual(
      axes.map(({ sin, cos }) => [cos.hi + 0, sin.hi + 0]),
      [
        [1, 0],
        [0, 1],
        [-1, 0],
        [0, -1]
      ]
    )
  })

  it("end as float64 does", () => {
    assert.deepStrictEqual(
      [exp(DoubleDouble.of(800)), exp(DoubleDouble.of(-800)), log(DoubleDouble.ZERO)].map(({ hi }) => hi),
      [Number.POSITIVE_INFINITY, 0, Number.NEGATIVE_INFINITY]
    )
    assert.isNaN(exp(DoubleDouble.of(Number.NaN)).hi)
    assert.isNaN(log(DoubleDouble.of(-1)).hi)
  })
})

describe("compensated sums", () => {
  it("are rounded about once, however much cancels", () => {
    const parts = xs.map(({ hi }) => hi)
    const mixed = [...parts, 2 ** 50, ...parts.map((x) => -x), 0.375, -(2 ** 50)]
    assert.strictEqual(sum(mixed), 0.375)
    const plain = mixed.reduce((total, x) => total + x, 0)
    assert.notStrictEqual(plain, 0.375)
  })

  it("of products are too", () => {
    const [x, y] = [xs.map(({ hi }) => hi), ys.map(({ hi }) => hi)]
    const exact = x.reduce(
      (total, value, i) => Rational.plus(total, Rational.times(Rational.ofNumber(value), Rational.ofNumber(y[i]!))),
      Rational.ofNumber(0)
    )
    assert.isAtMost(error(DoubleDouble.of(dot(x, y)), exact), 2 * U)
    assert.strictEqual(dot([1e10, 1, -1e10], [1e10, 0.5, 1e10]), 0.5)
  })

  it("are 0 of nothing, and of infinite numbers the plain sum", () => {
    assert.strictEqual(sum([]), 0)
    assert.strictEqual(dot([], []), 0)
    assert.strictEqual(sum([1, Number.POSITIVE_INFINITY, 2]), Number.POSITIVE_INFINITY)
    assert.isNaN(sum([1, Number.NaN]))
    assert.isNaN(sum([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]))
    assert.throws(() => dot([1], [1, 2]), /1 and 2/u)
  })
})
