import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { stream } from "../../../stages/math/random/Philox.ts"
import { log1p } from "../../../stages/math/special/Exponential.ts"
import { logisticFit } from "../../../stages/notears/logistic-fit.ts"
import { mlpFit, networkOf } from "../../../stages/notears/mlp-fit.ts"
import type { FitNode } from "../../../stages/notears/NodewiseOrder.ts"
import { RememberedFits } from "../../../stages/notears/remembered-fits.ts"
import simulate from "../../../stages/notears/simulate-nonlinear.ts"
import topo from "../../../stages/notears/topo-general.ts"
import { difference, normals, tensor } from "../arrays.ts"
import { runStage } from "../run-stage.ts"

const N = 90
const D = 4
const BITS = {
  data: normals("bits of a fit", N, D).data.map((value, at, all) => (value + 0.5 * all[at - (at % D)]! > 0 ? 1 : 0)),
  n: N,
  d: D
}
const REALS = { data: normals("samples of a fit", N, D).data, n: N, d: D }
const BEFORE = Int32Array.of(0, 1, 3)

describe("logisticFit", () => {
  /** The score by its definition. */
  const score = (w: ArrayLike<number>, lambda: number): number => {
    let sum = 0
    for (let row = 0; row < N; row++) {
      let m = 0
      for (const [k, i] of BEFORE.entries()) m += w[k]! * BITS.data[row * D + i]!
      sum += log1p(Math.exp(m)) - m * BITS.data[row * D + 2]!
    }
    return sum / N + lambda * Array.from(w).reduce((all, weight) => all + Math.abs(weight), 0)
  }

  it.each([0, 0.01, 0.05])("is at the minimum of its score: λ = %f", (lambda) => {
    const { score: found, weights } = logisticFit(BITS, lambda)(2, BEFORE)
    assert.closeTo(found, score(weights, lambda), 1e-13)
    for (let i = 0; i < weights.length; i++) {
      for (const step of [-1e-3, 1e-3]) assert.isAbove(score(weights.with(i, weights[i]! + step), lambda), found)
    }
  })

  it("leaves all out where the penalty is large, and has log 2 without any node", () => {
    const { score: found, weights } = logisticFit(BITS, 1)(2, BEFORE)
    assert.deepStrictEqual([...weights], [0, 0, 0])
    assert.closeTo(found, Math.LN2, 1e-15)
    assert.closeTo(logisticFit(BITS, 1)(2, new Int32Array(0)).score, Math.LN2, 1e-15)
  })

  it("ends where a node tells another exactly, and nothing keeps its weight small", () => {
    const copies = { data: BITS.data.map((value, at) => (at % D === 2 ? BITS.data[at - 2]! : value)), n: N, d: D }
    const { score: found, weights } = logisticFit(copies, 0)(2, Int32Array.of(0))
    // A bit that is 0 keeps the chance ½.
    const zeros = copies.data.filter((value, at) => at % D === 2 && value === 0).length
    assert.closeTo(found, (zeros * Math.LN2) / N, 1e-6)
    assert.isTrue(Number.isFinite(weights[0]))
  })

  it("takes two nodes that are the same", () => {
    const twins = { data: BITS.data.map((value, at) => (at % D === 1 ? BITS.data[at - 1]! : value)), n: N, d: D }
    const [one, both] = [
      logisticFit(twins, 0.01)(2, Int32Array.of(0)),
      logisticFit(twins, 0.01)(2, Int32Array.of(0, 1))
    ]
    assert.closeTo(both.score, one.score, 1e-9)
  })
})

