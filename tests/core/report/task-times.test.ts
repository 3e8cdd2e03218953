import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Journal from "../../../core/record/Journal.ts"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { fold } from "../../../core/record/RunState.ts"
import { collectTaskTimes } from "../../../core/report/collect-task-times.ts"
import { logTicks } from "../../../core/report/number-axis.ts"
import { powerLawOf } from "../../../core/report/power-law.ts"
import type { ReportStage, ReportTask } from "../../../core/report/ReportModel.ts"
import { type TaskTimes, taskTimes } from "../../../core/report/TaskTimes.ts"
import { usualTimes } from "../../../core/report/times-questions.ts"
import type { Json } from "../../../core/stage/ArtifactKind.ts"
import { temporaryFolder } from "./example-report.ts"

const THIS_RUN = "2026-11-24T10-30-12.000-brave-euler"

const COMPUTED = { runId: THIS_RUN, task: "t", attempt: 1, startedAt: 0, peakMemory: 0, isContinued: false }

/** A task that took some milliseconds of the processor's time, and twice as long from start to end. */
const task = (
  matrix: { readonly [name: string]: Json },
  millis: number,
  more: Partial<ReportTask> = {}
): ReportTask => ({
  ...{ id: JSON.stringify(matrix), anchor: "task-0", matrix, params: {}, status: "done", reason: "", key: undefined },
  ...{ metrics: {}, inputs: [], outputs: [], attempts: [], logs: [] },
  computed: { ...COMPUTED, cpuMillis: millis, durationMillis: 2 * millis },
  ...more
})

const stage = (id: string, tasks: ReadonlyArray<ReportTask>): ReportStage => ({
  ...{ id, stageType: "my/train", summary: "", source: undefined, determinism: "bitwise", code: undefined },
  ...{ packages: {}, library: undefined, tasks }
})

const timesOf = (tasks: ReadonlyArray<ReportTask>): TaskTimes | undefined =>
  taskTimes({ title: "T", against: "n", by: undefined, lines: [{ label: "train", tasks }] })

describe("powerLawOf", () => {
  it("finds the exponent of a power, whatever its factor, and that it is exact", () => {
    for (const exponent of [-1.5, 0, 1, 2.807]) {
      const law = powerLawOf([1, 3, 10, 1000].map((size) => [size, 7e-4 * size ** exponent]))
      assert.closeTo(law?.exponent ?? Number.NaN, exponent, 1e-12)
      assert.closeTo(law?.error ?? Number.NaN, 0, 1e-7)
    }
  })

  it("says how far it may be off: by hand for three points", () => {
    // y = 0, 1, 0 at x = -1, 0, 1: slope 0, squares left 2/3, standard error √(2/3 / 1 / 2).
    const law = powerLawOf([
      [Math.exp(-1), 1],
      [1, Math.E],
      [Math.E, 1]
    ])
    assert.closeTo(law?.exponent ?? Number.NaN, 0, 1e-15)
    assert.closeTo(law?.error ?? Number.NaN, Math.sqrt(1 / 3), 1e-15)
    assert.closeTo(law?.last ?? Number.NaN, -1, 1e-15)
  })

  it("is none of fewer than three sizes", () => {
    assert.isUndefined(powerLawOf([]))
    assert.isUndefined(
      powerLawOf([
        [1, 1],
        [2, 2]
      ])
    )
  })
})

describe("logTicks", () => {
  it("are few, exact, and between the values, over any span", () => {
    assert.deepStrictEqual(logTicks([1, 0.002]), { values: [0.003, 0.01, 0.03, 0.1, 0.3, 1] })
    assert.deepStrictEqual(logTicks([0.004, 0.11]), { values: [0.005, 0.01, 0.02, 0.03, 0.05, 0.1] })
    assert.deepStrictEqual(logTicks([1e-300, 1e300]), {
      values: [1e-300, 1e-225, 1e-150, 1e-75, 1, 1e75, 1e150, 1e225, 1e300]
    })
    for (const narrow of [
      [13, 15.5],
      [7, 7]
    ])
      assert.deepStrictEqual(logTicks(narrow), { tickCount: 4 })
  })
})

