import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Table, Tensor } from "../../../core/stage/ArtifactKind.ts"
import { float64 } from "../../../stages/math/float64.ts"
import { stream } from "../../../stages/math/random/Philox.ts"
import { covarianceOf } from "../../../stages/notears/Covariance.ts"
import exact from "../../../stages/notears/exact.ts"
import { LeastSquaresOrder } from "../../../stages/notears/LeastSquaresOrder.ts"
import { SubsetProgram } from "../../../stages/notears/SubsetProgram.ts"
import type { Samples } from "../../../stages/notears/tensors.ts"
import topo from "../../../stages/notears/topo.ts"
import { WindowDescent } from "../../../stages/notears/WindowDescent.ts"
import { difference, tensor } from "../arrays.ts"
import { runStage } from "../run-stage.ts"
import { INSTANCES, instance } from "./instances.ts"
import { linearSamples } from "./samples.ts"

const PLAIN = { moves: "swap", kicks: 0 } as const

const asTensor = ({ data, n, d }: Samples) => tensor(data, n, d)

const asSamples = ({ data, shape }: Tensor): Samples => ({ data: float64({ data, shape }), n: shape[0]!, d: shape[1]! })

const scores = ({ columns }: Table): ReadonlyArray<number> => Array.from(columns["score"] ?? [], Number)

