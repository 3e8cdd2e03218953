/** Random variables against their exact distributions, by fixed seeds: each bound is met by one stream in a thousand only by luck. */
import { assert, describe, it } from "vitest"
import { factor } from "../../../../stages/math/linear/Cholesky.ts"
import { norm } from "../../../../stages/math/linear/Norm.ts"
import { bulkStream } from "../../../../stages/math/random/BulkPhilox.ts"
import { Categorical } from "../../../../stages/math/random/Categorical.ts"
import { binomials, poissons } from "../../../../stages/math/random/CountVariates.ts"
import * as GammaVariates from "../../../../stages/math/random/GammaVariates.ts"
import * as Inversion from "../../../../stages/math/random/Inversion.ts"
import { multivariateNormals, onSphere } from "../../../../stages/math/random/Multivariate.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"
import { shuffled, withoutReplacement } from "../../../../stages/math/random/Selection.ts"
import { sobol } from "../../../../stages/math/random/Sobol.ts"
import { logGamma } from "../../../../stages/math/special/Gamma.ts"
import { incompleteBeta } from "../../../../stages/math/special/IncompleteBeta.ts"
import { chiSquareCdf, incompleteGamma } from "../../../../stages/math/special/IncompleteGamma.ts"
import { mean, normalCdf, variance } from "../../../../stages/math/special/Statistics.ts"

const COUNT = 20_000

const source = (name: string) => bulkStream(11, name)

/** Kolmogorov and Smirnov: √n times the largest distance from the distribution; above 1.95 by chance once in a thousand. */
const distance = (values: Float64Array, cdf: (x: number) => number): number => {
  const n = values.length
  const largest = values
    .slice()
    .sort()
    .reduce((most, x, i) => Math.max(most, Math.abs(cdf(x) - i / n), Math.abs(cdf(x) - (i + 1) / n)), 0)
  return largest * Math.sqrt(n)
}

const studentCdf = (degrees: number) => (x: number) => {
  const half = incompleteBeta(degrees / 2, 0.5, degrees / (degrees + x * x)) / 2
  return x > 0 ? 1 - half : half
}

const betaCdf = (a: number, b: number) => (x: number) => incompleteBeta(a, b, x)
const gammaCdf = (shape: number) => (x: number) => incompleteGamma(shape, x).lower

const between = (from: number, to: number) => (x: number) =>
  (normalCdf(x) - normalCdf(from)) / (normalCdf(to) - normalCdf(from))

describe("continuous variables", () => {
  it.each([
    ["uniform", (s, n) => s.uniforms(n), (x) => x],
    ["normal", (s, n) => s.normals(n), normalCdf],
    ["exponential", Inversion.exponentials, (x) => -Math.expm1(-x)],
    ["Gumbel", Inversion.gumbels, (x) => Math.exp(-Math.exp(-x))],
    ["logistic", Inversion.logistics, (x) => 1 / (1 + Math.exp(-x))],
    ["Laplace", Inversion.laplaces, (x) => (x < 0 ? Math.exp(x) / 2 : 1 - Math.exp(-x) / 2)],
    ["normal, middle", (s, n) => Inversion.truncatedNormals(s, n, -0.3, 1.2), between(-0.3, 1.2)],
    [
      "normal, right of 3",
      (s, n) => Inversion.truncatedNormals(s, n, 3, Infinity),
      (x) => 1 - normalCdf(-x) / normalCdf(-3)
    ],
    [
      "normal, left of −8",
      (s, n) => Inversion.truncatedNormals(s, n, -Infinity, -8),
      (x) => normalCdf(x) / normalCdf(-8)
    ],
    [
      "normal, right of 50",
      (s, n) => Inversion.truncatedNormals(s, n, 50, Infinity),
      (x) => 1 - Math.exp(-50 * (x - 50))
    ],
    ["gamma 0.2", (s, n) => GammaVariates.gammas(s, n, 0.2), gammaCdf(0.2)],
    ["gamma 1", (s, n) => GammaVariates.gammas(s, n, 1), gammaCdf(1)],
    ["gamma 7.5", (s, n) => GammaVariates.gammas(s, n, 7.5), gammaCdf(7.5)],
    ["χ² 3", (s, n) => GammaVariates.chiSquares(s, n, 3), (x) => chiSquareCdf(x, 3)],
    ["beta 0.1 0.3", (s, n) => GammaVariates.betas(s, n, 0.1, 0.3), betaCdf(0.1, 0.3)],
    ["beta 2 5", (s, n) => GammaVariates.betas(s, n, 2, 5), betaCdf(2, 5)],
    ["Student 1", (s, n) => GammaVariates.studentTs(s, n, 1), studentCdf(1)],
    ["Student 4.5", (s, n) => GammaVariates.studentTs(s, n, 4.5), studentCdf(4.5)]
  ] as ReadonlyArray<[string, (s: ReturnType<typeof source>, count: number) => Float64Array, (x: number) => number]>)(
    "are %s",
    (name, sample, cdf) => {
      assert.isBelow(distance(sample(source(name), COUNT), cdf), 1.95)
    }
  )

  it("stay within the bounds that they are cut at", () => {
    const values = Inversion.truncatedNormals(source("bounds"), COUNT, 40, 40.001)
    assert.isTrue(values.every((x) => x >= 40 && x <= 40.001))
  })

  it("are points of the simplex with the marginals of beta variables", () => {
    const shapes = [0.05, 1, 3]
    const points = GammaVariates.dirichlets(source("simplex"), COUNT, shapes)
    for (let j = 0; j < 3; j++) {
      const marginal = Float64Array.from({ length: COUNT }, (_, i) => points[3 * i + j]!)
      assert.isBelow(distance(marginal, betaCdf(shapes[j]!, 4.05 - shapes[j]!)), 1.95)
    }
    for (let i = 0; i < 100; i++) assert.closeTo(points[3 * i]! + points[3 * i + 1]! + points[3 * i + 2]!, 1, 1e-15)
  })
})

