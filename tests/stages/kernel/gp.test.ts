import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import circle from "../../../stages/data/circle.ts"
import gp from "../../../stages/kernel/gp.ts"
import ode from "../../../stages/kernel/ode.ts"
import { factor } from "../../../stages/math/linear/Cholesky.ts"
import { multiply } from "../../../stages/math/linear/Gemm.ts"
import { solve } from "../../../stages/math/linear/Lu.ts"
import { expm } from "../../../stages/math/linear/MatrixExponential.ts"
import { eigen } from "../../../stages/math/linear/SymmetricEigen.ts"
import { stream } from "../../../stages/math/random/Philox.ts"
import { mean, variance } from "../../../stages/math/special/Statistics.ts"
import analytic from "../../../stages/ntk/analytic.ts"
import { reals } from "../../reals.ts"
import { ANGLES, bothInOrder, columnsInOrder, difference, normals, tensor } from "../arrays.ts"
import { runStage, takes } from "../run-stage.ts"
import { limitOnCircle, scaled } from "./kernels.ts"

const N = ANGLES.length
const TEST = [1.2, -1.7, 0]
const M = TEST.length
const TARGETS = normals("gp targets", N)

const inputsFor = (test: ReadonlyArray<number>) => ({
  kernel: limitOnCircle(ANGLES).kernel,
  kernelCross: limitOnCircle(test, ANGLES).kernel,
  covariance: limitOnCircle(ANGLES).covariance,
  covarianceCross: limitOnCircle(test, ANGLES).covariance,
  covarianceOthers: limitOnCircle(test).covariance,
  targets: TARGETS
})

type Given = ReturnType<typeof inputsFor>

const INPUTS = inputsFor(TEST)

const processAt = (time: number | "infinity", inputs: Given = INPUTS) =>
  Effect.map(runStage(gp, { time }, inputs), ({ outputs }) => outputs)

const priorDeviation = TEST.map((_, i) => Math.sqrt(INPUTS.covarianceOthers.data[i * M + i]!))

const transposed = (a: Float64Array, rows: number, columns: number): Float64Array =>
  Float64Array.from({ length: a.length }, (_, at) => a[(at % rows) * columns + Math.floor(at / rows)]!)

/** K(x, X) K⁻¹ (1 − e^(−tK/N)) without eigenvectors: by elimination and a matrix exponential. */
const learnedMap = ({ kernel, kernelCross }: Given, time: number): Float64Array => {
  const decay = expm(
    kernel.data.map((element) => (-time * element) / N),
    N
  )
  const missing = decay.map((element, at) => (at % (N + 1) === 0 ? 1 : 0) - element)
  return multiply(kernelCross.data, solve(kernel.data, N, missing, N), M, N, N)
}

/** Σ_xx − A Σ_Xx − Σ_xX Aᵀ + A Σ_XX Aᵀ, all of it. */
const covarianceWith = (a: Float64Array, { covariance, covarianceCross, covarianceOthers }: Given): Float64Array => {
  const half = multiply(a, covarianceCross.data, M, M, N, { transposeB: true })
  const rest = multiply(multiply(a, covariance.data, M, N, N), a, M, M, N, { transposeB: true })
  return covarianceOthers.data.map((value, at) => value - half[at]! - transposed(half, M, M)[at]! + rest[at]!)
}

const deviations = (covariance: Float64Array): ReadonlyArray<number> =>
  TEST.map((_, i) => Math.sqrt(covariance[i * M + i]!))

