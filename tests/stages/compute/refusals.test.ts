/** What who writes a stage gets wrong, and what is said of it. */
import { assert, describe, it } from "@effect/vitest"
import tf from "@tensorflow/tfjs"
import { Cause, Effect, Exit } from "effect"
import * as Compute from "../../../core/stage/Compute.ts"
import { dense, initialDense } from "../../../stages/compute/layers/dense.ts"
import { accuracy, crossEntropy, meanSquaredError } from "../../../stages/compute/losses.ts"
import { rows } from "../../../stages/compute/minibatches.ts"
import { adam } from "../../../stages/compute/Optimiser.ts"
import type { Parameters } from "../../../stages/compute/Parameters.ts"
import { predict } from "../../../stages/compute/predict.ts"
import { fixed } from "../../../stages/compute/schedule.ts"
import { session } from "../../../stages/compute/session.ts"
import type { Training } from "../../../stages/compute/Training.ts"
import { train } from "../../../stages/compute/train.ts"
import { on } from "./open.ts"

const x = { shape: [7, 3], data: Float64Array.from({ length: 21 }, (_, i) => Math.sin(i)) }
const all = Int32Array.from(x.data.keys()).subarray(0, 7)

/** Of a training in which one thing is otherwise; `made` is what the network gives. */
const training = (
  change: (made: tf.Tensor, parameters: Parameters) => object,
  others: Partial<Training> = {}
): Training => ({
  initial: initialDense(1, "out", 3, 1),
  judge: (parameters) => change(dense(parameters, "out", rows(x, all)), parameters) as ReturnType<Training["judge"]>,
  optimiser: adam(),
  rate: fixed(0.01),
  steps: 7,
  every: 5,
  ...others
})

const fine = (made: tf.Tensor) => ({ loss: tf.mean(tf.square(made)) })

/** The message that something ends with; nothing stays on the device. */
const messageOf = <A, E>(running: Effect.Effect<A, E>): Effect.Effect<string> =>
  Effect.map(Effect.exit(running), (exit) => {
    assert.isTrue(Exit.isFailure(exit), "it succeeds")
    return Exit.isFailure(exit) ? String((Cause.squash(exit.cause) as Error).message) : ""
  })

const ones = (...shape: ReadonlyArray<number>): tf.Tensor => tf.ones([...shape])

describe("a training", () => {
  it.effect.each<readonly [string, Training, RegExp]>([
    [
      "whose loss is a vector",
      training((made) => ({ loss: tf.square(made) })),
      /^"loss" is of shape 7×1, and is to be one number/u
    ],
    ["that gives no loss", training(() => ({})), /^"loss" was to be told, and is not \(there are: none\)/u],
    [
      "that misspells what it tells",
      training((made) => ({ ...fine(made), others: { acuracy: tf.scalar(1) } }), { told: ["accuracy"] }),
      /^"accuracy" was to be told, and is not \(there are: acuracy, loss\)/u
    ],
    [
      "whose examination tells a vector",
      training(fine, { examine: () => ({ far: tf.ones([2]) as unknown as tf.Scalar }), examined: ["far"] }),
      /^"far" is of shape 2/u
    ],
    [
      "whose loss is constant",
      training(() => ({ loss: tf.scalar(1) })),
      /^the loss does not depend on out\/weights, out\/bias/u
    ],
    [
      "of which a parameter is not used",
      training((_, parameters) => ({ loss: tf.sum(parameters["out/weights"]!) })),
      /^the loss does not depend on out\/bias, /u
    ],
    [
      "that names no layer",
      training((_, p) => fine(dense(p, "oat", ones(7, 3)))),
      /^there is no parameter "oat\/weights" \(there are: out\/weights, out\/bias\)/u
    ],
    [
      "of rows that do not fit",
      training((_, p) => fine(dense(p, "out", ones(7, 5)))),
      /^layer "out" takes rows of 3 numbers, and is given 7×5/u
    ],
    [
      "whose targets are broadcast",
      training((made) => ({ loss: meanSquaredError(made, ones(7)) })),
      /^outputs have shape 7×1, and targets 7$/u
    ],
    [
      "with too few labels",
      training((made) => ({ loss: crossEntropy(made as tf.Tensor2D, tf.zeros([1], "int32")) })),
      /^labels have shape 1, and rows of logits 7$/u
    ],
    [
      "with too many",
      training((made) => ({ loss: accuracy(made as tf.Tensor2D, tf.zeros([8], "int32")) })),
      /^labels have shape 8/u
    ],
    ["of rows that are not every step", training(fine, { every: 0 }), /^a row of the course every 0 steps/u],
    ["of half a step", training(fine, { steps: 0.5 }), /^a training of 0.5 steps/u],
    [
      "whose loss becomes no number after its last row",
      training((made) => ({ loss: tf.mean(tf.log(tf.sub(made, made))) }), { steps: 3 }),
      /^training diverged: by step 3 the loss is -?(Infinity|NaN); a rate of 0.01 is too large, or an operation gives no number/u
    ],
    [
      "whose rate is no number",
      training(fine, { rate: fixed(Number.NaN) }),
      /^training diverged: by step 5 the loss is NaN; the rate is NaN$/u
    ]
  ])("is refused %s", ([, given, expected]) =>
    Effect.gen(function* () {
      for (const device of ["cpu", "wasm"] as const) assert.match(yield* messageOf(on(device, train(given))), expected)
    })
  )
})