/** χ² of counts beside their probabilities, rare values together; its own probability of being exceeded. */
const surprise = (values: ArrayLike<number>, probability: (k: number) => number, last: number): number => {
  const counts = new Float64Array(last + 2)
  for (let i = 0; i < values.length; i++) counts[Math.min(last + 1, values[i]!)]!++
  let [squares, cells, seen, expected] = [0, 0, 0, 0]
  let left = 1
  for (let k = 0; k <= last + 1; k++) {
    const share = k > last ? Math.max(0, left) : probability(k)
    left -= share
    seen += counts[k]!
    expected += share * values.length
    if (expected >= 10 && (left * values.length >= 10 || k > last)) {
      squares += (seen - expected) ** 2 / expected
      cells++
      seen = 0
      expected = 0
    }
  }
  return 1 - chiSquareCdf(squares, cells - 1)
}

describe("whole variables", () => {
  it.each<readonly [string, number, (s: ReturnType<typeof source>, count: number) => Float64Array]>([
    ["Poisson", 2 ** 50, (s, n) => poissons(s, n, 2 ** 50)],
    ["binomial", 2 ** 48, (s, n) => binomials(s, n, 2 ** 50, 0.5).map((k) => k - 2 ** 49 + 2 ** 48)]
  ])("are as good as normal where they are large: %s", (name, average, sample) => {
    const values = sample(source(`large ${name}`), COUNT).map((k) => (k - average) / Math.sqrt(average))
    assert.isBelow(distance(values, normalCdf), 1.95)
  })

  it.each([0.3, 9.9, 10, 37.5, 1000])("are Poisson of mean %d", (average) => {
    const probability = (k: number): number => Math.exp(k * Math.log(average) - average - logGamma(k + 1))
    const values = poissons(source(`poisson ${average}`), COUNT, average)
    assert.isAbove(surprise(values, probability, Math.ceil(average + 8 * Math.sqrt(average) + 5)), 1e-3)
  })

  it.each([
    [1, 0.3],
    [20, 0.4],
    [40, 0.5],
    [100, 0.02],
    [100, 0.97],
    [5000, 0.3]
  ])("are binomial of %i trials at %d", (n, p) => {
    const probability = (k: number): number =>
      Math.exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log(1 - p))
    const values = binomials(source(`binomial ${n} ${p}`), COUNT, n, p)
    assert.isTrue(values.every((k) => k >= 0 && k <= n))
    assert.isAbove(surprise(values, probability, n), 1e-3)
  })

  it("have the moments of large means, where no table reaches", () => {
    const values = poissons(source("large"), COUNT, 1e9)
    assert.closeTo((mean(values) - 1e9) / Math.sqrt(1e9 / COUNT), 0, 4)
    assert.closeTo(variance(values) / 1e9, 1, 4 * Math.sqrt(2 / COUNT))
  })

  it("are sure where there is nothing to choose", () => {
    assert.isTrue(poissons(source("none"), 10, 0).every((k) => k === 0))
    assert.isTrue(binomials(source("none"), 10, 7, 0).every((k) => k === 0))
    assert.isTrue(binomials(source("none"), 10, 7, 1).every((k) => k === 7))
    assert.isTrue(binomials(source("none"), 10, 0, 0.5).every((k) => k === 0))
  })

  it("follow the weights of their categories", () => {
    const weights = [1, 0, 5, 2.5, 0.25, 1e-30]
    const values = new Categorical(weights).choices(source("categories"), COUNT)
    assert.isFalse(values.includes(1) || values.includes(5))
    assert.isAbove(
      surprise(values, (k) => (weights[k] ?? 0) / 8.75, 4),
      1e-3
    )
    assert.isTrue(new Categorical([3]).choices(source("one"), 5).every((choice) => choice === 0))
  })
})

