import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Tensor } from "../../../core/stage/ArtifactKind.ts"
import dagma from "../../../stages/notears/dagma.ts"
import golem from "../../../stages/notears/golem.ts"
import nofears from "../../../stages/notears/nofears.ts"
import notears from "../../../stages/notears/notears.ts"
import { positionsOf } from "../../../stages/notears/Order.ts"
import { difference, normals, tensor } from "../arrays.ts"
import { runStage } from "../run-stage.ts"
import { population, SMALL_GRAPH } from "./population.ts"
import { linearSamples } from "./samples.ts"

const { d: D, weights: TRUTH } = SMALL_GRAPH
const POPULATION = { X: population(TRUTH, D) }
const BITS = {
  X: tensor(
    normals("bits", 60, 3).data.map((value) => (value > 0 ? 1 : 0)),
    60,
    3
  )
}

const samplesOf = (name: string, n: number, d: number) => ({ X: tensor(linearSamples(name, n, d).data, n, d) })

/** Few steps, where nothing depends on the number: paths of usual length end near 1e5. */
const SHORT = { warmSteps: 3000, lastSteps: 6000, rate: 3e-3 }

/** Thirty nodes, of which five each follow another, and twenty samples. */
const FEW = ((n, d) => {
  const samples = normals("few samples", n, d).data
  for (let row = 0; row < n; row++) for (let j = 5; j < 10; j++) samples[row * d + j]! += 3 * samples[row * d + j - 5]!
  return { X: tensor(samples, n, d) }
})(20, 30)

const METHODS = [
  ["notears", (center: boolean) => runStage(notears, { lambda1: 0, center }, POPULATION)],
  ["dagma", (center: boolean) => runStage(dagma, { ...SHORT, lambda1: 0, center }, POPULATION)],
  ["golem, equal variances", (center: boolean) => runStage(golem, { steps: 8000, lambda1: 0, center }, POPULATION)],
  [
    "nofears, from edges alone",
    (center: boolean) =>
      runStage(nofears, { lambda1: 0, center }, { ...POPULATION, initial: tensor(TRUTH.map(Math.sign), D, D) })
  ]
] as const

describe.each(METHODS)("%s", (_, run) => {
  it.effect("finds the graph and the weights of the population", () =>
    Effect.gen(function* () {
      const { outputs, metrics } = yield* run(false)
      assert.deepStrictEqual(
        Array.from(outputs.weights.data, (weight) => weight !== 0),
        Array.from(TRUTH, (weight) => weight !== 0)
      )
      assert.isBelow(difference(outputs.weights.data, TRUTH), 0.02)
      assert.strictEqual(metrics["edges"], 4)
      const positions = positionsOf(Int32Array.from(outputs.order.data))
      for (const [at, weight] of TRUTH.entries()) {
        if (weight !== 0) assert.isBelow(positions[Math.floor(at / D)]!, positions[at % D]!)
      }
    })
  )

  it.effect("refuses means to be taken off where that leaves too little", () =>
    Effect.gen(function* () {
      // d rows less their mean have the rank d − 1.
      assert.strictEqual((yield* Effect.flip(run(true)))._tag, "RankDeficient")
    })
  )
})

describe.each([
  ["notears", (X: Tensor) => runStage(notears, {}, { X })],
  ["golem", (X: Tensor) => runStage(golem, {}, { X })],
  ["nofears", (X: Tensor) => runStage(nofears, {}, { X })]
] as const)("%s", (_, run) => {
  it.effect("refuses a variable that does not vary about its mean", () =>
    Effect.gen(function* () {
      const data = normals("a constant", 50, 3).data.map((value, at) => (at % 3 === 1 ? 0.1 : value))
      const error = yield* Effect.flip(run(tensor(data, 50, 3)))
      assert.match(error.message, /^variable 1 is a constant/u)
    })
  )
})

describe("methods with a penalty", () => {
  it.effect.each([
    ["notears", () => runStage(notears, { lambda1: 0.5 }, FEW)],
    ["dagma", () => runStage(dagma, { ...SHORT, lambda1: 0.5 }, FEW)]
  ] as const)("%s finds strong edges from fewer samples than variables", ([, run]) =>
    Effect.gen(function* () {
      const { weights } = (yield* run()).outputs
      for (let j = 5; j < 10; j++) {
        const [forward, back] = [weights.data[(j - 5) * 30 + j]!, weights.data[j * 30 + j - 5]!]
        assert.isAbove(Math.abs(forward) + Math.abs(back), 0.3)
      }
    })
  )

  it.effect("are refused them without it", () =>
    Effect.gen(function* () {
      for (const type of [notears, dagma]) {
        const error = yield* Effect.flip(runStage(type as typeof notears, { lambda1: 0 }, FEW))
        assert.match(error.message, /20 samples do not tell 30 variables apart/u)
      }
      assert.match((yield* Effect.flip(runStage(golem, {}, FEW))).message, /give 31 at least/u)
      // The means take one of as many samples as variables.
      const square = { X: tensor([1, 2, 5, 7, 8, 3, 4, 4, 9], 3, 3) }
      assert.match((yield* Effect.flip(runStage(golem, {}, square))).message, /give 4 at least/u)
    })
  )
})