describe("kernel/gp", () => {
  it.effect("is at time 0 the process of the untrained networks", () =>
    Effect.gen(function* () {
      const { mean, deviation } = yield* processAt(0)
      assert.deepStrictEqual([...mean.data], [0, 0, 0])
      assert.deepStrictEqual([...deviation.data], priorDeviation)
    })
  )

  it.effect("interpolates at infinite time: the targets with certainty on training points", () =>
    Effect.gen(function* () {
      const { mean, deviation } = yield* processAt("infinity", inputsFor(ANGLES))
      assert.isBelow(difference(mean.data, TARGETS.data), 1e-12)
      // Variances cancel to round-off of about 1e-16, of which this is the root.
      assert.isBelow(difference(deviation.data, new Array(N).fill(0)), 1e-7)
    })
  )

  it.effect("comes to its limit also where points are there twice: mean targets, and their deviation", () =>
    Effect.gen(function* () {
      const twice = [...ANGLES, ANGLES[0]!, ANGLES[2]!]
      const given = {
        kernel: limitOnCircle(twice).kernel,
        kernelCross: limitOnCircle(TEST, twice).kernel,
        covariance: limitOnCircle(twice).covariance,
        covarianceCross: limitOnCircle(TEST, twice).covariance,
        covarianceOthers: limitOnCircle(TEST).covariance,
        targets: tensor([...TARGETS.data, TARGETS.data[0]! + 2, TARGETS.data[2]! - 1])
      }
      const end = yield* processAt("infinity", given)
      const late = yield* processAt(1e6, given)
      assert.isBelow(difference(end.mean.data, late.mean.data), 1e-8)
      assert.isBelow(difference(end.deviation.data, late.deviation.data), 1e-8)
      // Two targets for one point are their mean for it.
      const means = tensor([TARGETS.data[0]! + 1, TARGETS.data[1]!, TARGETS.data[2]! - 0.5, ...TARGETS.data.slice(3)])
      const once = yield* processAt("infinity", { ...INPUTS, targets: means })
      assert.isBelow(difference(end.mean.data, once.mean.data), 1e-11)
      assert.isBelow(difference(end.deviation.data, once.deviation.data), 1e-9)
    })
  )

  it.effect("has a limit for the points that data/circle gives unasked, of which two are one", () =>
    Effect.gen(function* () {
      const { points, angles } = (yield* runStage(circle, { points: 13 }, {})).outputs
      const { points: others } = (yield* runStage(circle, { angles: TEST }, {})).outputs
      const [training, cross, test] = [
        (yield* runStage(analytic, {}, { points })).outputs,
        (yield* runStage(analytic, {}, { points: others, others: points })).outputs,
        (yield* runStage(analytic, {}, { points: others })).outputs
      ]
      const at = (time: number | "infinity") =>
        processAt(time, {
          kernel: training.kernel,
          kernelCross: cross.kernel,
          covariance: training.covariance,
          covarianceCross: cross.covariance,
          covarianceOthers: test.covariance,
          targets: tensor(Array.from(angles.data, Math.sin))
        } as Given)
      const [late, end] = [yield* at(1e6), yield* at("infinity")]
      assert.isBelow(difference(end.mean.data, late.mean.data), 1e-8)
      assert.isBelow(difference(end.deviation.data, late.deviation.data), 1e-8)
      assert.isAbove(Math.max(...end.deviation.data), 1e-3)
    })
  )

  it.effect(
    "refuses infinite time for a kernel that is not positive semidefinite, and says how far it is from it",
    () =>
      Effect.gen(function* () {
        const given = {
          kernel: tensor([1, 0, 0, -1], 2, 2),
          kernelCross: tensor([1, 0], 1, 2),
          covariance: tensor([1, 0, 0, 1], 2, 2),
          covarianceCross: tensor([1, 0], 1, 2),
          covarianceOthers: tensor([1], 1, 1),
          targets: tensor([1, 1])
        }
        const error = yield* Effect.flip(processAt("infinity", given as Given))
        assert.strictEqual(error._tag, "NoLimit")
        assert.strictEqual(
          error.message,
          "the kernel is not positive semidefinite, so training has no limit: the eigenvalues of K/N go from 0.5 down to -0.5"
        )
        assert.isTrue(Number.isFinite((yield* processAt(5, given as Given)).mean.data[0]))
      })
  )

  it.effect("is at infinite time kernel regression without a ridge", () =>
    Effect.gen(function* () {
      const a = transposed(solve(INPUTS.kernel.data, N, transposed(INPUTS.kernelCross.data, M, N), M), N, M)
      const { mean, deviation } = yield* processAt("infinity")
      assert.isBelow(difference(mean.data, multiply(a, TARGETS.data, M, 1, N)), 1e-12)
      assert.isBelow(difference(deviation.data, deviations(covarianceWith(a, INPUTS))), 1e-11)
    })
  )

  it.effect("is the posterior of Gaussian-process regression where the kernel is the covariance", () =>
    Effect.gen(function* () {
      const { covariance, covarianceCross, covarianceOthers } = INPUTS
      const bayes = { ...INPUTS, kernel: covariance, kernelCross: covarianceCross }
      const { deviation } = yield* processAt("infinity", bayes)
      const solved = solve(covariance.data, N, transposed(covarianceCross.data, M, N), M)
      const explained = multiply(covarianceCross.data, solved, M, M, N)
      const expected = deviations(covarianceOthers.data.map((value, at) => value - explained[at]!))
      assert.isBelow(difference(deviation.data, expected), 1e-11)
    })
  )

  it.effect.each([0.5, 10, 55, 1000])("has at time %d what elimination and a matrix exponential give", (time) =>
    Effect.gen(function* () {
      const a = learnedMap(INPUTS, time)
      const { mean, deviation } = yield* processAt(time)
      assert.isBelow(difference(mean.data, multiply(a, TARGETS.data, M, 1, N)), 1e-12)
      assert.isBelow(difference(deviation.data, deviations(covarianceWith(a, INPUTS))), 1e-11)
    })
  )

  it.effect("has the mean and variance of functions drawn from the prior and trained by kernel/ode", () =>
    Effect.gen(function* () {
      const [time, draws] = [60, 400]
      const size = N + M
      const joint = limitOnCircle([...ANGLES, ...TEST]).covariance.data
      const root = factor(joint, size)
      const random = stream(4, "prior")
      const ends = Array.from({ length: M }, () => new Float64Array(draws))
      for (let draw = 0; draw < draws; draw++) {
        const start = multiply(root, random.normals(size), size, 1, size)
        const { predictions } = (yield* runStage(
          ode,
          { times: [time] },
          {
            kernel: INPUTS.kernel,
            targets: TARGETS,
            start: tensor(start.slice(0, N)),
            cross: INPUTS.kernelCross,
            startOthers: tensor(start.slice(N))
          }
        )).outputs
        for (const [i, values] of ends.entries()) values[draw] = predictions.data[i]!
      }
      const found = yield* processAt(time)
      for (const [i, values] of ends.entries()) {
        const deviation = found.deviation.data[i]!
        // Four standard errors; that of a variance is √(2 / draws) of it.
        assert.closeTo(mean(values), found.mean.data[i]!, (4 * deviation) / Math.sqrt(draws))
        assert.closeTo(variance(values) / deviation ** 2, 1, 4 * Math.sqrt(2 / draws))
      }
    })
  )

  it.effect.each([3, 100, "infinity"] as const)(
    "has the variance of a positive semidefinite process at time %s",
    (time) =>
      Effect.gen(function* () {
        // The process is linear in its test points: Var(f_i + f_j) gives the covariances that the stage does not return.
        const pairs = TEST.flatMap((_, i) => TEST.map((_, j) => [i, j] as const))
        const combine = (rows: Float64Array, columns: number): Float64Array =>
          Float64Array.from(
            pairs.flatMap(([i, j]) =>
              Array.from({ length: columns }, (_, k) => rows[i * columns + k]! + rows[j * columns + k]!)
            )
          )
        const both = (matrix: Float64Array): Float64Array => {
          const rows = combine(matrix, M)
          return transposed(combine(transposed(rows, pairs.length, M), pairs.length), pairs.length, pairs.length)
        }
        const { deviation } = yield* processAt(time, {
          ...INPUTS,
          kernelCross: tensor(combine(INPUTS.kernelCross.data, N), pairs.length, N),
          covarianceCross: tensor(combine(INPUTS.covarianceCross.data, N), pairs.length, N),
          covarianceOthers: tensor(both(INPUTS.covarianceOthers.data), pairs.length, pairs.length)
        })
        const single = (yield* processAt(time)).deviation.data
        const covariance = Float64Array.from(
          pairs,
          ([i, j], at) => (deviation.data[at]! ** 2 - single[i]! ** 2 - single[j]! ** 2) / 2
        )
        for (const [i] of TEST.entries()) assert.closeTo(covariance[i * (M + 1)]!, single[i]! ** 2, 1e-14)
        const { values } = eigen(covariance, M)
        assert.isAbove(values[M - 1]!, -1e-14)
        assert.isAbove(values[0]!, 1e-4)
      })
  )

  it.effect.prop(
    "runs as much faster as the kernel is larger, and bears targets linearly",
    {
      time: reals(0, 300),
      factor: reals(0.2, 5)
    },
    ({ time, factor: by }) =>
      Effect.gen(function* () {
        const slow = yield* processAt(by * time)
        const fast = yield* processAt(time, {
          ...INPUTS,
          kernel: scaled(INPUTS.kernel, by),
          kernelCross: scaled(INPUTS.kernelCross, by),
          targets: scaled(TARGETS, -2)
        })
        assert.isBelow(
          difference(
            fast.mean.data,
            [...slow.mean.data].map((value) => -2 * value)
          ),
          1e-11
        )
        assert.isBelow(difference(fast.deviation.data, slow.deviation.data), 1e-11)
      }),
    { arbitrary: { runs: 30 } }
  )

  it.effect("follows the numbering of the training points", () =>
    Effect.gen(function* () {
      const order = [4, 2, 0, 1, 3]
      const other = yield* processAt(30, {
        ...INPUTS,
        kernel: bothInOrder(INPUTS.kernel, order),
        kernelCross: columnsInOrder(INPUTS.kernelCross, order),
        covariance: bothInOrder(INPUTS.covariance, order),
        covarianceCross: columnsInOrder(INPUTS.covarianceCross, order),
        targets: tensor(order.map((index) => TARGETS.data[index]!))
      })
      const one = yield* processAt(30)
      assert.isBelow(difference(other.mean.data, one.mean.data), 1e-13)
      assert.isBelow(difference(other.deviation.data, one.deviation.data), 1e-13)
    })
  )

  it.effect.each([
    ["kernel", tensor([1, 2], 2, 1), "kernel has shape 2×1, expected 2×2"],
    ["kernelCross", tensor([1, 2, 3], 3, 1), "kernelCross has shape 3×1, expected 3×5"],
    ["covariance", tensor([1], 1, 1), "covariance has shape 1×1, expected 5×5"],
    ["covarianceCross", INPUTS.covarianceOthers, "covarianceCross has shape 3×3, expected 3×5"],
    ["covarianceOthers", INPUTS.covariance, "covarianceOthers has shape 5×5, expected 3×3"],
    ["targets", tensor([1, 2, 3]), "targets has shape 3, expected 5"]
  ] as const)("refuses another shape of %s", ([input, wrong, message]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(processAt(1, { ...INPUTS, [input]: wrong }))
      assert.strictEqual(error._tag, "ShapeMismatch")
      assert.strictEqual(error.message, message)
    })
  )

  it("takes a time, or infinity by name", () => {
    assert.isTrue(takes(gp, { time: 200 }))
    assert.isTrue(takes(gp, { time: "infinity" }))
    assert.isFalse(takes(gp, { time: "forever" }))
    assert.isFalse(takes(gp, {}))
  })
})
