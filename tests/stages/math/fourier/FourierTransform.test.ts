import { assert, describe, it } from "vitest"
import { sum } from "../../../../stages/math/double-double/Compensated.ts"
import { sinCosTurn } from "../../../../stages/math/double-double/SinCos.ts"
import { FourierTransform } from "../../../../stages/math/fourier/FourierTransform.ts"
import { makeFourierTwin } from "../../../../stages/math/fourier/fourier-twin.ts"
import { rootsOfUnity } from "../../../../stages/math/fourier/roots-of-unity.ts"
import { norm } from "../../../../stages/math/linear/Norm.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"

const fourier = new FourierTransform()
const twin = new FourierTransform(makeFourierTwin())

const numbers = (count: number, name: string): Float64Array => stream(1, name).normals(2 * count)

const difference = (x: Float64Array, y: Float64Array): number => norm(x.map((value, at) => value - y[at]!))

/** The definition, with roots of unity rounded from 106 bits and sums formed with as many. */
const byDefinition = (x: Float64Array): Float64Array => {
  const n = x.length / 2
  const roots = Array.from({ length: n }, (_, j) => sinCosTurn(j, n))
  const result = new Float64Array(2 * n)
  for (let k = 0; k < n; k++) {
    const terms = Array.from({ length: n }, (_, j) => {
      const { cos, sin } = roots[(j * k) % n]!
      const [re, im] = [x[2 * j]!, x[2 * j + 1]!]
      return [re * cos.hi + im * sin.hi, im * cos.hi - re * sin.hi] as const
    })
    result[2 * k] = sum(terms.map(([re]) => re))
    result[2 * k + 1] = sum(terms.map(([, im]) => im))
  }
  return result
}

/** Lengths with all kinds of plans: one and many passes, two steps, and large factors alone and with others. */
const LENGTHS = [1, 2, 3, 4, 5, 7, 8, 60, 64, 97, 360, 1000, 1009, 1024, 2187, 3125, 8192, 9000, 10_007, 16_384, 65_536]

describe("rootsOfUnity", () => {
  it.each([1, 2, 3, 7, 12, 64, 100, 1001])("are the sines and cosines of %i parts of a turn, rounded once", (n) => {
    const roots = rootsOfUnity(n)
    for (let j = 0; j < n; j++) {
      const { sin, cos } = sinCosTurn(j, n)
      assert.strictEqual(roots[2 * j]! + 0, cos.hi + 0)
      assert.strictEqual(roots[2 * j + 1]! + 0, sin.hi + 0)
    }
  })

  it("are symmetric to the last bit, and exact on the axes", () => {
    const n = 4096
    const roots = rootsOfUnity(n)
    for (const [j, re, im] of [
      [0, 1, 0],
      [n / 4, 0, 1],
      [n / 2, -1, 0],
      [(3 * n) / 4, 0, -1]
    ] as const) {
      assert.deepStrictEqual([...roots.subarray(2 * j, 2 * j + 2)].map(Math.abs), [Math.abs(re), Math.abs(im)])
      assert.strictEqual(roots[2 * j]! + roots[2 * j + 1]!, re + im)
    }
    for (let j = 1; j < n / 8; j++) {
      assert.strictEqual(roots[2 * j]!, roots[2 * (n / 4 - j) + 1]!)
      assert.strictEqual(roots[2 * j]!, -roots[2 * (n / 2 - j)]!)
    }
  })
})