describe("predict", () => {
  const model = { tensors: initialDense(1, "out", 3, 2) }
  const network = (parameters: Parameters, rows: tf.Tensor) => dense(parameters, "out", rows)

  it.effect("gives what the network makes of all rows, whatever their batches, and of none", () =>
    Effect.gen(function* () {
      for (const device of ["cpu", "wasm"] as const) {
        const whole = yield* on(device, predict(model, x, network))
        assert.deepStrictEqual(whole.shape, [7, 2])
        assert.deepStrictEqual(yield* on(device, predict(model, x, network, { batch: 3 })), whole)
        const none = yield* on(device, predict(model, { shape: [0, 3], data: new Float64Array(0) }, network))
        assert.deepStrictEqual(none, { shape: [0, 2], data: new Float32Array(0) })
      }
    })
  )

  it.effect("is refused where it gives something else than a row for each", () =>
    Effect.gen(function* () {
      const summed = predict(model, x, (parameters, rows) => tf.sum(network(parameters, rows)))
      assert.match(yield* messageOf(on("cpu", summed)), /^of 7 rows the network made a scalar/u)
      assert.match(yield* messageOf(on("cpu", predict(model, x, network, { batch: 0 }))), /^a batch of 0 rows/u)
    })
  )
})

describe("a session", () => {
  it.effect("is refused inside of another, which goes on", () =>
    Effect.gen(function* () {
      const inner = messageOf(session(Effect.void))
      const [message, name] = yield* on(
        "cpu",
        Effect.map(inner, (message) => [message, tf.getBackend()])
      )
      assert.match(message ?? "", /^a session is open already/u)
      assert.strictEqual(name, "cpu")
      assert.strictEqual(
        yield* on(
          "wasm",
          Effect.sync(() => tf.getBackend())
        ),
        "wasm"
      )
    })
  )

  it.effect("leaves room for the next one, though its backend cannot be closed", () =>
    Effect.gen(function* () {
      const factory = tf.findBackendFactory("cpu")
      const removed = on(
        "cpu",
        Effect.sync(() => tf.removeBackend("cpu"))
      )
      assert.isTrue(Exit.isFailure(yield* Effect.exit(removed)))
      tf.registerBackend("cpu", factory)
      assert.strictEqual(yield* on("cpu", Effect.succeed(1)), 1)
    })
  )

  it.effect("is refused in a run of a stage type that names no backends", () =>
    Effect.gen(function* () {
      const opened = { backend: "cpu", adapter: "", handle: undefined, isUndeclared: true } as const
      const failure = yield* Effect.flip(Effect.provideService(session(Effect.void), Compute.Current, opened))
      assert.match(
        failure.message,
        /the stage type does not say that it computes on any: backends: \["tensorflow-gpu"/u
      )
      assert.strictEqual(yield* on("cpu", Effect.succeed(1)), 1)
    })
  )
})
