import { assert, describe, it } from "@effect/vitest"
import { determinant } from "../../../../stages/math/linear/Lu.ts"
import { Workspace } from "../../../../stages/math/linear/Workspace.ts"
import { log1p, sigmoid, softplus } from "../../../../stages/math/special/Exponential.ts"
import { LogisticTerms } from "../../../../stages/notears/loss/LogisticTerms.ts"
import type { Loss } from "../../../../stages/notears/loss/Loss.ts"
import { leastSquares } from "../../../../stages/notears/loss/least-squares.ts"
import { likelihood } from "../../../../stages/notears/loss/likelihood.ts"
import { logistic } from "../../../../stages/notears/loss/logistic.ts"
import { difference, normals } from "../../arrays.ts"
import { randomWeights } from "../acyclicity/random-weights.ts"

const N = 23
const D = 5
const X = normals("samples of a loss", N, D).data
const BITS = X.map((value) => (value > 0.2 ? 1 : 0))
const W = randomWeights(D, 0.7, 5)

/** XᵀX / n by its definition. */
const moments = (x: Float64Array): Float64Array =>
  Float64Array.from({ length: D * D }, (_, at) => {
    let sum = 0
    for (let row = 0; row < N; row++) sum += x[row * D + Math.floor(at / D)]! * x[row * D + (at % D)]!
    return sum / N
  })

/** (X W) of a row and a column. */
const predicted = (x: Float64Array, row: number, column: number): number => {
  let sum = 0
  for (let i = 0; i < D; i++) sum += x[row * D + i]! * W[i * D + column]!
  return sum
}

/** 1/n Σ over rows and columns. */
const mean = (x: Float64Array, term: (element: number, prediction: number) => number): number => {
  let sum = 0
  for (let row = 0; row < N; row++) for (let j = 0; j < D; j++) sum += term(x[row * D + j]!, predicted(x, row, j))
  return sum / N
}

const differences = (loss: Loss, w = W): Float64Array => {
  const [step, unused] = [1e-4, new Float64Array(D * D)]
  const at = (i: number, shift: number) => loss(w.with(i, w[i]! + shift), unused)
  return w.map((_, i) => (8 * (at(i, step) - at(i, -step)) - (at(i, 2 * step) - at(i, -2 * step))) / (12 * step))
}

describe("losses", () => {
  it("of least squares is that of the residuals, though it sees moments alone", () => {
    const loss = leastSquares(moments(X), D)
    const gradient = new Float64Array(D * D)
    assert.closeTo(
      loss(W, gradient),
      mean(X, (x, m) => (x - m) ** 2 / 2),
      1e-12
    )
    assert.isBelow(difference(gradient, differences(loss)), 1e-9)
  })

  it.each(["equal", "unequal"] as const)(
    "of a likelihood with %s variances is the best over all of these",
    (variances) => {
      const loss = likelihood(moments(X), D, N, variances)
      const [gradient, cyclic] = [new Float64Array(D * D), W.map((weight) => 0.3 * weight)]
      const value = loss(cyclic, gradient)
      const rest = cyclic.map((weight, at) => (at % (D + 1) === 0 ? 1 : 0) - weight)
      const { logAbsolute } = determinant(rest, D)
      const squares = Array.from({ length: D }, (_, j) =>
        Array.from({ length: N }, (_, row) => {
          let left = 0
          for (let i = 0; i < D; i++) left += X[row * D + i]! * rest[i * D + j]!
          return left * left
        }).reduce((sum, square) => sum + square, 0)
      )
      const all = squares.reduce((sum, square) => sum + square, 0)
      const logs =
        variances === "equal" ? D * Math.log(all) : squares.reduce((sum, square) => sum + Math.log(square), 0)
      assert.closeTo(value, logs / 2 - logAbsolute, 1e-11)
      assert.isBelow(difference(gradient, differences(loss, cyclic)), 1e-8)
    }
  )

  it("of a likelihood is infinite where I − W is singular, or no number", () => {
    for (const weights of [Float64Array.of(0, 1, 1, 0), Float64Array.of(0, Number.NaN, 0, 0)]) {
      const loss = likelihood(Float64Array.of(1, 0, 0, 1), 2, 5, "equal")
      assert.strictEqual(loss(weights, new Float64Array(4)), Number.POSITIVE_INFINITY)
    }
  })

  it("of logistic models is the negative logarithm of the likelihood", () => {
    const { loss } = logistic({ data: BITS, n: N, d: D })
    const gradient = new Float64Array(D * D)
    const value = loss(W, gradient)
    assert.closeTo(
      value,
      mean(BITS, (x, m) => softplus(m) - x * m),
      1e-13
    )
    assert.closeTo(
      value,
      mean(BITS, (x, m) => -Math.log(x === 1 ? sigmoid(m) : 1 - sigmoid(m))),
      1e-12
    )
    assert.isBelow(difference(gradient, differences(loss)), 1e-9)
  })

  it("of logistic models does not overflow", () => {
    const { loss } = logistic({ data: Float64Array.of(1, 1, 0, 1), n: 2, d: 2 })
    const gradient = new Float64Array(4)
    // The first variable predicts the second by 1 e⁻¹⁰⁰⁰ and by log (1 + 1).
    assert.closeTo(loss(Float64Array.of(0, 1000, 0, 0), gradient), (2 * Math.LN2 + log1p(1)) / 2, 1e-12)
    assert.isTrue(gradient.every(Number.isFinite))
  })

  it("of logistic models adds up more rows than it takes at once, each by its share, and bits that are nearly certain", () => {
    const [rows, width] = [1500, 3]
    const margins = normals("margins", rows, width).data.map((value, at) => (at % 7 === 0 ? 300 * value : 3 * value))
    const bits = margins.map((_, at) => (at % 5 < 2 ? 1 : 0))
    const shares = Float64Array.from({ length: rows }, (_, row) => (1 + (row % 4)) / rows)
    const space = new Workspace("f64")
    const m = space.matrix(rows, width)
    const terms = new LogisticTerms(space, width)
    m.set(margins)
    const value = terms.residuals(bits, m.data, shares)
    let sum = 0
    for (const [at, margin] of margins.entries()) {
      const share = shares[Math.floor(at / width)]!
      sum += share * (softplus(margin) - bits[at]! * margin)
      assert.closeTo(m.data[at]!, share * (sigmoid(margin) - bits[at]!), 1e-16)
    }
    assert.closeTo(value, sum, 1e-12 * sum)
  })
})