describe("notears/topo", () => {
  it.effect("falls in each round in which it makes moves, by the sum of what each was to bring", () =>
    Effect.gen(function* () {
      const { X } = yield* instance(INSTANCES[4]!)
      const { outputs } = yield* runStage(topo, { ...PLAIN, small: 30, large: 100 }, { X })
      const { columns } = outputs.rounds
      const course = scores(outputs.rounds)
      assert.isAbove(course.length, 3)
      for (const [round, score] of course.entries()) {
        if (round > 0 && Number(columns["moves"]![round]) > 0) assert.isBelow(score, course[round - 1]!)
      }
    })
  )

  it.effect("without kicks, finds the global optimum from at least 90 % of random orders, and is never below it", () =>
    Effect.gen(function* () {
      for (const kind of INSTANCES) {
        const { root, data, d } = yield* covarianceOf(asSamples((yield* instance(kind)).X), false)
        const program = new SubsetProgram(d)
        program.solve(data)
        let optimal = 0
        for (let start = 0; start < 50; start++) {
          const state = new LeastSquaresOrder(root, stream(start, "starts").permutation(d))
          const descent = new WindowDescent(state, 8)
          while (!descent.isDone) descent.advance()
          assert.isAtLeast(state.score, program.score * (1 - 1e-11), kind.name)
          if (state.score <= program.score * (1 + 1e-9)) optimal++
        }
        assert.isAtLeast(optimal, 45, kind.name)
      }
    })
  )

  it.effect(
    "as it comes, finds the global optimum in each of the note's instances, the one with unequal variances included",
    () =>
      Effect.gen(function* () {
        for (const kind of INSTANCES) {
          for (const seed of [1, 2]) {
            const { X } = yield* instance(kind, seed)
            const best = (yield* runStage(exact, {}, { X })).metrics["score"]!
            const { metrics } = yield* runStage(topo, { seed }, { X })
            assert.closeTo(metrics["score"]! / best, 1, 1e-9, kind.name)
          }
        }
      })
  )

  it.effect("ends at d/2 in the limit of many samples with unit noise", () =>
    Effect.gen(function* () {
      for (const nodes of [10, 30]) {
        const { X } = yield* instance({ name: "population", kind: "ER", degree: 2, nodes, population: true })
        const { metrics, outputs } = yield* runStage(topo, { seed: 3 }, { X })
        assert.closeTo(metrics["score"]! / (nodes / 2), 1, 1e-8)
        assert.strictEqual(outputs.weights.shape.join(), `${nodes},${nodes}`)
      }
    })
  )

  it.effect("finds the true graph from population moments", () =>
    Effect.gen(function* () {
      const { X, truth } = yield* instance({ name: "population", kind: "SF", degree: 3, nodes: 20, population: true })
      const { outputs } = yield* runStage(topo, {}, { X })
      assert.isBelow(difference(outputs.weights.data, truth.data), 1e-6)
    })
  )

  it.effect("meets the KKT condition", () =>
    Effect.gen(function* () {
      for (const kind of INSTANCES) {
        const { X } = yield* instance(kind)
        const { metrics } = yield* runStage(topo, { ...PLAIN }, { X })
        assert.isBelow(metrics["kkt"]!, 1e-10)
      }
    })
  )

  it.effect("comes to the same score whatever the numbers of the nodes are", () =>
    Effect.gen(function* () {
      const samples = linearSamples("names", 200, 9)
      const names = [4, 7, 0, 8, 2, 6, 1, 5, 3]
      const renamed = samples.data.map((_, at) => samples.data[at - (at % 9) + names[at % 9]!]!)
      const one = yield* runStage(topo, PLAIN, { X: asTensor(samples), order: tensor([...names]) })
      const identity = tensor([...names.keys()])
      const other = yield* runStage(topo, PLAIN, { X: tensor(renamed, 200, 9), order: identity })
      assert.closeTo(one.metrics["score"]! / other.metrics["score"]!, 1, 1e-12)
      assert.deepStrictEqual(
        [...other.outputs.order.data].map((node) => names[node]),
        [...one.outputs.order.data]
      )
    })
  )

  it.effect("begins with the order of a graph that is given, and never ends above it", () =>
    Effect.gen(function* () {
      const { X, truth } = yield* instance(INSTANCES[4]!)
      const still = yield* runStage(topo, { maxRounds: 0 }, { X, weights: truth })
      for (const moves of ["swap", "before", "behind", "insertions"] as const) {
        const { metrics } = yield* runStage(topo, { moves, kicks: 2 }, { X, weights: truth })
        assert.strictEqual(metrics["score at start"], still.metrics["score"])
        assert.isAtMost(metrics["score"]!, still.metrics["score"]!)
      }
      assert.strictEqual(still.metrics["finished"], 0)
    })
  )

  it.effect("is at the best order it has seen when rounds run out", () =>
    Effect.gen(function* () {
      const { X } = yield* instance(INSTANCES[5]!)
      for (const maxRounds of [1, 7, 40, 41, 42, 43]) {
        const { metrics, outputs } = yield* runStage(topo, { restarts: 5, kicks: 3, maxRounds }, { X })
        const seen = scores(outputs.rounds)
        assert.isAtMost(metrics["score"]!, Math.min(...seen) * (1 + 1e-12))
      }
    })
  )

  it.effect("takes one variable, and two", () =>
    Effect.gen(function* () {
      const one = yield* runStage(topo, {}, { X: tensor([1, 2, 3], 3, 1) })
      assert.deepStrictEqual([...one.outputs.weights.data], [0])
      assert.closeTo(one.metrics["score"]!, 14 / 6, 1e-14)
      const two = yield* runStage(topo, PLAIN, { X: tensor([1, 0, 1, 3], 2, 2) })
      // Least squares of the second on the first: 3/2, with residuals −3/2 and 3/2; of the first on the second: 1/3.
      assert.closeTo(two.metrics["score"]!, Math.min((2 + 4.5) / 4, (9 + 1) / 4), 1e-14)
    })
  )

  it.effect.each([
    ["samples that are too few", { X: tensor([1, 2, 3, 4, 5, 6], 2, 3) }, "RankDeficient", /give 3 at least/u],
    ["a column twice", { X: tensor([1, 1, 2, 2, 5, 5], 3, 2) }, "RankDeficient", /^variable 1 is a constant or/u],
    ["zeros", { X: tensor([0, 0, 0, 0], 2, 2) }, "RankDeficient", /^variable 0 is a constant or/u],
    ["NaN", { X: tensor([1, 2, 3, Number.NaN], 2, 2) }, "NotFinite", /^X has NaN in row 1, column 1/u],
    ["no samples", { X: tensor([], 0, 3) }, "ShapeMismatch", /samples × variables/u],
    ["a list", { X: tensor([1, 2, 3]) }, "ShapeMismatch", /samples × variables/u],
    [
      "an order with a node twice",
      { X: tensor([1, 2, 3, 5], 2, 2), order: tensor([1, 1]) },
      "NotAnOrder",
      /1 at position 1/u
    ],
    ["an order of others", { X: tensor([1, 2, 3, 5], 2, 2), order: tensor([0, 1, 2]) }, "ShapeMismatch", /order/u],
    [
      "a graph with a cycle",
      { X: tensor([1, 2, 3, 5], 2, 2), weights: tensor([0, 1, 1, 0], 2, 2) },
      "Cyclic",
      /0 → 1 → 0|1 → 0 → 1/u
    ]
  ] as const)("refuses %s", ([, inputs, tag, message]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(runStage(topo, {}, inputs))
      assert.strictEqual(error._tag, tag)
      assert.match(error.message, message)
    })
  )

  it.effect("refuses to price edges between variables that second moments do not tell apart", () =>
    Effect.gen(function* () {
      const X = tensor([1, 1 + 1e-9, 2, 2, 5, 5], 3, 2)
      for (const score of ["sparse", "bic"] as const) {
        assert.strictEqual((yield* Effect.flip(runStage(topo, { score }, { X })))._tag, "RankDeficient")
      }
      assert.isBelow((yield* runStage(topo, {}, { X })).metrics["score"]!, 5.1)
    })
  )

  it.effect("refuses two starts", () =>
    Effect.gen(function* () {
      const X = tensor([1, 2, 3, 5], 2, 2)
      const given = { X, order: tensor([0, 1]), weights: tensor([0, 1, 0, 0], 2, 2) }
      assert.strictEqual((yield* Effect.flip(runStage(topo, {}, given)))._tag, "TwoStarts")
    })
  )
})
