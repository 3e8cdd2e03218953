import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { ActivationName } from "../../../stages/ntk/Activation.ts"
import empirical from "../../../stages/ntk/empirical.ts"
import { sumOfParts } from "../../../stages/ntk/empirical-kernel.ts"
import { Network, uniformWidths } from "../../../stages/ntk/Network.ts"
import train from "../../../stages/ntk/train.ts"
import { ANGLES, bothInOrder, difference, normals, onCircle, rowsInOrder, tensor } from "../arrays.ts"
import { runStage, takes } from "../run-stage.ts"

const POINTS = onCircle(ANGLES)
const N = ANGLES.length

describe("ntk/empirical", () => {
  it.effect("returns the kernel and its parts by layer, which sum to it", () =>
    Effect.gen(function* () {
      const { kernel, parts } = (yield* runStage(empirical, { width: 20, depth: 3 }, { points: POINTS })).outputs
      assert.deepStrictEqual(
        [kernel.shape, parts.shape],
        [
          [N, N],
          [3, N, N]
        ]
      )
      const layers = [0, 1, 2].map((layer) => Float64Array.from(parts.data).slice(layer * N * N, (layer + 1) * N * N))
      assert.deepStrictEqual(sumOfParts(layers), kernel.data)
      for (const layer of layers) for (let i = 0; i < N; i++) assert.isAbove(layer[i * (N + 1)]!, 0)
    })
  )

  it.effect("has blocks for pairs of outputs, of which the diagonal ones are kernels of single outputs", () =>
    Effect.gen(function* () {
      const params = { width: 12, depth: 3, outputs: 2 }
      const { kernel, parts } = (yield* runStage(empirical, params, { points: POINTS })).outputs
      assert.deepStrictEqual(
        [kernel.shape, parts.shape],
        [
          [2, 2, N, N],
          [3, N, N]
        ]
      )
      const block = (index: number) => tensor(Array.from(kernel.data).slice(index * N * N, (index + 1) * N * N), N, N)
      const transposed = Array.from({ length: N * N }, (_, at) => block(2).data[(at % N) * N + Math.floor(at / N)]!)
      assert.isBelow(difference(block(1).data, transposed), 1e-15)
      // The parts are those of the first output.
      const layers = [0, 1, 2].map((layer) => Float64Array.from(parts.data).slice(layer * N * N, (layer + 1) * N * N))
      assert.deepStrictEqual(sumOfParts(layers), block(0).data)
    })
  )

  it.effect("takes others as columns", () =>
    Effect.gen(function* () {
      const square = (yield* runStage(empirical, { width: 20 }, { points: POINTS })).outputs.kernel
      const order = [3, 1]
      const others = rowsInOrder(POINTS, order)
      const { kernel } = (yield* runStage(empirical, { width: 20 }, { points: POINTS, others })).outputs
      assert.deepStrictEqual(kernel.shape, [N, 2])
      const expected = Array.from({ length: N }, (_, i) => order.map((j) => square.data[i * N + j]!)).flat()
      assert.isBelow(difference(kernel.data, expected), 1e-15)
    })
  )

  it.effect("follows the numbering of the points", () =>
    Effect.gen(function* () {
      const order = [4, 0, 3, 2, 1]
      const one = (yield* runStage(empirical, {}, { points: POINTS })).outputs.kernel
      const other = (yield* runStage(empirical, {}, { points: rowsInOrder(POINTS, order) })).outputs.kernel
      assert.isBelow(difference(other.data, bothInOrder(one, order).data), 1e-15)
    })
  )

  it.effect("has the kernel of the seed's network for a model that was not trained, and another for one that was", () =>
    Effect.gen(function* () {
      const kernelAfter = (steps: number) =>
        Effect.gen(function* () {
          const params = { width: 30, depth: 3, seed: 5, steps, rate: 0.5 }
          const targets = normals("empirical targets", N)
          const { model } = (yield* runStage(train, params, { points: POINTS, targets })).outputs
          return (yield* runStage(empirical, {}, { points: POINTS, model })).outputs.kernel.data
        })
      const fresh = (yield* runStage(empirical, { width: 30, depth: 3, seed: 5 }, { points: POINTS })).outputs.kernel
      assert.deepStrictEqual(yield* kernelAfter(0), fresh.data)
      assert.isAbove(difference(yield* kernelAfter(20), fresh.data), 1e-3)
    })
  )

  it.effect("takes a model in single precision", () =>
    Effect.gen(function* () {
      const shape = { widths: uniformWidths(2, 100, 4, 1), beta: 0.1, activation: "relu" } as const
      const model = new Network("f32", shape).initialise(0).toModel()
      const single = (yield* runStage(empirical, {}, { points: POINTS, model })).outputs.kernel
      const double = (yield* runStage(empirical, {}, { points: POINTS })).outputs.kernel
      assert.isBelow(difference(single.data, double.data), 1e-6)
      assert.isAbove(difference(single.data, double.data), 0)
    })
  )

  it.effect("refuses a model whose tensors make no network, and says which", () =>
    Effect.gen(function* () {
      const model = { tensors: { W0: tensor(new Array(8).fill(1), 4, 2) }, metadata: {} }
      const error = yield* Effect.flip(runStage(empirical, {}, { points: POINTS, model }))
      assert.strictEqual(error._tag, "ModelUnfit")
      assert.strictEqual(error.message, "b0 is missing, 1×4 was expected")
    })
  )

  it.effect("refuses points that a model does not take, and others of another dimension", () =>
    Effect.gen(function* () {
      const shape = { widths: [3, 4, 1], beta: 0.1, activation: "relu" } as const
      const model = new Network("f64", shape).initialise(0).toModel()
      const error = yield* Effect.flip(runStage(empirical, {}, { points: POINTS, model }))
      assert.strictEqual(error._tag, "ShapeMismatch")
      assert.strictEqual(error.message, "points has shape 5×2, expected 3 coordinates each")
      const others = tensor([1, 2, 3], 1, 3)
      const unlike = yield* Effect.flip(runStage(empirical, {}, { points: POINTS, others }))
      assert.strictEqual(unlike._tag, "ShapeMismatch")
      assert.strictEqual(unlike.message, "others has shape 1×3, expected 2 coordinates each")
      const flat = yield* Effect.flip(runStage(empirical, {}, { points: tensor([1, 2]) }))
      assert.strictEqual(flat.message, "points has shape 2, expected points × coordinates")
    })
  )

  it.effect("takes β and activation from the metadata of the model, with which it was trained", () =>
    Effect.gen(function* () {
      const shape = { widths: uniformWidths(2, 20, 3, 1), beta: 0.7, activation: "erf" } as const
      const model = new Network("f64", shape).initialise(5).toModel()
      const params = { width: 20, depth: 3, seed: 5, beta: 0.7, activation: "erf" } as const
      const fresh = (yield* runStage(empirical, params, { points: POINTS })).outputs.kernel
      assert.deepStrictEqual((yield* runStage(empirical, {}, { points: POINTS, model })).outputs.kernel, fresh)
      // To say it again is no contradiction.
      const again = { beta: 0.7, activation: "erf" } as const
      assert.deepStrictEqual((yield* runStage(empirical, again, { points: POINTS, model })).outputs.kernel, fresh)
      // Without metadata the parameters decide.
      const bare = { ...model, metadata: {} }
      assert.deepStrictEqual((yield* runStage(empirical, again, { points: POINTS, model: bare })).outputs.kernel, fresh)
      const unasked = (yield* runStage(empirical, {}, { points: POINTS, model: bare })).outputs.kernel
      const paper = { beta: 0.1, activation: "relu" } as const
      assert.deepStrictEqual(
        (yield* runStage(empirical, paper, { points: POINTS, model: bare })).outputs.kernel,
        unasked
      )
      assert.isAbove(difference(unasked.data, fresh.data), 1e-3)
    })
  )

  it.effect.each([
    [
      { beta: 0.1 },
      "SettingConflict",
      "beta is 0.1 by parameter, 0.7 by the metadata of the model: leave the parameter out, or give that"
    ],
    [
      { activation: "relu" },
      "SettingConflict",
      "activation is relu by parameter, erf by the metadata of the model: leave the parameter out, or give that"
    ]
  ] as const)("refuses a parameter that contradicts the metadata of the model: %j", ([params, tag, message]) =>
    Effect.gen(function* () {
      const shape = { widths: [2, 4, 1], beta: 0.7, activation: "erf" } as const
      const model = new Network("f64", shape).initialise(0).toModel()
      const error = yield* Effect.flip(runStage(empirical, params, { points: POINTS, model }))
      assert.deepStrictEqual([error._tag, error.message], [tag, message])
    })
  )

  it.effect.each([
    [{ beta: "small" }, 'the metadata of the model give beta as "small", expected a number'],
    [{ beta: "" }, 'the metadata of the model give beta as "", expected a number'],
    [
      { activation: "swish" },
      `the metadata of the model give activation as "swish", expected ${ActivationName.literals.join(", ")}`
    ]
  ] as const)("refuses metadata that it cannot read: %j", ([metadata, message]) =>
    Effect.gen(function* () {
      const model = new Network("f64", { widths: [2, 4, 1], beta: 0.1, activation: "erf" }).initialise(0).toModel()
      const inputs = { points: POINTS, model: { ...model, metadata: { ...metadata } } }
      const error = yield* Effect.flip(runStage(empirical, {}, inputs))
      assert.deepStrictEqual([error._tag, error.message], ["SettingUnknown", message])
    })
  )

  it("has no default for β and activation, so that what was asked for can be told", () => {
    const decode = Schema.decodeUnknownSync(empirical.params)
    assert.deepStrictEqual(decode({}), { width: 100, depth: 4, outputs: 1, seed: 0 })
    assert.propertyVal(decode({ beta: 0.1 }), "beta", 0.1)
    assert.isFalse(takes(empirical, { activation: "swish" }))
  })

  it("asks for at least one output", () => {
    assert.isFalse(takes(empirical, { outputs: 0 }))
    assert.isTrue(takes(empirical, {}))
  })
})
