import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { multiply } from "../../../stages/math/linear/Gemm.ts"
import { eigen } from "../../../stages/math/linear/SymmetricEigen.ts"
import { ActivationName, activation } from "../../../stages/ntk/Activation.ts"
import { type Architecture, limitKernels, type Points } from "../../../stages/ntk/limit-kernels.ts"
import { reals } from "../../reals.ts"
import { difference, normals } from "../arrays.ts"

const RELU: Architecture = { depth: 4, beta: 0.1, activation: "relu" }

const pointsFrom = (data: Float64Array, dimension: number): Points => ({
  data,
  count: data.length / dimension,
  dimension
})

const X = pointsFrom(normals("limit x", 6, 3).data, 3)
const Y = pointsFrom(normals("limit y", 4, 3).data, 3)

const scaled = (points: Points, factor: number): Points => ({ ...points, data: points.data.map((x) => factor * x) })

const Depth = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 8 }))
const Factor = reals(0.05, 20)

/** Σ and Θ of one pair by the recursion as the note has it, from the three numbers that it needs. */
const recursion = (x: Float64Array, y: Float64Array, { depth, beta, activation: name }: Architecture) => {
  const { dual } = activation(name)
  const inner = (a: Float64Array, b: Float64Array): number =>
    a.reduce((sum, value, i) => sum + value * b[i]!, 0) / a.length + beta * beta
  let [p, q, r] = [inner(x, x), inner(y, y), inner(x, y)]
  let theta = r
  for (let layer = 1; layer < depth; layer++) {
    const { value, slope } = dual(p, q, r)
    ;[p, q, r] = [dual(p, p, p).value + beta * beta, dual(q, q, q).value + beta * beta, value + beta * beta]
    theta = theta * slope + r
  }
  return { sigma: r, theta }
}

describe("limitKernels", () => {
  it.each(ActivationName.literals)("follows the recursion for each pair with %s", (name) => {
    const architecture = { depth: 3, beta: 0.3, activation: name }
    const { covariance, kernel } = limitKernels(X, Y, architecture)
    for (let i = 0; i < X.count; i++) {
      for (let j = 0; j < Y.count; j++) {
        const { sigma, theta } = recursion(X.data.slice(3 * i, 3 * i + 3), Y.data.slice(3 * j, 3 * j + 3), architecture)
        assert.closeTo(covariance[i * Y.count + j]!, sigma, 1e-14)
        assert.closeTo(kernel[i * Y.count + j]!, theta, 1e-14)
      }
    }
  })

  it.prop(
    "has on the diagonal without biases |x|² / (n₀ 2^(L−1)), and L times that, with relu",
    { depth: Depth },
    (given) => {
      const { covariance, kernel } = limitKernels(X, X, { depth: given.depth, beta: 0, activation: "relu" })
      for (let i = 0; i < X.count; i++) {
        const square = X.data.slice(3 * i, 3 * i + 3).reduce((sum, x) => sum + x * x, 0)
        const sigma = square / 3 / 2 ** (given.depth - 1)
        assert.closeTo(covariance[i * 7]! / sigma, 1, 1e-14)
        // The slope where a pair coincides is ½ to the accuracy of an angle near 0.
        assert.closeTo(kernel[i * 7]! / (given.depth * sigma), 1, 1e-7)
      }
    }
  )

  it.prop(
    "is homogeneous in each point without biases where its activation is",
    { depth: Depth, a: Factor, b: Factor },
    ({ depth, a, b }) => {
      for (const name of ["relu", "abs", "leaky-relu", "identity"] as const) {
        const architecture = { depth, beta: 0, activation: name }
        const one = limitKernels(X, Y, architecture)
        const other = limitKernels(scaled(X, a), scaled(Y, b), architecture)
        const times = (values: Float64Array) => values.map((value) => a * b * value)
        assert.isBelow(difference(other.kernel, times(one.kernel)), 1e-13 * a * b * depth)
        assert.isBelow(difference(other.covariance, times(one.covariance)), 1e-13 * a * b)
      }
    },
    { arbitrary: { runs: 30 } }
  )

  it.prop("does not change when all points turn", { angle: Factor, depth: Depth }, ({ angle, depth }) => {
    const [c, s] = [Math.cos(angle), Math.sin(angle)]
    const turn = (points: Points): Points => ({
      ...points,
      data: multiply(points.data, Float64Array.of(c, s, 0, -s, c, 0, 0, 0, 1), points.count, 3, 3)
    })
    const one = limitKernels(X, Y, { ...RELU, depth })
    const other = limitKernels(turn(X), turn(Y), { ...RELU, depth })
    assert.isBelow(difference(one.kernel, other.kernel), 1e-13)
  })

  it("gives the transpose when the sets change places", () => {
    const [one, other] = [limitKernels(X, Y, RELU), limitKernels(Y, X, RELU)]
    for (let i = 0; i < X.count; i++) {
      for (let j = 0; j < Y.count; j++) {
        assert.closeTo(one.kernel[i * Y.count + j]!, other.kernel[j * X.count + i]!, 1e-15)
        assert.closeTo(one.covariance[i * Y.count + j]!, other.covariance[j * X.count + i]!, 1e-15)
      }
    }
  })

  it("loses at most half the digits where a point meets itself in another set", () => {
    const [square, rectangle] = [limitKernels(X, X, RELU), limitKernels(X, { ...X }, RELU)]
    // An angle near 0 is known to √ε only.
    assert.isBelow(difference(square.kernel, rectangle.kernel), 1e-7)
    assert.isBelow(difference(square.covariance, rectangle.covariance), 1e-14)
  })

  it.each(ActivationName.literals)(
    "is symmetric and positive semidefinite with %s, and exceeds the covariance",
    (name) => {
      const points = pointsFrom(normals("limit psd", 12, 4).data, 4)
      const { covariance, kernel } = limitKernels(points, points, { ...RELU, activation: name })
      for (const matrix of [covariance, kernel, kernel.map((value, at) => value - covariance[at]!)]) {
        for (let at = 0; at < 144; at++) assert.strictEqual(matrix[at], matrix[(at % 12) * 12 + Math.floor(at / 12)])
        const { values } = eigen(matrix, 12)
        assert.isAbove(values[11]!, -1e-9 * values[0]!)
      }
    }
  )
})
