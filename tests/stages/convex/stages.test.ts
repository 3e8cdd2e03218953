import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import certify from "../../../stages/convex/certify.ts"
import choose from "../../../stages/convex/choose.ts"
import columns from "../../../stages/convex/columns.ts"
import examples from "../../../stages/convex/examples.ts"
import path from "../../../stages/convex/path.ts"
import { normals, tensor } from "../arrays.ts"
import { assertDrawn } from "../figures.ts"
import { runStage } from "../run-stage.ts"
import { assertGoesOn } from "./assert-goes-on.ts"

const [X, y] = [normals("small x", 12, 2), normals("small y", 12)]

describe("convex/certify", () => {
  it.effect("proves what convex/columns finds, and bounds any other network", () =>
    Effect.gen(function* () {
      const best = yield* runStage(columns, {}, { X, y })
      const proof = yield* runStage(certify, {}, { X, y, model: best.outputs.model })
      assert.isAtMost(Math.abs(proof.metrics["gap"]!), 2e-8)
      const some = { tensors: { weights: normals("w", 5, 2), alpha: normals("a", 5) }, metadata: {} }
      const other = yield* runStage(certify, {}, { X, y, model: some })
      assert.isAtMost(other.metrics["bound"]!, best.metrics["objective"]!)
      assert.isAtLeast(other.metrics["objective"]!, best.metrics["objective"]!)
      // Without a list of patterns the bound is weaker, and still one.
      const relaxed = yield* runStage(certify, { limit: 0 }, { X, y, model: some })
      assert.isAtMost(relaxed.metrics["bound"]!, other.metrics["bound"]!)
    })
  )

  it.effect("refuses a model that is no such network", () =>
    Effect.gen(function* () {
      const refused = (tensors: { readonly [name: string]: typeof X }) =>
        Effect.flip(runStage(certify, {}, { X, y, model: { tensors, metadata: {} } }))
      assert.include((yield* refused({ W: X })).message, "it has W")
      assert.include((yield* refused({ weights: tensor([1], 1, 1), alpha: tensor([1]) })).message, "expected 1×2")
    })
  )
})

describe("convex/choose", () => {
  const points = { X: tensor([1, -1, 2], 3, 1), y: tensor([1, 1, -1]) }
  /** |x| α, with a neuron for each sign of x. */
  const absolute = (alpha: number, beta: number) => ({
    matrix: { beta },
    value: { tensors: { weights: tensor([1, -1], 2, 1), alpha: tensor([alpha, alpha]) }, metadata: {} }
  })

  it.effect("takes the network with the smallest loss, or with the most signs that agree", () =>
    Effect.gen(function* () {
      // ½ Σ (|x| α − y)² is 3 α² + 3/2, least at 0; signs of two points agree where α > 0.
      const models = [absolute(0.5, 1), absolute(-0.1, 2), absolute(0.4, 3)]
      const { outputs, metrics } = yield* runStage(choose, {}, { ...points, models })
      assert.deepStrictEqual(outputs.chosen, { beta: 2 })
      assert.closeTo(metrics["loss"]!, 0.03 + 1.5, 1e-12)
      const other = yield* runStage(choose, { by: "accuracy" }, { ...points, models })
      assert.deepStrictEqual(other.outputs.chosen, { beta: 3 })
      assert.closeTo(other.metrics["accuracy"]!, 2 / 3, 1e-12)
      assert.deepStrictEqual(other.outputs.summary.columns["network"], ["beta=1", "beta=2", "beta=3"])
    })
  )

  it.effect("takes no network whose outputs overflow, unless there is no other", () =>
    Effect.gen(function* () {
      // ∞ − ∞ at each point.
      const [huge, all] = [tensor([1e200, 1e200, -1e200, -1e200], 4, 1), tensor([1e200, -1e200, 1e200, -1e200])]
      const overflowing = { matrix: { beta: 0 }, value: { tensors: { weights: huge, alpha: all }, metadata: {} } }
      const models = [overflowing, absolute(0.5, 1), overflowing, absolute(0.1, 2)]
      for (const by of ["loss", "accuracy"] as const) {
        const { outputs } = yield* runStage(choose, { by }, { ...points, models })
        assert.deepStrictEqual(outputs.chosen, { beta: 2 })
      }
      const { metrics } = yield* runStage(choose, {}, { ...points, models: [overflowing, overflowing] })
      assert.isNaN(metrics["loss"])
    })
  )

  it.effect("refuses to choose from nothing, and networks for other points", () =>
    Effect.gen(function* () {
      const message = (models: ReadonlyArray<ReturnType<typeof absolute>>, X = points.X) =>
        Effect.map(Effect.flip(runStage(choose, {}, { ...points, X, models })), (error) => error.message)
      assert.match(yield* message([]), /give it one/)
      assert.match(yield* message([absolute(1, 1)], tensor([1, 1, 1, 1, 1, 1], 3, 2)), /expected/)
    })
  )
})

describe("convex/path", () => {
  it.effect("goes on to the bytes of a path from the beginning, from the network of zeros on", () =>
    Effect.gen(function* () {
      const whole = yield* runStage(path, { points: 6, sampled: 12 }, { X, y })
      const short = yield* runStage(path, { points: 3, sampled: 12 }, { X, y })
      const start = { at: 3, outputs: short.outputs }
      assert.deepStrictEqual(yield* runStage(path, { points: 6, sampled: 12 }, { X, y }, start), whole)
      yield* assertGoesOn(path, { points: 6, sampled: 12 }, { X, y })
      const { neurons, loss, penalty, gap } = whole.outputs.path.columns as { [name: string]: Float64Array }
      assert.strictEqual(neurons![0], 0)
      assert.isAtMost(Math.max(...gap!), 1e-6)
      for (let at = 1; at < 6; at++) {
        assert.isAtMost(loss![at]!, loss![at - 1]! + 1e-6)
        assert.isAtLeast(penalty![at]!, penalty![at - 1]! - 1e-6)
      }
      yield* assertDrawn(whole.outputs.figure, ["The regularisation path"])
    })
  )
})

describe("convex/examples", () => {
  it.effect("gives points with a bias, and labels of both signs", () =>
    Effect.gen(function* () {
      for (const problem of ["xor", "circle", "spirals"] as const) {
        const { outputs } = yield* runStage(examples, { problem, count: 40 }, {})
        assert.deepStrictEqual(outputs.X.shape, [40, 3])
        assert.deepStrictEqual([...new Set(outputs.y.data)].sort(), [-1, 1])
        assert.isTrue(outputs.X.data.every((element, at) => at % 3 !== 2 || element === 1))
      }
      const one = yield* runStage(examples, { problem: "teacher", count: 1, dimension: 1, bias: false }, {})
      assert.deepStrictEqual(one.outputs.X.shape, [1, 1])
    })
  )
})