describe("taskTimes", () => {
  const grid = [10, 20, 40].flatMap((n) => [1, 2, 9].map((seed) => task({ n, seed }, (n / 10) ** 2 * 10 * seed)))

  it("takes the median of each size, its range, and the exponent of the medians", () => {
    const times = timesOf(grid)
    const [line] = times?.lines ?? []
    assert.deepStrictEqual(
      line?.points.map(({ size, least, median, most, wall }) => [size, least, median, most, wall]),
      [
        [10, 0.01, 0.02, 0.09, 0.04],
        [20, 0.04, 0.08, 0.36, 0.16],
        [40, 0.16, 0.32, 1.44, 0.64]
      ]
    )
    assert.closeTo(line?.law?.exponent ?? Number.NaN, 2, 1e-12)
    assert.deepStrictEqual([times?.measure, times?.over, times?.continued], ["processor time", ["seed"], 0])
  })

  it("counts what was cached, and leaves out what went on from an earlier result, failed, or has no number", () => {
    const [first, ...others] = grid
    const continued = task({ n: 40 }, 1, {
      computed: { ...COMPUTED, cpuMillis: 1, durationMillis: 1, isContinued: true }
    })
    const odd = [
      task({ n: 80 }, 1, { status: "failed" }),
      task({ n: 80 }, 1, { computed: undefined }),
      task({ n: "80" }, 1),
      task({}, 1)
    ]
    const times = timesOf([{ ...first!, status: "hit" }, ...others, continued, ...odd])
    assert.deepStrictEqual(
      times?.lines[0]?.points.map(({ size, cached, tasks }) => [size, cached, tasks.length]),
      [
        [10, 1, 3],
        [20, 0, 3],
        [40, 0, 3]
      ]
    )
    assert.strictEqual(times?.continued, 1)
  })

  it("fits no exponent to what is over at once", () => {
    const brief = [1, 2, 4, 8].map((n) => task({ n }, n === 8 ? 6 : 1))
    assert.isUndefined(timesOf(brief)?.lines[0]?.law)
  })

  it("goes by the clock where a device computes, or the processor's time of something long is not known", () => {
    const [first, ...others] = grid
    const unknown = { ...first!, computed: { ...COMPUTED, cpuMillis: 0, durationMillis: 30 } }
    assert.strictEqual(timesOf([unknown, ...others])?.measure, "wall time")
    assert.strictEqual(timesOf([{ ...first!, device: "webgpu: some card" }, ...others])?.measure, "wall time")
    const brief = { ...unknown, computed: { ...unknown.computed, durationMillis: 2 } }
    assert.strictEqual(timesOf([brief, ...others])?.measure, "processor time")
    assert.strictEqual(timesOf([brief, ...others])?.lines[0]?.points[0]?.least, 0.002)
  })

  it("is none of one size, or of nothing", () => {
    assert.isUndefined(timesOf([]))
    assert.isUndefined(timesOf(grid.slice(0, 3)))
  })
})

describe("usualTimes", () => {
  it("draws the stages of a dimension together, those that take longest, and one stage by its other dimension", () => {
    const sweep = (factor: number) => [1, 2, 4].flatMap((n) => [0, 1].map((seed) => task({ n, seed }, factor * n)))
    const brief = stage("brief", sweep(10))
    const stages = Array.from({ length: 9 }, (_, index) => stage(`s${index}`, sweep(100 * (index + 1))))
    const [together, ...none] = usualTimes([brief, ...stages])
    assert.deepStrictEqual(
      together?.lines.map(({ label }) => label),
      ["s8", "s7", "s6", "s5", "s4", "s3", "s2"]
    )
    assert.lengthOf(none, 0)
    const methods = [
      { name: "fast", kicks: 0 },
      { name: "slow", kicks: 9 }
    ]
    const [one] = usualTimes([
      stage(
        "one",
        methods.flatMap((method) => [1, 2, 4].map((n) => task({ n, method }, 100 * n)))
      ),
      stage(
        "words",
        ["a", "b", "c"].map((word) => task({ word }, 100))
      ),
      stage(
        "seeds",
        [1, 2, 3].map((seed) => task({ seed }, 100))
      )
    ])
    assert.deepStrictEqual([one?.by, one?.lines.map(({ label }) => label)], ["method", ["fast", "slow"]])
  })
})

