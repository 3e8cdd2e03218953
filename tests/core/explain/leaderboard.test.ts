import { assert, describe, it } from "@effect/vitest"
import { aggregate } from "../../../core/explain/aggregate.ts"
import { directionOf, leaderboard } from "../../../core/explain/leaderboard.ts"
import { RunValues } from "../../../core/explain/RunValues.ts"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { fold } from "../../../core/record/RunState.ts"
import { EVENTS } from "../record/sample-run.ts"

const run = (id: string, losses: { readonly [task: string]: { readonly [metric: string]: number } }) => {
  const events = Object.entries(losses).map(([task, metrics]) => ({ ...EVENTS.finished, task, metrics }))
  return {
    id,
    values: new RunValues({ id, path: "" }, fold([EVENTS.runStarted, ...events] as ReadonlyArray<JournalEvent>))
  }
}

const query = { metrics: ["train.loss"], over: new Set<string>(), direction: { _tag: "Smallest" } } as const

const board = (runs: ReadonlyArray<ReturnType<typeof run>>, changes: Partial<Parameters<typeof leaderboard>[1]> = {}) =>
  leaderboard(runs, { ...query, ...changes }).rows.map(({ run: { id }, rank, matrix, values }) => [
    rank,
    id,
    [...matrix.values()].join(),
    values[0]?.mean
  ])

