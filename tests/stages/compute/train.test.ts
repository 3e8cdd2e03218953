/** Training: what it learns, and that nobody can tell where it was cut short. */

import { assert, describe, it } from "@effect/vitest"
import tf from "@tensorflow/tfjs"
import { Effect, Fiber } from "effect"
import { Checkpoint } from "../../../core/stage/Checkpoint.ts"
import { dense, initialDense } from "../../../stages/compute/layers/dense.ts"
import { dropout } from "../../../stages/compute/layers/dropout.ts"
import { accuracy, crossEntropy } from "../../../stages/compute/losses.ts"
import { labels, minibatches, rows } from "../../../stages/compute/minibatches.ts"
import { adam, gradientDescent, momentum, type Optimiser } from "../../../stages/compute/Optimiser.ts"
import type { Parameters } from "../../../stages/compute/Parameters.ts"
import { cosine, fixed } from "../../../stages/compute/schedule.ts"
import type { Snapshot, Training } from "../../../stages/compute/Training.ts"
import { train } from "../../../stages/compute/train.ts"
import { stream } from "../../../stages/math/random/Philox.ts"
import { DEVICES, on } from "./open.ts"

/** Points of the plane, and whether they lie outside of a circle. */
const points = { shape: [96, 2], data: stream(5, "points").normals(192) }
const sides = {
  shape: [96],
  data: Int32Array.from({ length: 96 }, (_, i) => Number(points.data[2 * i]! ** 2 + points.data[2 * i + 1]! ** 2 > 1.4))
}

const network = (parameters: Parameters, x: tf.Tensor, step: number): tf.Tensor2D => {
  const hidden = tf.tanh(dense(parameters, "hidden", x))
  return dense(parameters, "out", dropout(hidden, 0.1, { seed: 3, name: "hidden", step })) as tf.Tensor2D
}

const training = (steps: number, optimiser: Optimiser = adam(), others: Partial<Training> = {}): Training => {
  const batch = minibatches(96, 16, 11)
  return {
    initial: { ...initialDense(1, "hidden", 2, 16), ...initialDense(1, "out", 16, 2) },
    judge: (parameters, step) => {
      const numbers = batch(step)
      const logits = network(parameters, rows(points, numbers), step)
      const right = labels(sides, numbers)
      return { loss: crossEntropy(logits, right), others: { accuracy: accuracy(logits, right) } }
    },
    told: ["accuracy"],
    optimiser,
    rate: fixed(0.02),
    steps,
    every: 10,
    ...others
  }
}

/** A snapshot as bytes that can be compared. */
const bytesOf = ({ at, model, state, course }: Snapshot): unknown => ({
  at,
  tensors: Object.entries({ ...model.tensors, ...state.tensors }).map(([name, { data }]) => [name, [...data]]),
  course: Object.entries(course.columns).map(([name, values]) => [name, [...values]])
})

describe("train", () => {
  for (const device of ["cpu", "wasm"] as const) {
    it.effect(`learns a circle on ${device}`, () =>
      Effect.gen(function* () {
        const { course } = yield* on(device, train(training(240)))
        const accuracies = course.columns["accuracy"] as Float64Array
        assert.strictEqual(accuracies.length, 24)
        assert.isAbove(accuracies.at(-1)!, 0.9)
        assert.isBelow((course.columns["loss"] as Float64Array).at(-1)!, 0.35)
      })
    )
  }

  for (const device of DEVICES) {
    // A software adapter takes half a second for a step.
    const steps = device === "webgpu-software" ? 6 : 33
    it.effect(`gives the same bytes again, in one go or continued, on ${device}`, () =>
      Effect.gen(function* () {
        const optimiser = adam({ decay: 0.01 })
        const others = { rate: cosine(0.02, 40), longest: 0.5, every: 4 }
        const whole = yield* on(device, train(training(steps, optimiser, others)))
        const half = yield* on(device, train(training(Math.ceil(steps / 2), optimiser, others)))
        const rest = yield* on(device, train(training(steps, optimiser, others), { from: half }))
        const again = yield* on(device, train(training(steps, optimiser, others)))
        assert.deepStrictEqual(bytesOf(rest), bytesOf(whole))
        assert.deepStrictEqual(bytesOf(again), bytesOf(whole))
      })
    )
  }

  it.effect("keeps a checkpoint when it is interrupted, from which it goes on", () =>
    Effect.gen(function* () {
      const kept: Array<Snapshot> = []
      const sink = { isDue: () => false, save: (_: number, outputs: object) => void kept.push(outputs as Snapshot) }
      const outputs = (snapshot: Snapshot): object => snapshot
      const running = yield* Effect.forkChild(
        on("cpu", train(training(100_000, momentum(0.9)), { outputs })).pipe(Effect.provideService(Checkpoint, sink))
      )
      yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 100)))
      yield* Fiber.interrupt(running)
      const [cut] = kept
      assert.isDefined(cut)
      assert.isAbove(cut!.at, 0)
      const end = cut!.at + 12
      const rest = yield* on("cpu", train(training(end, momentum(0.9)), { from: cut! }))
      const whole = yield* on("cpu", train(training(end, momentum(0.9))))
      assert.deepStrictEqual(bytesOf(rest), bytesOf(whole))
    })
  )

  it.effect("examines the parameters of each row, also where it goes on", () =>
    Effect.gen(function* () {
      const all = Int32Array.from(sides.data.keys())
      const others: Partial<Training> = {
        examine: (parameters) => ({
          rightOnes: accuracy(network(parameters, rows(points, all), 0), labels(sides, all))
        }),
        examined: ["rightOnes"]
      }
      const whole = yield* on("cpu", train(training(40, adam(), others)))
      const half = yield* on("cpu", train(training(20, adam(), others)))
      const rest = yield* on("cpu", train(training(40, adam(), others), { from: half }))
      const found = whole.course.columns["rightOnes"] as Float64Array
      assert.strictEqual(found.length, 4)
      assert.isTrue(found.every((share) => share > 0.4 && share <= 1))
      assert.isAbove(found.at(-1)!, found[0]!)
      assert.deepStrictEqual(rest.course, whole.course)
    })
  )

  it.effect("fails where the loss is no number", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(on("cpu", train(training(200, gradientDescent, { rate: fixed(1e38) }))))
      assert.strictEqual(failure._tag, "Diverged")
    })
  )
})
