import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Tensor } from "../../../core/stage/ArtifactKind.ts"
import split from "../../../stages/data/split.ts"
import { row } from "../arrays.ts"
import { runStage, takes } from "../run-stage.ts"

const COUNT = 20
const points = { shape: [COUNT, 3], data: Float32Array.from({ length: COUNT * 3 }, (_, at) => at) }
/** What comes from one task, as a fan-in has it. */
const one = (value: Tensor) => [{ matrix: {}, value }]
const labels = { shape: [COUNT], data: Int32Array.from({ length: COUNT }, (_, at) => at) }

describe("data/split", () => {
  it.effect("puts each point, with its label, on one side", () =>
    Effect.gen(function* () {
      const { outputs } = yield* runStage(split, { test: 6, seed: 1 }, { points: one(points), labels: one(labels) })
      assert.deepStrictEqual(
        [outputs.points.shape, outputs.testPoints.shape],
        [
          [14, 3],
          [6, 3]
        ]
      )
      const sides = [...outputs.labels.data, ...outputs.testLabels.data]
      assert.deepStrictEqual(
        [...sides].sort((a, b) => a - b),
        [...labels.data]
      )
      assert.notDeepEqual(sides, [...labels.data])
      for (const [at, label] of outputs.testLabels.data.entries()) {
        assert.deepStrictEqual([...row(outputs.testPoints, at)], [3 * label, 3 * label + 1, 3 * label + 2])
      }
      assert.instanceOf(outputs.points.data, Float32Array)
    })
  )

  it.effect("joins collections of one kind", () =>
    Effect.gen(function* () {
      const both = { points: [...one(points), ...one(points)], labels: [...one(labels), ...one(labels)] }
      const { outputs } = yield* runStage(split, { test: 10 }, both)
      assert.deepStrictEqual(outputs.points.shape, [30, 3])
      const found = [...outputs.labels.data, ...outputs.testLabels.data].sort((a, b) => a - b)
      assert.deepStrictEqual(
        found,
        [...labels.data, ...labels.data].sort((a, b) => a - b)
      )
      const wider = { shape: [2, 4], data: new Float32Array(8) }
      const mixed = { points: [...one(points), ...one(wider)], labels: both.labels }
      assert.match(
        (yield* Effect.flip(runStage(split, { test: 1 }, mixed))).message,
        /as those of the first collection/u
      )
      assert.match(
        (yield* Effect.flip(runStage(split, { test: 1 }, { points: [], labels: [] }))).message,
        /one collection/u
      )
    })
  )

  it.effect("refuses labels of another number, and to set aside all there is", () =>
    Effect.gen(function* () {
      const few = yield* Effect.flip(
        runStage(split, { test: 2 }, { points: one(points), labels: one({ shape: [2], data: Int32Array.of(1, 2) }) })
      )
      assert.match(few.message, /labels.*20 labels, one for each point/u)
      const all = yield* Effect.flip(runStage(split, { test: COUNT }, { points: one(points), labels: one(labels) }))
      assert.match(all.message, /more than 20 points/u)
      assert.isFalse(takes(split, { test: 0 }))
    })
  )
})
