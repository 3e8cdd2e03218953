import { assert, describe, it, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import type { Tensor } from "../../../core/stage/ArtifactKind.ts"
import mnist from "../../../stages/data/mnist.ts"
import pca from "../../../stages/kernel/pca.ts"
import analytic from "../../../stages/ntk/analytic.ts"
import { reals } from "../../reals.ts"
import { ANGLES, bothInOrder, columnsInOrder, difference, norm, normals, row, tensor } from "../arrays.ts"
import { runStage, takes } from "../run-stage.ts"
import { circulant, evenAngles, limitOnCircle, scaled } from "./kernels.ts"

const componentsOf = (kernel: Tensor, components = 3) =>
  Effect.map(runStage(pca, { components }, { kernel }), ({ outputs }) => outputs)

describe("kernel/pca", () => {
  const N = 16
  const COEFFICIENTS = [1, 0.8, 0.3, 0.1]

  it.effect("has the eigenvalues of a kernel that turns with the circle: its Fourier coefficients", () =>
    Effect.gen(function* () {
      const { eigenvalues } = yield* componentsOf(circulant(N, COEFFICIENTS), 7)
      // cos m(γ − γ') = cos mγ cos mγ' + sin mγ sin mγ', and each of the two has square mean ½.
      assert.isBelow(difference(eigenvalues.data, [1, 0.4, 0.4, 0.15, 0.15, 0.05, 0.05]), 1e-10)
    })
  )

  it.effect("has its Fourier modes as eigenfunctions, of norm 1 in the empirical distribution", () =>
    Effect.gen(function* () {
      const { eigenfunctions } = yield* componentsOf(circulant(N, COEFFICIENTS), 5)
      assert.isBelow(difference(row(eigenfunctions, 0), new Array(N).fill(1)), 1e-8)
      for (let index = 0; index < 5; index++) {
        const mode = Math.ceil(index / 2)
        const f = row(eigenfunctions, index)
        const along = (wave: (x: number) => number): number =>
          evenAngles(N).reduce((sum, angle, i) => sum + f[i]! * wave(mode * angle), 0) / N
        const [c, s] = [2 * along(Math.cos), 2 * along(Math.sin)]
        const wave = evenAngles(N).map((angle) => c * Math.cos(mode * angle) + s * Math.sin(mode * angle))
        assert.isBelow(difference(f, mode === 0 ? f.map(() => 1) : wave), 1e-8)
        for (let other = 0; other <= index; other++) {
          const product = row(eigenfunctions, other).reduce((sum, value, i) => sum + value * f[i]!, 0) / N
          assert.closeTo(product, other === index ? 1 : 0, 1e-12)
        }
      }
    })
  )

  it.effect("has the discrete Fourier transform of the tangent kernel as its eigenvalues", () =>
    Effect.gen(function* () {
      const angles = evenAngles(24)
      const { kernel } = limitOnCircle(angles)
      const transform = angles.map(
        (_, m) => angles.reduce((sum, angle, i) => sum + kernel.data[i]! * Math.cos(m * angle), 0) / 24
      )
      const { eigenvalues } = yield* componentsOf(kernel, 5)
      assert.isBelow(difference(eigenvalues.data, transform.sort((a, b) => b - a).slice(0, 5)), 1e-10)
    })
  )

  it.effect.prop(
    "scales its eigenvalues with the kernel, and keeps its eigenfunctions",
    { factor: reals(1e-3, 1e3) },
    ({ factor }) =>
      Effect.gen(function* () {
        const { kernel } = limitOnCircle(ANGLES)
        const [one, other] = [yield* componentsOf(kernel), yield* componentsOf(scaled(kernel, factor))]
        const expected = [...one.eigenvalues.data].map((value) => factor * value)
        assert.isBelow(difference(other.eigenvalues.data, expected), 1e-9 * factor)
        assert.isBelow(difference(other.eigenfunctions.data, one.eigenfunctions.data), 1e-6)
      })
  )

  it.effect("follows the numbering of the points", () =>
    Effect.gen(function* () {
      const { kernel } = limitOnCircle(ANGLES)
      const order = [3, 0, 4, 1, 2]
      const [one, other] = [yield* componentsOf(kernel), yield* componentsOf(bothInOrder(kernel, order))]
      assert.isBelow(difference(other.eigenvalues.data, one.eigenvalues.data), 1e-10)
      assert.isBelow(difference(other.eigenfunctions.data, columnsInOrder(one.eigenfunctions, order).data), 1e-6)
    })
  )

  it.effect("leaves a residual within the tolerance that it was given", () =>
    Effect.gen(function* () {
      const { kernel } = limitOnCircle(ANGLES)
      for (const tolerance of [1e-3, 1e-12]) {
        const { eigenvalues, eigenfunctions } = (yield* runStage(pca, { tolerance }, { kernel })).outputs
        for (const [index, value] of [...eigenvalues.data].entries()) {
          const f = row(eigenfunctions, index)
          const residual = f.map(
            (component, i) =>
              row(kernel, i).reduce((sum, k, j) => sum + k * f[j]!, 0) / ANGLES.length - value * component
          )
          // With deflation, the errors of earlier components add to that of a later one.
          assert.isBelow(norm(residual) / norm(f), 3 * tolerance * eigenvalues.data[0]! + 1e-15)
        }
      }
    })
  )

  it.effect("records eigenvalues by number and their gaps, all finite", () =>
    Effect.gen(function* () {
      const { metrics } = yield* runStage(pca, {}, { kernel: circulant(N, COEFFICIENTS) })
      assert.deepStrictEqual(Object.keys(metrics), [
        "lambda1",
        "lambda2",
        "lambda3",
        "lambda1/lambda2",
        "lambda2/lambda3"
      ])
      assert.closeTo(metrics["lambda1/lambda2"]!, 2.5, 1e-9)
      assert.closeTo(metrics["lambda2/lambda3"]!, 1, 1e-9)
    })
  )

  it.effect("has no more components than points", () =>
    Effect.gen(function* () {
      const { outputs, metrics } = yield* runStage(pca, { components: 5 }, { kernel: tensor([2, 0, 0, 1], 2, 2) })
      assert.isBelow(difference(outputs.eigenvalues.data, [1, 0.5]), 1e-10)
      assert.deepStrictEqual(Object.keys(metrics), ["lambda1", "lambda2", "lambda1/lambda2"])
      const single = yield* runStage(pca, {}, { kernel: tensor([3], 1, 1) })
      assert.deepStrictEqual(single.metrics, { lambda1: 3 })
    })
  )

  it.effect("records no gap to an eigenvalue that is round-off, nor one that is no number", () =>
    Effect.gen(function* () {
      const gaps = (kernel: Tensor) =>
        Effect.map(runStage(pca, {}, { kernel }), ({ metrics }) =>
          Object.keys(metrics).filter((name) => name.includes("/"))
        )
      // Of rank 1 and of rank 2, up to the rounding of their elements.
      const [a, b] = [normals("pca a", 9).data, normals("pca b", 9).data]
      const outer = (x: Float64Array) =>
        Float64Array.from({ length: 81 }, (_, at) => x[at % 9]! * x[Math.floor(at / 9)]!)
      assert.deepStrictEqual(yield* gaps(tensor(outer(a), 9, 9)), [])
      const two = outer(a).map((value, at) => value + outer(b)[at]!)
      assert.deepStrictEqual(yield* gaps(tensor(two, 9, 9)), ["lambda1/lambda2"])
      assert.deepStrictEqual(yield* gaps(tensor(new Array(9).fill(0), 3, 3)), [])
    })
  )

  it.effect("fails where power iteration does not come to an end, and says at which component", () =>
    Effect.gen(function* () {
      const turning = tensor([2, 0, 0, 0, 1, 0, 0, 0, -1], 3, 3)
      const error = yield* Effect.flip(componentsOf(turning))
      assert.strictEqual(error._tag, "NotConverged")
      assert.match(
        error.message,
        /^component 2 has a residual of 0\.\d+ where 1e-10 was asked for, after 10000 iterations: .* too close/u
      )
      const broken = yield* Effect.flip(componentsOf(tensor([1, Number.NaN, Number.NaN, 1], 2, 2)))
      assert.match(broken.message, /^component 1 has a residual of NaN .*: the kernel holds what is no finite number$/u)
    })
  )

  it.effect("refuses a matrix that is not square", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(componentsOf(tensor([1, 2, 3, 4, 5, 6], 3, 2)))
      assert.strictEqual(error._tag, "ShapeMismatch")
      assert.strictEqual(error.message, "kernel has shape 3×2, expected 3×3")
    })
  )

  it("asks for at least one component, and a tolerance above 0", () => {
    assert.isTrue(takes(pca, {}))
    assert.isFalse(takes(pca, { components: 0 }))
    assert.isFalse(takes(pca, { tolerance: 0 }))
  })
})