describe("mlpFit", () => {
  const SETTINGS = { hidden: 5, lambda1: 0.01, lambda2: 0.01, seed: 3, tolerance: 1e-9, maxIterations: 2000 }

  it("follows the gradient that finite differences give", () => {
    const network = networkOf(REALS, SETTINGS)(2, BEFORE)
    const values = stream(1, "network").uniforms(2 * 3 * 5 + 5)
    const [gradient, unused] = [new Float64Array(35), new Float64Array(35)]
    network.evaluate(values, gradient)
    const step = 1e-4
    const slopes = values.map((value, i) => {
      const at = (shift: number) => network.evaluate(values.with(i, value + shift), unused)
      return (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
    })
    assert.isBelow(difference(gradient, slopes), 1e-9)
  })

  it("has the score of its definition", () => {
    const values = stream(2, "network").uniforms(35)
    const [u, v, b] = [values.subarray(0, 15), values.subarray(15, 30), values.subarray(30)]
    let [squares, penalty] = [0, 0]
    for (let row = 0; row < N; row++) {
      let output = 0
      for (let h = 0; h < 5; h++) {
        let input = 0
        for (const [k, i] of BEFORE.entries()) input += (u[k * 5 + h]! - v[k * 5 + h]!) * REALS.data[row * D + i]!
        output += b[h]! / (1 + Math.exp(-input))
      }
      squares += (output - REALS.data[row * D + 2]!) ** 2
    }
    for (let i = 0; i < 15; i++) penalty += 0.01 * (u[i]! + v[i]!) + 0.005 * (u[i]! - v[i]!) ** 2
    for (const weight of b) penalty += 0.005 * weight * weight
    const found = networkOf(REALS, SETTINGS)(2, BEFORE).evaluate(values, new Float64Array(35))
    assert.closeTo(found, squares / (2 * N) + penalty, 1e-12)
  })

  it("depends on the set of nodes alone, and without any has a constant", () => {
    const fitNode = mlpFit(REALS, SETTINGS)
    const first = fitNode(2, BEFORE)
    fitNode(1, Int32Array.of(0))
    assert.deepStrictEqual(fitNode(2, BEFORE), first)
    const { score, weights } = fitNode(0, new Int32Array(0))
    assert.deepStrictEqual([...weights], [])
    // σ(0) = ½ five times: b = (½ m) / (5/4 + λ₂) each, for the mean m.
    let [mean, square] = [0, 0]
    for (let row = 0; row < N; row++) {
      mean += REALS.data[row * D]! / N
      square += REALS.data[row * D]! ** 2 / N
    }
    const b = mean / 2 / (5 / 4 + 0.01)
    assert.closeTo(score, square / 2 - (5 * b * mean) / 4, 1e-7)
  })
})

describe("notears/topo-general", () => {
  it("fits no node twice to the same nodes, and none that another has fitted", () => {
    let made = 0
    const make: FitNode = (node, before) => {
      made++
      return { score: node + before.length, weights: Float64Array.from(before, (i) => i / 4), flops: 1 }
    }
    const fits = new RememberedFits(make)
    const first = fits.fit(1, Int32Array.of(0, 2))
    assert.strictEqual(first.score, 3)
    assert.deepStrictEqual(fits.fit(1, Int32Array.of(0, 2)).weights, first.weights)
    fits.fit(0, Int32Array.of(1, 2))
    fits.fit(2, new Int32Array(0))
    assert.strictEqual(made, 3)
    const later = new RememberedFits(make)
    later.fit(0, new Int32Array(0))
    later.recall(fits.numbers())
    assert.strictEqual(later.count, 3)
    const again = later.fit(1, Int32Array.of(0, 2))
    assert.deepStrictEqual([again.score, ...again.weights, again.flops], [3, 0, 0.5, 0])
    assert.deepStrictEqual(later.fit(2, new Int32Array(0)).score, 2)
    assert.deepStrictEqual([made, later.numbers()], [4, fits.numbers()])
    // The third has no place beside the others.
    const small = new RememberedFits(make, 15)
    for (const node of [0, 1, 2, 2, 0]) small.fit(node, Int32Array.of(3, 4))
    assert.deepStrictEqual([made, small.count], [8, 4])
    assert.deepStrictEqual([...small.numbers()], [4, 2, 4, 2, 3, 4, 0.75, 1, 0, 2, 2, 3, 4, 0.75, 1])
  })

  it.effect("finds the graph of a logistic model, with a score that falls in every round", () =>
    Effect.gen(function* () {
      // 2 → 0 → 3, 1 → 3
      const weights = tensor([0, 0, 0, 1.8, 0, 0, 0, -1.9, -2, 0, 0, 0, 0, 0, 0, 0], 4, 4)
      const { X } = (yield* runStage(simulate, { model: "logistic", samples: 4000 }, { weights })).outputs
      const { outputs, metrics } = yield* runStage(topo, { score: "logistic", seed: 4 }, { X })
      assert.deepStrictEqual(
        Array.from(outputs.weights.data, (weight) => weight !== 0),
        Array.from(weights.data, (weight) => weight !== 0)
      )
      const scores = [metrics["score at start"]!, ...(outputs.rounds.columns["score"] as Float64Array)]
      for (let at = 1; at < scores.length; at++) assert.isAtMost(scores[at]!, scores[at - 1]!)
    })
  )

  it.effect("lowers the score of networks, and refuses what is no bit for a logistic model", () =>
    Effect.gen(function* () {
      const weights = tensor([0, 1, 0, 0, 0, 1, 0, 0, 0], 3, 3)
      const { X } = (yield* runStage(simulate, { model: "mlp", samples: 100 }, { weights })).outputs
      const order = tensor([2, 1, 0])
      const { metrics } = yield* runStage(topo, { score: "mlp", hidden: 4 }, { X, order })
      assert.isBelow(metrics["score"]!, metrics["score at start"]!)
      assert.strictEqual((yield* Effect.flip(runStage(topo, { score: "logistic" }, { X })))._tag, "NotBinary")
      const large = {
        X: tensor(
          X.data.map((value) => 1e160 * value),
          100,
          3
        )
      }
      assert.strictEqual((yield* Effect.flip(runStage(topo, { score: "mlp" }, large)))._tag, "TooLarge")
    })
  )
})