describe("leaderboard", () => {
  const runs = [
    run("a", { train: { loss: 0.3 } }),
    run("b", { train: { loss: 0.1 } }),
    run("c", { other: { loss: 9 } }),
    run("d", { train: { loss: 0.1 } }),
    run("e", { train: { loss: Number.NaN } })
  ]

  it("shares ranks among equal values, and puts what has none last", () => {
    assert.deepStrictEqual(board(runs), [
      [1, "b", "", 0.1],
      [1, "d", "", 0.1],
      [3, "a", "", 0.3],
      [undefined, "c", "", undefined],
      [undefined, "e", "", Number.NaN]
    ])
  })

  it("ranks times of what was computed from the beginning, unless a stage recorded a metric of that name", () => {
    const timed = (id: string, finished: object, more: ReadonlyArray<object> = []) => {
      const events = [
        EVENTS.runStarted,
        { ...EVENTS.started, at: 1000 },
        { ...EVENTS.finished, at: 1250, ...finished },
        ...more
      ]
      return { id, values: new RunValues({ id, path: "" }, fold(events as ReadonlyArray<JournalEvent>)) }
    }
    const hit = { _tag: "TaskHit", at: 1, task: "circle@n=2", key: EVENTS.finished.key, outputs: {}, metrics: {} }
    const all = [
      timed("slow", {}, [hit]),
      timed("odd", { metrics: { "wall time": 0.125 } }),
      timed("rest", { continuedFrom: { at: 1 } }),
      timed("brief", { cpuMillis: 0 })
    ]
    assert.deepStrictEqual(
      board(all, { metrics: ["circle.wall time"] }).map(([, id, , value]) => [id, value]),
      [
        ["odd", 0.125],
        ["slow", 0.25],
        ["brief", 0.25],
        ["rest", undefined]
      ]
    )
    assert.deepStrictEqual(board(all.slice(0, 1), { metrics: ["circle.processor time"] }), [[1, "slow", "", 0.007]])
    assert.lengthOf(all[0]?.values.metricsNamed("circle@n=1.wall time") ?? [], 0)
    assert.lengthOf(all[0]?.values.metricsNamed("wall time") ?? [], 1)
    assert.deepStrictEqual(all[0]?.values.tasksBehind("circle.wall time"), ["circle", "circle@n=2"])
    assert.deepStrictEqual(all[0]?.values.timeNames(), ["circle.processor time", "circle.wall time"])
  })

  it("ranks from the largest, and from the nearest to a value", () => {
    assert.deepStrictEqual(
      board(runs, { direction: { _tag: "Largest" } }).map(([, id]) => id),
      ["a", "b", "d", "c", "e"]
    )
    assert.deepStrictEqual(board(runs, { direction: { _tag: "Nearest", value: 0.29 } })[0], [1, "a", "", 0.3])
  })

  const swept = run("s", {
    "train@width=2,seed=0": { loss: 1 },
    "train@width=2,seed=1": { loss: 3 },
    "train@width=5,seed=0": { loss: 1.5 },
    "test@width=5": { error: 7 },
    "test@width=2": { error: 8 }
  })

  it("has a row for each combination, and averages over a dimension", () => {
    assert.deepStrictEqual(
      board([swept]).map(([rank, , matrix]) => [rank, matrix]),
      [
        [1, "2,0"],
        [2, "5,0"],
        [3, "2,1"]
      ]
    )
    const { rows } = leaderboard([swept], { ...query, metrics: ["train.loss", "test.error"], over: new Set(["seed"]) })
    assert.deepStrictEqual(
      rows.map(({ rank, matrix, values }) => [rank, matrix.get("width"), values.map((value) => value?.mean)]),
      [
        [1, "5", [1.5, 7]],
        [2, "2", [2, 8]]
      ]
    )
    assert.deepStrictEqual(rows[1]?.values[0], { mean: 2, deviation: Math.SQRT2, count: 2, of: 2 })
  })

  it("says of how many values a mean is, where some diverged or were not recorded", () => {
    const shaky = run("t", {
      "train@seed=0": { loss: 1 },
      "train@seed=1": { loss: Number.NaN },
      "train@seed=2": { loss: 3 },
      "train@seed=3": {}
    })
    const { rows } = leaderboard([shaky], { ...query, over: new Set(["seed"]) })
    assert.deepStrictEqual(rows[0]?.values, [{ mean: 2, deviation: Math.SQRT2, count: 2, of: 4 }])
    const gone = run("u", { "train@seed=0": { loss: Number.NaN }, "train@seed=1": { loss: Number.POSITIVE_INFINITY } })
    assert.deepStrictEqual(board([gone, shaky], { over: new Set(["seed"]), direction: { _tag: "Largest" } }), [
      [1, "t", "", 2],
      [undefined, "u", "", Number.NaN]
    ])
  })

  it("counts of a metric that names values only the tasks that have them", () => {
    const { rows } = leaderboard([swept], {
      ...query,
      metrics: ["train@width=2.loss"],
      over: new Set(["width", "seed"])
    })
    assert.deepStrictEqual(rows[0]?.values[0], { mean: 2, deviation: Math.SQRT2, count: 2, of: 2 })
  })

  it("takes the tasks that have some values", () => {
    assert.deepStrictEqual(board([swept], { metrics: ["train@width=2.loss"] }).length, 2)
    assert.deepStrictEqual(board([swept], { metrics: ["train@seed=0,width=5.loss"] }).length, 1)
  })

  it("says over which dimensions a further metric would have to be averaged", () => {
    const { ambiguity } = leaderboard([swept], { ...query, metrics: ["test.error", "train.loss"] })
    assert.deepStrictEqual(ambiguity, { metric: "train.loss", dimensions: ["seed"] })
  })
})

describe("aggregate", () => {
  it("is the value itself of one, and nothing of none", () => {
    assert.deepStrictEqual(aggregate([4]), { mean: 4, deviation: undefined, count: 1, of: 1 })
    assert.isUndefined(aggregate([]))
    assert.deepStrictEqual(aggregate([1e9 + 1, 1e9 + 2, 1e9 + 3])?.deviation, 1)
  })
})

describe("directionOf", () => {
  it("is that of the bounds, or the value that all name", () => {
    assert.deepStrictEqual(
      directionOf([
        { _tag: "AtMost", bound: 1 },
        { _tag: "AtMost", bound: 2 }
      ]),
      { _tag: "Smallest" }
    )
    assert.deepStrictEqual(directionOf([{ _tag: "AtLeast", bound: 1 }]), { _tag: "Largest" })
    assert.deepStrictEqual(directionOf([{ _tag: "Relative", value: 3, tolerance: 0.1 }]), { _tag: "Nearest", value: 3 })
    assert.isUndefined(
      directionOf([
        { _tag: "AtMost", bound: 1 },
        { _tag: "AtLeast", bound: 0 }
      ])
    )
    assert.isUndefined(directionOf([{ _tag: "Between", least: 0, most: 1 }]))
    assert.isUndefined(directionOf([]))
  })
})