describe("notears/notears", () => {
  it.effect("ends where h is as small as asked, or ρ as large", () =>
    Effect.gen(function* () {
      const X = samplesOf("notears", 80, 4)
      const { metrics, outputs } = yield* runStage(notears, { tolerance: 1e-6 }, X)
      assert.isAtMost(metrics["h"]!, 1e-6)
      const rhos = outputs.course.columns["rho"] as Float64Array
      assert.deepStrictEqual(
        [...rhos],
        [...rhos].sort((a, b) => a - b)
      )
      assert.isAtLeast((yield* runStage(notears, { largestRho: 100 }, X)).metrics["rho"]!, 100)
    })
  )

  it.effect.each(["polynomial", "log-determinant"] as const)("takes the constraint %s as well", (constraint) =>
    Effect.gen(function* () {
      const { outputs } = yield* runStage(notears, { constraint, lambda1: 0, center: false }, POPULATION)
      assert.isBelow(difference(outputs.weights.data, TRUTH), 0.02)
    })
  )

  it.effect("goes on from fewer steps to the same bytes", () =>
    Effect.gen(function* () {
      const X = samplesOf("resumed", 60, 4)
      const whole = yield* runStage(notears, { tolerance: 1e-4 }, X)
      for (const steps of [1, 40, 200]) {
        const { outputs } = yield* runStage(notears, { tolerance: 1e-4, steps }, X)
        const resumed = yield* runStage(notears, { tolerance: 1e-4 }, X, { at: steps, outputs })
        assert.deepStrictEqual(resumed, whole)
      }
    })
  )

  it.effect("fits logistic models to bits, and to nothing else", () =>
    Effect.gen(function* () {
      const { metrics } = yield* runStage(notears, { loss: "logistic" }, BITS)
      assert.isAtMost(metrics["h"]!, 1e-8)
      // No weights at all: log 2 for each variable.
      assert.isAtMost(metrics["loss"]!, 3 * Math.LN2 + 1e-6)
      const error = yield* Effect.flip(runStage(notears, { loss: "logistic" }, POPULATION))
      assert.match(error.message, /^X has .* in row 0, column 0 .*: a logistic model needs 0 and 1$/u)
    })
  )
})

describe("notears/dagma", () => {
  it.effect("comes back where steps lead out of the domain", () =>
    Effect.gen(function* () {
      const X = samplesOf("far steps", 80, 5)
      const { metrics, outputs } = yield* runStage(dagma, { ...SHORT, rate: 0.6 }, X)
      assert.isTrue(Number.isFinite(metrics["h"]))
      assert.isTrue(outputs.unthresholded.data.every(Number.isFinite))
      const widths = outputs.course.columns["s"] as Float64Array
      assert.isTrue(widths.some((s) => ![1, 0.9, 0.8, 0.7, 0.6].includes(s)))
    })
  )

  it.effect("fits logistic models to bits", () =>
    Effect.gen(function* () {
      const { metrics } = yield* runStage(dagma, { ...SHORT, loss: "logistic", warmSteps: 300, lastSteps: 300 }, BITS)
      assert.isAtMost(metrics["loss"]!, 3 * Math.LN2 + 1e-6)
    })
  )
})

describe("notears/golem", () => {
  it.effect("says so when it leaves all numbers", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(runStage(golem, { steps: 50, rate: 1e200 }, samplesOf("diverged", 20, 3)))
      assert.match(error.message, /^the weights are no finite numbers any more after \d+ steps/u)
    })
  )

  it.effect("goes on from fewer steps to the same bytes", () =>
    Effect.gen(function* () {
      const X = samplesOf("extended", 60, 4)
      const params = { variances: "unequal", every: 30 } as const
      const whole = yield* runStage(golem, { ...params, steps: 200 }, X)
      const { outputs } = yield* runStage(golem, { ...params, steps: 77 }, X)
      assert.deepStrictEqual(yield* runStage(golem, { ...params, steps: 200 }, X, { at: 77, outputs }), whole)
    })
  )

  it.effect("begins where it is told, without loops", () =>
    Effect.gen(function* () {
      const initial = tensor(
        TRUTH.map((weight, at) => (at === 0 ? 7 : weight)),
        D,
        D
      )
      const { outputs } = yield* runStage(golem, { steps: 1, lambda1: 0, center: false }, { ...POPULATION, initial })
      // At the maximum of the likelihood a step is one of rounding, and no longer than the rate.
      assert.isBelow(difference(outputs.unthresholded.data, TRUTH), 1.001e-3)
      assert.strictEqual(outputs.unthresholded.data[0], 0)
    })
  )
})

describe("notears/nofears", () => {
  it.effect("ends in a KKT point from any graph, with a score no worse", () =>
    Effect.gen(function* () {
      for (const lambda1 of [0, 0.1]) {
        const X = samplesOf("search", 100, 7)
        const { outputs: from } = yield* runStage(golem, { steps: 200 }, X)
        const { outputs, metrics } = yield* runStage(nofears, { lambda1 }, { ...X, initial: from.unthresholded })
        assert.strictEqual(metrics["finished"], 1)
        const one = yield* runStage(nofears, { lambda1, steps: 1 }, { ...X, initial: from.unthresholded })
        const penalty = (weights: ArrayLike<number>) =>
          lambda1 * Array.from(weights).reduce((sum, weight) => sum + Math.abs(weight), 0)
        const score = metrics["loss"]! + penalty(outputs.unthresholded.data)
        assert.isAtMost(score, one.metrics["loss"]! + penalty(one.outputs.unthresholded.data))
        const again = yield* runStage(nofears, { lambda1 }, { ...X, initial: outputs.unthresholded })
        assert.strictEqual(again.metrics["joined"], 0)
      }
    })
  )
})