describe("vectors, selections and sequences", () => {
  it("are normal with the covariance whose factor is given", () => {
    const covariance = Float64Array.of(4, 1, -1, 1, 2, 0.5, -1, 0.5, 3)
    const average = Float64Array.of(1, -2, 5)
    const points = multivariateNormals(source("vectors"), COUNT, average, factor(covariance, 3))
    const column = (j: number) => Float64Array.from({ length: COUNT }, (_, i) => points[3 * i + j]! - average[j]!)
    for (let j = 0; j < 3; j++) {
      for (let k = 0; k <= j; k++) {
        const products = column(j).map((value, i) => value * points[3 * i + k]! - value * average[k]!)
        assert.closeTo(mean(products), covariance[3 * j + k]!, 4 * Math.sqrt(variance(products) / COUNT))
      }
      assert.isBelow(
        distance(column(j), (x) => normalCdf(x / Math.sqrt(covariance[4 * j]!))),
        1.95
      )
    }
  })

  it("lie on the sphere, each coordinate of three uniform: Archimedes", () => {
    const points = onSphere(source("sphere"), COUNT, 3)
    for (let i = 0; i < 50; i++) assert.closeTo(norm(points.subarray(3 * i, 3 * i + 3)), 1, 1e-15)
    for (let j = 0; j < 3; j++) {
      const height = Float64Array.from({ length: COUNT }, (_, i) => points[3 * i + j]!)
      assert.isBelow(
        distance(height, (x) => (x + 1) / 2),
        1.95
      )
    }
  })

  it("choose different numbers, every selection alike", () => {
    const draws = Array.from({ length: 6000 }, (_, i) => withoutReplacement(stream(i, "selection"), 5, 2))
    assert.isTrue(draws.every(([a, b]) => a !== b))
    const codes = draws.map(([a, b]) => 5 * a! + b!)
    assert.isAbove(
      surprise(codes, (k) => (k % 6 === 0 ? 0 : 1 / 20), 24),
      1e-3
    )
    const all = withoutReplacement(source("all"), 1000, 1000)
    assert.deepStrictEqual(
      all.slice().sort(),
      Int32Array.from({ length: 1000 }, (_, i) => i)
    )
    assert.deepStrictEqual([...shuffled(source("letters"), ["a", "b", "c"])].sort(), ["a", "b", "c"])
    assert.strictEqual(withoutReplacement(source("empty"), 0, 0).length, 0)
  })

  // Published: the first points of the sequence of Joe and Kuo, as SciPy has them.
  it("are the points of Sobol, from any one on", () => {
    const expected = [
      0, 0, 0, 0.5, 0.5, 0.5, 0.75, 0.25, 0.25, 0.25, 0.75, 0.75, 0.375, 0.375, 0.625, 0.875, 0.875, 0.125
    ]
    assert.deepStrictEqual([...sobol(6, 3)], expected)
    assert.deepStrictEqual(sobol(20, 64, { first: 1000 }), sobol(1020, 64).slice(64_000))
    const last = sobol(1, 64, { first: 4095 })
    assert.strictEqual(
      last.reduce((sum, x, d) => sum + x * (d + 1), 0),
      1010.0126953125
    )
  })

  it("have one point of the sequence of Sobol in each slice of each dimension, shifted or not", () => {
    for (const shift of [undefined, source("shift")]) {
      const points = sobol(256, 64, shift === undefined ? {} : { shift })
      for (let d = 0; d < 64; d++) {
        const slices = new Set(Array.from({ length: 256 }, (_, i) => Math.floor(256 * points[64 * i + d]!)))
        assert.strictEqual(slices.size, 256)
      }
    }
  })

  it("refuse what has no meaning", () => {
    const s = source("refusals")
    assert.throws(() => GammaVariates.gammas(s, 1, 0), /shape is 0/u)
    assert.throws(() => GammaVariates.betas(s, 1, 1, Number.NaN), /b is NaN/u)
    assert.throws(() => poissons(s, 1, -1), /mean -1/u)
    assert.throws(() => binomials(s, 1, 2.5, 0.5), /2.5 trials/u)
    assert.throws(() => Inversion.truncatedNormals(s, 1, 2, 2), /between 2 and 2/u)
    assert.throws(() => new Categorical([1, -1]), /weight 1/u)
    assert.throws(() => new Categorical([0, 0]), /add up to 0/u)
    assert.throws(() => multivariateNormals(s, 1, new Float64Array(2), new Float64Array(3)), /3 elements/u)
    assert.throws(() => onSphere(s, 1, 0), /dimension 0/u)
    assert.throws(() => withoutReplacement(s, 3, 4), /4 of 3/u)
    assert.throws(() => sobol(1, 65), /65 dimensions/u)
  })
})

describe("bulk streams", () => {
  it("have the bits of plain ones, across calls of any length, to the ends of the tails", () => {
    for (const [seed, name] of [
      [1, "a"],
      [2n ** 64n - 1n, "long name"],
      [-5, ""]
    ] as const) {
      const [bulk, plain] = [bulkStream(seed, name), stream(seed, name)]
      for (const count of [1, 2, 3, 0, 7, 2047, 2048, 5000]) {
        assert.deepStrictEqual(bulk.uniforms(count), plain.uniforms(count))
        assert.deepStrictEqual(bulk.normals(count), plain.normals(count))
      }
    }
    const [bulk, plain] = [bulkStream(3, "tails"), stream(3, "tails")]
    assert.deepStrictEqual(bulk.normals(100_000), plain.normals(100_000))
  })
})
