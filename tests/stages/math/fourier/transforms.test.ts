/** What is made of Fourier transforms: convolutions and cosine transforms. */
import { assert, describe, it } from "vitest"
import { convolve, convolveCyclic } from "../../../../stages/math/fourier/Convolution.ts"
import { CosineTransform } from "../../../../stages/math/fourier/CosineTransform.ts"
import { FourierTransform } from "../../../../stages/math/fourier/FourierTransform.ts"
import { norm } from "../../../../stages/math/linear/Norm.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"

const fourier = new FourierTransform()

const numbers = (count: number, name: string): Float64Array => stream(1, name).normals(count)

const difference = (x: Float64Array, y: Float64Array): number => norm(x.map((value, at) => value - y[at]!))

describe("convolutions", () => {
  it("are sums of products, of sequences of any lengths", () => {
    const dice = stream(2, "lengths").integers(60, 80)
    for (let i = 0; i < 60; i += 2) {
      const [x, y] = [numbers(dice[i]! + 1, `x ${i}`), numbers(dice[i + 1]! + 1, `y ${i}`)]
      const expected = new Float64Array(x.length + y.length - 1)
      for (const [j, a] of x.entries()) for (const [k, b] of y.entries()) expected[j + k]! += a * b
      assert.isBelow(difference(convolve(fourier, x, y), expected), 1e-15 * expected.length * norm(x) * norm(y))
    }
  })

  it("multiply numbers digit by digit: 99999² = 9999800001", () => {
    const digits = convolve(fourier, new Float64Array(5).fill(9), new Float64Array(5).fill(9))
    const product = digits.reduceRight((sum, digit) => sum * 10 + Math.round(digit), 0)
    assert.strictEqual(product, 99_999 ** 2)
  })

  it("go round where they are cyclic", () => {
    for (const n of [1, 2, 5, 12, 37]) {
      const [x, y] = [numbers(n, "x"), numbers(n, "y")]
      const expected = x.map((_, k) => x.reduce((sum, value, j) => sum + value * y[(k - j + n) % n]!, 0))
      assert.isBelow(difference(convolveCyclic(fourier, x, y), expected), 1e-14 * norm(x) * norm(y))
    }
    assert.throws(() => convolveCyclic(fourier, numbers(2, "x"), numbers(3, "y")), /2 and 3/u)
  })

  it("are empty with nothing", () => {
    assert.strictEqual(convolve(fourier, new Float64Array(0), numbers(3, "x")).length, 0)
    assert.strictEqual(convolveCyclic(fourier, new Float64Array(0), new Float64Array(0)).length, 0)
  })
})

describe("cosine transforms", () => {
  const LENGTHS = [1, 2, 3, 4, 5, 8, 30, 37, 128]

  it.each(LENGTHS)("are their definition, of length %i", (n) => {
    const x = numbers(n, "x")
    const expected = x.map((_, k) => {
      // Angles within one turn, so that they are as exact as the numbers.
      const cosine = (j: number): number => Math.cos((Math.PI * ((k * (2 * j + 1)) % (4 * n))) / (2 * n))
      const sum = x.reduce((total, value, j) => total + value * cosine(j), 0)
      return sum * Math.sqrt((k === 0 ? 1 : 2) / n)
    })
    assert.isBelow(difference(new CosineTransform(n, fourier).forward(x), expected), 4e-15 * norm(x))
  })

  it.each([...LENGTHS, 1000, 1009])("are orthogonal, of length %i", (n) => {
    const [x, transform] = [numbers(n, "x"), new CosineTransform(n, fourier)]
    const spectrum = transform.forward(x)
    assert.closeTo(norm(spectrum) / norm(x), 1, 1e-15 * (1 + Math.log2(n)))
    assert.isBelow(difference(transform.inverse(spectrum), x), 1e-15 * (1 + Math.log2(n)) * norm(x))
  })

  it("turn the Laplacian without flux into factors", () => {
    const n = 64
    const [x, transform] = [numbers(n, "x"), new CosineTransform(n, fourier)]
    const laplacian = x.map((value, j) => 2 * value - (x[j - 1] ?? value) - (x[j + 1] ?? value))
    const expected = transform.forward(x).map((value, k) => value * (2 - 2 * Math.cos((Math.PI * k) / n)))
    assert.isBelow(difference(transform.forward(laplacian), expected), 1e-14 * norm(x))
  })

  it("refuse other lengths", () => {
    assert.throws(() => new CosineTransform(0), /length 0/u)
    assert.throws(() => new CosineTransform(4, fourier).forward(numbers(5, "x")), /length 4 of 5/u)
    assert.throws(() => new CosineTransform(4, fourier).inverse(numbers(3, "x")), /length 4 of 3/u)
  })
})