describe("FourierTransform", () => {
  it("is its definition for all lengths to 200, and primes beyond", () => {
    for (const n of [...Array.from({ length: 200 }, (_, i) => i + 1), 211, 257, 509, 1021]) {
      const x = numbers(n, `definition ${n}`)
      const expected = byDefinition(x)
      assert.isBelow(difference(fourier.forward(x), expected) / norm(expected), 1e-15, `of length ${n}`)
    }
  })

  it("gives the bits of its twin, in both directions, for two hundred lengths and shapes", () => {
    const dice = stream(7, "shapes").integers(400, 300)
    const lengths = [...Array.from(dice.subarray(0, 180), (value) => value + 1), 1009, 8192, 9000, 10_007]
    for (const n of lengths) {
      const x = numbers(n, `twin ${n}`)
      assert.deepStrictEqual(fourier.forward(x), twin.forward(x), `forward ${n}`)
      assert.deepStrictEqual(fourier.inverse(x), twin.inverse(x), `inverse ${n}`)
    }
    for (let i = 0; i < 30; i++) {
      const [rows, columns] = [(dice[200 + i]! % 40) + 1, (dice[250 + i]! % 40) + 1]
      const x = numbers(rows * columns, `twin ${rows} ${columns}`)
      assert.deepStrictEqual(fourier.forward2(x, rows, columns), twin.forward2(x, rows, columns))
    }
    for (const n of [1, 2, 6, 9, 50, 250, 1000]) {
      const x = stream(3, "real").normals(n)
      const spectrum = fourier.forwardReal(x)
      assert.deepStrictEqual(spectrum, twin.forwardReal(x))
      assert.deepStrictEqual(fourier.inverseReal(spectrum, n), twin.inverseReal(spectrum, n))
    }
  })

  it.each(LENGTHS)("comes back from length %i with an error that grows as the logarithm at most", (n) => {
    const x = numbers(n, "back")
    const bound = Number.EPSILON * (1 + Math.log2(n))
    assert.isAtMost(difference(fourier.inverse(fourier.forward(x)), x) / norm(x), bound)
  })

  it.each(LENGTHS)("keeps the norm: Parseval, of length %i", (n) => {
    const x = numbers(n, "norm")
    assert.closeTo(norm(fourier.forward(x)) / norm(x) / Math.sqrt(n), 1, 1e-14)
  })

  it.each([5, 64, 97, 1000, 9000])("turns shifts into phases, of length %i", (n) => {
    const x = numbers(n, "shift")
    const shifted = Float64Array.from(x, (_, at) => x[(at + 6) % (2 * n)]!)
    const [plain, roots] = [fourier.forward(x), rootsOfUnity(n)]
    const expected = Float64Array.from(x, (_, at) => {
      const [k, root] = [at >> 1, 2 * ((3 * (at >> 1)) % n)]
      const [re, im, c, s] = [plain[2 * k]!, plain[2 * k + 1]!, roots[root]!, roots[root + 1]!]
      return at % 2 === 0 ? re * c - im * s : re * s + im * c
    })
    assert.isBelow(difference(fourier.forward(shifted), expected) / norm(plain), 2e-15)
  })

  it("is linear", () => {
    const [x, y] = [numbers(300, "x"), numbers(300, "y")]
    const [fx, fy] = [fourier.forward(x), fourier.forward(y)]
    const both = fourier.forward(x.map((value, at) => 2 * value - 3 * y[at]!))
    assert.isBelow(
      difference(
        both,
        fx.map((value, at) => 2 * value - 3 * fy[at]!)
      ) / norm(both),
      2e-15
    )
  })

  it("takes an impulse to ones and a wave to one line, exactly where the arithmetic is", () => {
    const impulse = new Float64Array(2 * 4096)
    impulse[0] = 1
    assert.isTrue(fourier.forward(impulse).every((part, at) => part === (at % 2 === 0 ? 1 : 0)))
    const wave = rootsOfUnity(4096)
    const spectrum = fourier.forward(wave)
    assert.closeTo(spectrum[2]!, 4096, 1e-11)
    spectrum[2] = 0
    assert.isBelow(norm(spectrum), 1e-11)
  })

  it("transforms several lines, each as it would alone", () => {
    for (const n of [6, 37, 512]) {
      const x = numbers(11 * n, "lines")
      const together = fourier.forward(x, n)
      for (let line = 0; line < 11; line++) {
        const part = [2 * n * line, 2 * n * (line + 1)] as const
        assert.deepStrictEqual(together.slice(...part), fourier.forward(x.slice(...part)))
      }
    }
  })

  it.each([
    [1, 7],
    [7, 1],
    [12, 20],
    [33, 64],
    [37, 41],
    [128, 9]
  ])("transforms a matrix of %i×%i along one axis and then the other", (rows, columns) => {
    const transposed = (x: Float64Array, m: number, n: number): Float64Array =>
      Float64Array.from(x, (_, at) => {
        const [j, i] = [Math.floor((at >> 1) / m), (at >> 1) % m]
        return x[2 * (i * n + j) + (at & 1)]!
      })
    const x = numbers(rows * columns, "matrix")
    const across = fourier.forward(x, columns)
    const down = fourier.forward(transposed(across, rows, columns), rows)
    const both = fourier.forward2(x, rows, columns)
    assert.deepStrictEqual(both, transposed(down, columns, rows))
    assert.isBelow(difference(fourier.inverse2(both, rows, columns), x) / norm(x), 1e-15)
  })

  it("transforms real numbers to the first half of what they give as complex ones, and back", () => {
    for (const n of [1, 2, 3, 4, 5, 8, 14, 30, 97, 256, 1000]) {
      const x = stream(2, `real ${n}`).normals(n)
      const whole = fourier.forward(Float64Array.from({ length: 2 * n }, (_, at) => (at % 2 === 0 ? x[at >> 1]! : 0)))
      const half = fourier.forwardReal(x)
      assert.strictEqual(half.length, 2 * Math.floor(n / 2) + 2)
      assert.isBelow(difference(half, whole.slice(0, half.length)) / norm(x) / Math.sqrt(n), 1e-15)
      assert.strictEqual(half[1], 0)
      assert.isBelow(difference(fourier.inverseReal(half, n), x) / norm(x), 1e-15)
    }
  })

  it("transforms lines and matrices of real numbers as complex ones", () => {
    for (const [rows, columns] of [
      [1, 1],
      [5, 8],
      [8, 5],
      [12, 10],
      [7, 9],
      [64, 32]
    ] as const) {
      const half = Math.floor(columns / 2) + 1
      const x = stream(4, `real ${rows} ${columns}`).normals(rows * columns)
      const complex = Float64Array.from({ length: 2 * x.length }, (_, at) => (at % 2 === 0 ? x[at >> 1]! : 0))
      const firstColumns = (whole: Float64Array): Float64Array => whole.filter((_, at) => (at >> 1) % columns < half)
      const [lines, matrix] = [fourier.forwardReal(x, columns), fourier.forwardReal2(x, rows, columns)]
      const size = norm(x) * Math.sqrt(rows * columns)
      assert.isBelow(difference(lines, firstColumns(fourier.forward(complex, columns))) / size, 1e-15)
      assert.isBelow(difference(matrix, firstColumns(fourier.forward2(complex, rows, columns))) / size, 1e-15)
      assert.isBelow(difference(fourier.inverseReal(lines, columns), x) / norm(x), 1e-15)
      assert.isBelow(difference(fourier.inverseReal2(matrix, rows, columns), x) / norm(x), 1e-15)
      assert.deepStrictEqual(matrix, twin.forwardReal2(x, rows, columns))
      assert.deepStrictEqual(fourier.inverseReal2(matrix, rows, columns), twin.inverseReal2(matrix, rows, columns))
    }
  })

  it("has lengths that are new, after others, and gives the same again", () => {
    const other = new FourierTransform()
    const x = numbers(240, "again")
    const first = other.forward(x)
    other.forward(numbers(9001, "long"))
    other.forward2(numbers(600, "matrix"), 20, 30)
    assert.deepStrictEqual(other.forward(x), first)
  })

  it("has nothing of nothing, and no finite number from one that is not", () => {
    assert.strictEqual(fourier.forward(new Float64Array(0)).length, 0)
    assert.strictEqual(fourier.forward2(new Float64Array(0), 0, 5).length, 0)
    assert.strictEqual(fourier.forwardReal(new Float64Array(0)).length, 0)
    assert.strictEqual(fourier.inverseReal(new Float64Array(0), 0).length, 0)
    assert.strictEqual(fourier.forwardReal2(new Float64Array(0), 0, 4).length, 0)
    assert.strictEqual(fourier.inverseReal2(new Float64Array(0), 4, 0).length, 0)
    for (const n of [1, 8, 60, 97, 9000]) {
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const x = numbers(n, "bad")
        x[Math.floor(n / 2)] = bad
        const y = fourier.forward(x)
        for (let k = 0; k < n; k++) assert.isFalse(Number.isFinite(y[2 * k]! + y[2 * k + 1]!))
      }
    }
  })

  it("refuses arrays that do not have the shape", () => {
    assert.throws(() => fourier.forward(new Float64Array(3)), /3 parts/u)
    assert.throws(() => fourier.forward(new Float64Array(8), 3), /of length 3/u)
    assert.throws(() => fourier.forward(new Float64Array(8), 0), /of length 0/u)
    assert.throws(() => fourier.forward2(new Float64Array(8), 2, 3), /2×3/u)
    assert.throws(() => fourier.inverseReal(new Float64Array(8), 8), /of length 8/u)
    assert.throws(() => fourier.forwardReal(new Float64Array(8), 3), /8 real numbers are no transforms of length 3/u)
    assert.throws(() => fourier.forwardReal2(new Float64Array(8), 2, 3), /2×3/u)
    assert.throws(() => fourier.inverseReal2(new Float64Array(6), 2, 3), /2×3 numbers/u)
  })

  it("writes into the array that is handed over, which may be the argument", () => {
    const x = numbers(600, "into")
    const [line, matrix] = [fourier.forward(x), fourier.inverse2(x, 20, 30)]
    const place = new Float64Array(1200)
    assert.strictEqual(fourier.forward(x, 600, place), place)
    assert.deepStrictEqual(place, line)
    const own = x.slice()
    fourier.inverse2(own, 20, 30, own)
    assert.deepStrictEqual(own, matrix)
    assert.throws(() => fourier.forward(x, 600, new Float64Array(7)), /7 places for 1200/u)
  })

  it("takes a view of a larger array as it takes a copy", () => {
    const x = numbers(50, "view")
    assert.deepStrictEqual(fourier.forward(x.subarray(10, 70)), fourier.forward(x.slice(10, 70)))
  })
})
