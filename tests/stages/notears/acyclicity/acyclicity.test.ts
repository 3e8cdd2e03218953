import { assert, describe, it } from "@effect/vitest"
import { determinant } from "../../../../stages/math/linear/Lu.ts"
import { type OfStrengths, ofMagnitudes, ofSquares } from "../../../../stages/notears/acyclicity/Acyclicity.ts"
import { exponential } from "../../../../stages/notears/acyclicity/exponential.ts"
import { logDeterminant } from "../../../../stages/notears/acyclicity/log-determinant.ts"
import { polynomial } from "../../../../stages/notears/acyclicity/polynomial.ts"
import { pathsByBruteForce, randomDag } from "../graphs.ts"
import { randomWeights } from "./random-weights.ts"

type Make = (d: number) => OfStrengths

/** Whether an edge goes from i to j where a path goes from j to i. */
const hasCycle = (w: Float64Array, d: number): boolean => {
  const leads = pathsByBruteForce(w, d)
  return w.some((weight, at) => weight !== 0 && leads[(at % d) * d + Math.floor(at / d)] === 1)
}

const FUNCTIONS: ReadonlyArray<readonly [string, Make]> = [
  ["exponential", exponential],
  ["polynomial", polynomial],
  ["log-determinant, s = 1", (d) => logDeterminant(d, 1)],
  ["log-determinant, s = 0.7", (d) => logDeterminant(d, 0.7)]
]

describe.each(FUNCTIONS)("%s", (_, make) => {
  it.each([
    ["squares", ofSquares],
    ["magnitudes", ofMagnitudes]
  ] as const)("of %s has the gradient that finite differences give", (_, through) => {
    const d = 7
    const h = through(make(d), d)
    const w = randomWeights(d, 0.6, 3, 0.12)
    const [gradient, unused] = [new Float64Array(d * d), new Float64Array(d * d)]
    h(w, gradient)
    const step = 1e-5
    for (const [i, weight] of w.entries()) {
      // Where W_ij = 0, magnitudes have a kink.
      if (weight === 0) continue
      const at = (shift: number) => h(w.with(i, weight + shift), unused)
      const slope = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
      assert.closeTo(gradient[i]!, slope, 1e-8)
    }
  })

  it("is 0 where there is no cycle, and positive where there is one", () => {
    for (let seed = 0; seed < 40; seed++) {
      const d = 2 + (seed % 9)
      const h = make(d)
      const derivative = new Float64Array(d * d)
      const dag = randomDag(`acyclic ${seed}`, d, 0.5).weights.map(Math.abs)
      assert.closeTo(h(dag, derivative), 0, 1e-9 * (1 + Math.max(...derivative)))
      const any = randomWeights(d, 1.5 / d, seed, 0.1).map(Math.abs)
      if (hasCycle(any, d)) assert.isAbove(h(any, derivative), 0)
      else assert.closeTo(h(any, derivative), 0, 1e-12)
    }
  })

  it.each([5, 24, 25, 50])("has the derivative 0 exactly where no path leads back: d = %i", (d) => {
    const derivative = new Float64Array(d * d)
    for (let seed = 0; seed < 8; seed++) {
      // Weights of one size: products along paths stay far from underflow.
      const dag = randomDag(`paths ${seed}`, d, 2 / d).weights.map((weight) => (weight === 0 ? 0 : 0.5))
      make(d)(dag, derivative)
      const leads = pathsByBruteForce(dag, d)
      for (let i = 0; i < d; i++)
        for (let j = 0; j < d; j++)
          if (i !== j) assert.strictEqual(derivative[i * d + j]! > 0, leads[j * d + i] === 1, `${i} → ${j} of ${seed}`)
    }
  })

  it("is nothing to speak of without nodes, and with one", () => {
    assert.strictEqual(make(0)(new Float64Array(0), new Float64Array(0)), 0)
    const derivative = new Float64Array(1)
    assert.closeTo(make(1)(new Float64Array(1), derivative), 0, 1e-15)
    assert.isAbove(make(1)(Float64Array.of(0.3), derivative), 0)
  })

  it("is infinite where it is not defined", () => {
    const derivative = new Float64Array(9)
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, 1e300]) {
      const a = Float64Array.of(0, wrong, 0, wrong, 0, 0, 0.1, 0, 0)
      assert.strictEqual(make(3)(a, derivative), Number.POSITIVE_INFINITY)
    }
  })
})

describe("log-determinant", () => {
  it.each([3, 24, 35, 64])("agrees with the determinant of a general matrix: d = %i", (d) => {
    const a = randomWeights(d, 0.5, 11, 0.9 / d).map(Math.abs)
    const m = a.map((strength, i) => (i % (d + 1) === 0 ? 1 : 0) - strength)
    const { sign, logAbsolute } = determinant(m, d)
    assert.strictEqual(sign, 1)
    assert.closeTo(logDeterminant(d, 1)(a, new Float64Array(d * d)), -logAbsolute, 1e-12 * d)
  })

  it("is not defined beyond the border, where the determinant is positive again", () => {
    // Two cycles of strength 4: det (I − A) = (1 − 4)² > 0.
    const a = Float64Array.of(0, 2, 0, 0, 2, 0, 0, 0, 0, 0, 0, 2, 0, 0, 2, 0)
    assert.strictEqual(logDeterminant(4, 1)(a, new Float64Array(16)), Number.POSITIVE_INFINITY)
  })

  it("sums the walks back, each with the product of its weights", () => {
    // 0 → 1 → 2 and 0 → 2.
    const w = Float64Array.of(0, -2, 3, 0, 0, 5, 0, 0, 0)
    const g = new Float64Array(9)
    logDeterminant(3, 1)(w.map(Math.abs), g)
    assert.deepStrictEqual([...g], [1, 0, 0, 2, 1, 0, 13, 5, 1])
  })
})

describe("exponential", () => {
  it.each([1e-3, 1, 50, 1e25])(
    "has the weights of paths over factorials, and h of a cycle by its series: weight %f",
    (weight) => {
      const d = 6
      const path = Float64Array.from({ length: d * d }, (_, at) => (at % d === Math.floor(at / d) + 1 ? weight : 0))
      const derivative = new Float64Array(d * d)
      assert.strictEqual(exponential(d)(path, derivative), 0)
      for (let i = 0; i < d; i++) {
        let expected = 1
        for (let j = i + 1; j < d; j++) {
          expected *= weight / (j - i)
          assert.closeTo(derivative[j * d + i]!, expected, 1e-13 * expected)
        }
      }
      // Back from the last to the first with the weight ε: 6 Σ_k (weight⁵ ε)ᵏ / (6 k)!, the second term of which is rounding.
      const back = 1e-9 / weight ** 5
      const h = exponential(d)(path.with((d - 1) * d, back), derivative)
      assert.closeTo(h, (6 * 1e-9) / 720, 1e-13)
    }
  )

  it("sees the longest path of a graph of many nodes", () => {
    const d = 120
    const path = Float64Array.from({ length: d * d }, (_, at) => (at % d === Math.floor(at / d) + 1 ? 4 : 0))
    const derivative = new Float64Array(d * d)
    exponential(d)(path, derivative)
    for (let i = 0; i < d; i++) for (let j = i; j < d; j++) assert.isAbove(derivative[j * d + i]!, 0)
  })
})
