import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import evaluate from "../../../stages/classifier/evaluate.ts"
import train from "../../../stages/classifier/train.ts"
import { runStage, takes } from "../run-stage.ts"
import { blobs, CLASSES } from "./blobs.ts"

const [seen, unseen] = [blobs(96, 1), blobs(40, 2)]
const inputs = { ...seen, testImages: unseen.images, testLabels: unseen.labels }
const COMMON = { classes: CLASSES, batch: 16, rate: 0.01, every: 10, seed: 3 }
const MLP = { ...COMMON, network: "mlp", hidden: [12], steps: 60 } as const
const CNN = { ...COMMON, network: "cnn", filters: [3, 4], steps: 40 } as const

describe("classifier/train", () => {
  for (const params of [MLP, CNN]) {
    it.effect(`has a ${params.network} tell images apart that it has not seen`, () =>
      Effect.gen(function* () {
        const { outputs, metrics } = yield* runStage(train, params, inputs)
        const { columns } = outputs.course
        assert.deepStrictEqual([...(columns["step"] as Int32Array)].at(-1), params.steps)
        assert.strictEqual(columns["loss"]?.length, params.steps / params.every)
        assert.isAbove(metrics["testAccuracy at end"] ?? 0, 0.9)
        const { metrics: scores } = yield* runStage(evaluate, {}, { model: outputs.model, ...unseen })
        assert.closeTo(scores["accuracy"] ?? 0, metrics["testAccuracy at end"] ?? 1, 1e-6)
      })
    )
  }

  it.effect("goes on from what it has to the bytes of a training from the beginning", () =>
    Effect.gen(function* () {
      const { outputs: whole } = yield* runStage(train, MLP, inputs)
      const { outputs: half } = yield* runStage(train, { ...MLP, steps: 25 }, inputs)
      const { outputs: rest } = yield* runStage(train, MLP, inputs, { at: 25, outputs: half })
      assert.deepStrictEqual(rest, whole)
    })
  )

  it.effect("begins as the cross entropy of equal chances, about", () =>
    Effect.gen(function* () {
      const { outputs } = yield* runStage(train, { ...CNN, rate: 1e-9, steps: 10 }, inputs)
      assert.closeTo(Number(outputs.course.columns["loss"]?.[0]), Math.log(CLASSES), 0.8)
    })
  )

  it.effect("says what does not fit", () =>
    Effect.gen(function* () {
      const message = (params: object, given: object = {}) =>
        Effect.map(
          Effect.flip(runStage(train, { ...MLP, ...params }, { ...inputs, ...given })),
          (error) => error.message
        )
      assert.match(yield* message({ batch: 200 }), /a batch of 200 cannot be taken from 96 images/u)
      assert.match(
        yield* message({ network: "cnn", filters: [1, 1, 1, 1] }),
        /4 maxima over 2 × 2 leave nothing of 8 × 8 pixels/u
      )
      assert.match(yield* message({ classes: 3 }), /labels .*from 0 to 2, and 3 is among them/u)
      const oblong = { images: { shape: [2, 6], data: new Float32Array(12) } }
      assert.match(yield* message({}, oblong), /images .*pixels of a square/u)
      const few = { testLabels: { shape: [1], data: Int32Array.of(0) } }
      assert.match(yield* message({}, few), /testLabels .*40 labels/u)
      assert.isFalse(takes(train, { ...MLP, steps: 0 }))
      assert.isFalse(takes(train, { ...MLP, hidden: [0] }))
    })
  )
})