class Digits extends Context.Service<Digits, Tensor>()("Digits") {}

const drawn = Layer.effect(
  Digits,
  Effect.map(runStage(mnist, { count: 512 }, {}), ({ outputs }) => outputs.images)
)

/** Metrics of the components of the digits' kernel. */
const onDigits = (depth: number, beta: number) =>
  Effect.gen(function* () {
    const { kernel } = (yield* runStage(analytic, { depth, beta }, { points: yield* Digits })).outputs
    return (yield* runStage(pca, {}, { kernel })).metrics
  })

// Means and standard deviations over 20 random batches, by independent code (the paper's note, section 3).
layer(drawn)("kernel/pca of 512 digits", (it) => {
  it.effect.each([
    [4, [0.0515, 0.00192, 0.00145], [0.0004, 0.00012, 0.00008]],
    [5, [0.0457, 0.00121, 0.00087], [0.0002, 0.00006, 0.00003]]
  ] as const)("has the reference eigenvalues at depth %i, within three deviations of a batch", ([depth, means, sds]) =>
    Effect.gen(function* () {
      const metrics = yield* onDigits(depth, 0.1)
      for (const [index, expected] of means.entries()) {
        assert.closeTo(metrics[`lambda${index + 1}`]!, expected, 3 * sds[index]!, `lambda${index + 1}`)
      }
    })
  )

  it.effect("has the first eigenvalue that the paper prints at depth 5, and not at depth 4", () =>
    Effect.gen(function* () {
      assert.closeTo((yield* onDigits(5, 0.1))["lambda1"]! / 0.0457, 1, 0.02)
      assert.isAbove((yield* onDigits(4, 0.1))["lambda1"]! / 0.0457, 1.1)
    })
  )

  it.effect.each([
    [4, 26.7, 400],
    [5, 38.6, 539]
  ] as const)("has a gap that strong biases widen 14 to 15 times at depth %i", ([depth, weak, strong]) =>
    Effect.gen(function* () {
      const [narrow, wide] = [yield* onDigits(depth, 0.1), yield* onDigits(depth, 1)]
      // The second eigenvalue varies by 6 % between batches: three deviations of the ratio are 18 %.
      assert.closeTo(narrow["lambda1/lambda2"]! / weak, 1, 0.18)
      assert.closeTo(wide["lambda1/lambda2"]! / strong, 1, 0.18)
      const widening = wide["lambda1/lambda2"]! / narrow["lambda1/lambda2"]!
      assert.isTrue(widening > 13.5 && widening < 15.5, `the gap grows ${widening} times`)
    })
  )
})