/** The beginning of a run on some machine. */
const begun = (environment: { readonly [name: string]: string }): JournalEvent => ({
  ...{ _tag: "RunStarted", at: 0, runId: "r", pipeline: "p", file: "p.yaml", profile: "default", params: {} },
  ...{ targets: [], jobs: 1, traceId: "0", spanId: "0", environment, tasks: 4 }
})

describe("collectTaskTimes", () => {
  const state = fold([])
  const collect = (plan: Parameters<typeof collectTaskTimes>[0]["plan"], stages: ReadonlyArray<ReportStage>) =>
    collectTaskTimes({ folder: { id: THIS_RUN }, plan, state }, stages)

  it.effect("draws ten thousand tasks in a few kilobytes, and any sizes", () =>
    Effect.gen(function* () {
      const many = Array.from({ length: 10_000 }, (_, index) => task({ n: index, seed: index % 7 }, 100 + index))
      const odd = [-2, 0, 1e-12, 3, 1e300].map((n) => task({ n }, 100))
      for (const tasks of [many, odd]) {
        const [times] = yield* collect({}, [stage("train", tasks)])
        assert.strictEqual(times?.image._tag, "Svg")
        if (times?.image._tag === "Svg") assert.isBelow(times.image.svg.length, 250_000)
      }
    })
  )

  it.effect("draws what is asked for, and nothing where nothing is", () =>
    Effect.gen(function* () {
      const tasks = ["x", "y"].flatMap((way) => [1, 2].map((n) => task({ n, way }, 10 * n)))
      const lines = [
        { stage: "train", values: { way: "x" } },
        { stage: "gone", values: {} }
      ]
      const [times] = yield* collect({ times: [{ lines, against: "n", title: "Title" }] }, [stage("train", tasks)])
      assert.deepStrictEqual(
        times?.times.lines.map(({ label, points }) => [label, points.length]),
        [["train@way=x", 2]]
      )
      assert.deepStrictEqual([times?.times.title, times?.machines.map(({ runs }) => runs)], ["Title", [[THIS_RUN]]])
      assert.lengthOf(yield* collect({ times: [] }, [stage("train", tasks)]), 0)
    })
  )

  it.effect("says on what the times of cached results were measured, as far as journals tell", () =>
    Effect.gen(function* () {
      const runs = yield* temporaryFolder
      const earlier = {
        id: "2026-11-23T10-30-12.000-calm-gauss",
        path: join(runs, "2026-11-23T10-30-12.000-calm-gauss")
      }
      yield* Effect.scoped(
        Effect.gen(function* () {
          mkdirSync(earlier.path)
          const journal = yield* Journal.open(earlier)
          yield* journal.append(begun({ processor: "Old", cores: "1", platform: "linux-x64" }))
        })
      )
      const by = (runId: string, n: number): ReportTask =>
        task({ n }, 10, { status: "hit", computed: { ...COMPUTED, runId, cpuMillis: 100, durationMillis: 100 } })
      const run = { folder: { id: THIS_RUN, path: join(runs, THIS_RUN) }, plan: {} }
      const [times] = yield* collectTaskTimes({ ...run, state: fold([begun({ processor: "New", cores: "8" })]) }, [
        stage("train", [task({ n: 1 }, 100), task({ n: 2 }, 100), by(earlier.id, 3), by("gone", 4)])
      ])
      assert.deepStrictEqual(times?.machines, [
        { words: "New, 8 cores", runs: [THIS_RUN], tasks: 2 },
        { words: "Old, 1 core, linux-x64", runs: [earlier.id], tasks: 1 },
        { words: undefined, runs: ["gone"], tasks: 1 }
      ])
    }).pipe(Effect.scoped)
  )
})
