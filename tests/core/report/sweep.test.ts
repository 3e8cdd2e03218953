import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { collectSweeps } from "../../../core/report/collect-sweeps.ts"
import type { ReportStage, ReportTask } from "../../../core/report/ReportModel.ts"
import { isLogarithmic, sweepOf } from "../../../core/report/Sweep.ts"
import type { Json } from "../../../core/stage/ArtifactKind.ts"

const task = (matrix: { readonly [name: string]: Json }, metrics: ReportTask["metrics"]): ReportTask => ({
  ...{ id: JSON.stringify(matrix), anchor: "task-0", matrix, params: {}, status: "done", reason: "", key: undefined },
  ...{ metrics, inputs: [], outputs: [], computed: undefined, attempts: [], logs: [] }
})

const stage = (tasks: ReadonlyArray<ReportTask>): ReportStage => ({
  ...{ id: "train", stageType: "my/train", summary: "", source: undefined, determinism: "bitwise", code: undefined },
  ...{ packages: {}, library: undefined, tasks }
})

const grid = [16, 64, 256].flatMap((width) =>
  ["sgd", "adam"].flatMap((opt) =>
    [0.01, 0.1].flatMap((lr) =>
      [0, 1].map((seed) => task({ width, opt, lr, seed }, { loss: width * lr + seed, same: 1 }))
    )
  )
)

describe("sweepOf", () => {
  it("averages over seeds, and tells what differs", () => {
    const sweep = sweepOf(stage(grid))
    assert.deepStrictEqual(
      sweep?.dimensions.map(({ name, values }) => [name, values]),
      [
        ["width", [16, 64, 256]],
        ["opt", ["sgd", "adam"]],
        ["lr", [0.01, 0.1]]
      ]
    )
    assert.deepStrictEqual([sweep?.replicates, sweep?.metrics, sweep?.groups.length], [["seed"], ["loss"], 12])
    const [first] = sweep?.groups ?? []
    assert.deepStrictEqual(first?.at, [16, "sgd", 0.01])
    assert.closeTo(first?.metrics[0]?.mean ?? 0, 0.66, 1e-12)
    assert.strictEqual(first?.metrics[0]?.count, 2)
  })

  it("is none where tasks differ in nothing, or recorded nothing that differs or is finite", () => {
    for (const tasks of [
      [task({}, { loss: 1 })],
      [task({ n: 1 }, { loss: 1 }), task({ n: 2 }, { loss: 1 })],
      [task({ n: 1 }, {}), task({ n: 2 }, { loss: Number.NaN })],
      []
    ]) {
      assert.isUndefined(sweepOf(stage(tasks)))
    }
  })

  it("says of how many tasks a mean is where others diverged, and shows the combination where all have", () => {
    const sweep = sweepOf(
      stage([
        task({ n: 1, seed: 0 }, { loss: 1 }),
        task({ n: 1, seed: 1 }, { loss: Number.NaN }),
        task({ n: 2, seed: 0 }, { loss: Number.NaN }),
        task({ n: 2, seed: 1 }, { loss: Number.NaN })
      ])
    )
    assert.deepStrictEqual(
      sweep?.groups.map(({ metrics }) => metrics[0]),
      [
        { mean: 1, deviation: undefined, count: 1, of: 2 },
        { mean: Number.NaN, deviation: undefined, count: 0, of: 2 }
      ]
    )
  })

  it("takes combinations that do not have every dimension, and values of any kind", () => {
    const sweep = sweepOf(
      stage([
        task({ a: 1 }, { loss: 1 }),
        task({ a: { depth: 2 }, b: true }, { loss: 2 }),
        task({ a: "1", b: false }, { loss: 3 })
      ])
    )
    assert.deepStrictEqual(
      sweep?.groups.map(({ at }) => at),
      [
        [1, undefined],
        [{ depth: 2 }, true],
        ["1", false]
      ]
    )
  })
})

describe("collectSweeps", () => {
  it.effect("draws each dimension, and all of three together; values of any kind, one task, huge numbers", () =>
    Effect.gen(function* () {
      const mixed = [
        task({ a: 1, seed: 0 }, { loss: 1e300 }),
        task({ a: "x", seed: 1 }, { loss: -1e300 }),
        task({ a: null }, { loss: 0 })
      ]
      const sweeps = yield* collectSweeps([stage(grid), stage(mixed), stage(grid.slice(0, 2))])
      assert.deepStrictEqual(
        sweeps.map(({ figures }) => figures.map(({ title, over }) => [title, over.join()])),
        [
          [
            ["By width", "lr,seed"],
            ["By opt", "width,seed"],
            ["By lr", "width,seed"],
            ["All dimensions", "seed"]
          ],
          [["By a", "seed"]],
          []
        ]
      )
      for (const { figures } of sweeps) for (const { image } of figures) assert.strictEqual(image._tag, "Svg")
      const [width] = sweeps[0]?.figures ?? []
      assert.include(width?.image._tag === "Svg" ? width.image.svg : "", ">256<")
    })
  )
})

describe("a sweep of thousands", () => {
  it.effect("is not drawn value by value", () =>
    Effect.gen(function* () {
      const many = Array.from({ length: 10_000 }, (_, n) => task({ n }, { loss: n }))
      assert.deepStrictEqual(yield* collectSweeps([stage(many)]), [])
    })
  )
})

describe("isLogarithmic", () => {
  it("is where one multiplies, or numbers lie more than a decade apart", () => {
    for (const values of [
      [1, 2, 4],
      [0.1, 0.01, 0.001],
      [1, 2, 50]
    ])
      assert.isTrue(isLogarithmic(values), values.join())
    for (const values of [[1, 2, 3], [0, 1, 100], [-1, 1, 10], [1, 100], []])
      assert.isFalse(isLogarithmic(values), values.join())
  })
})
