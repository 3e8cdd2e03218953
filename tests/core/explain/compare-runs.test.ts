import { assert, describe, it } from "@effect/vitest"
import { type ComparedRun, compareRuns, differing } from "../../../core/explain/compare-runs.ts"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { fold } from "../../../core/record/RunState.ts"
import { digest, EVENTS } from "../record/sample-run.ts"
import { sketched } from "../run/sketched-plan.ts"

const run = (id: string, loss: number, code: string, points: string): ComparedRun => ({
  folder: { id, path: "" },
  plan: sketched([{ id: "circle", code }, { id: "limit" }]),
  document: undefined,
  state: fold([
    { ...EVENTS.runStarted, params: { loss, same: [1] } },
    EVENTS.started,
    { ...EVENTS.finished, metrics: { loss }, outputs: { points: digest(points) } }
  ] as ReadonlyArray<JournalEvent>)
})

describe("compareRuns", () => {
  const [a, b, c] = [run("a", 1, "x", "p"), run("b", 2, "y", "p"), run("c", 2, "x", "q")]

  it("sets every value beside those of the other runs", () => {
    const comparison = compareRuns([a, b, c])
    assert.deepStrictEqual(comparison.runs, ["a", "b", "c"])
    assert.deepStrictEqual(comparison.params, [
      { name: "loss", values: [1, 2, 2] },
      { name: "same", values: ["[1]", "[1]", "[1]"] }
    ])
    assert.deepStrictEqual(comparison.metrics, [{ name: "circle.loss", values: [1, 2, 2] }])
    assert.deepStrictEqual(comparison.artifacts, [
      { name: "circle.points", values: [digest("p"), digest("p"), digest("q")] }
    ])
    assert.deepStrictEqual(comparison.timings, [{ name: "circle", values: [3, 3, 3] }])
    assert.deepStrictEqual(
      comparison.code.map(({ name, changes }) => [name, changes]),
      [
        ["circle", [[], ["code of test/circle: main changed"], []]],
        ["limit", [[], [], []]]
      ]
    )
  })

  it("tells what tasks were computed on, those of a stage together, and nothing of what all have from the processor", () => {
    const on = (id: string, devices: Readonly<Record<string, object>>): ComparedRun => ({
      ...run(id, 1, "x", "p"),
      state: fold([
        EVENTS.runStarted,
        ...Object.entries(devices).map(([task, device]) => ({ ...EVENTS.hit, task, ...device }))
      ] as ReadonlyArray<JournalEvent>)
    })
    const wasm = { device: "wasm" }
    const gpu = { device: "webgpu", adapter: "a GPU" }
    const first = on("a", { circle: {}, "fit@seed=1": wasm, "fit@seed=2": wasm, "fit@seed=3": {} })
    const second = on("b", { circle: {}, "fit@seed=1": gpu, "fit@seed=2": gpu, "fit@seed=3": wasm })
    const rows = [
      { name: "fit", tasks: ["fit@seed=1", "fit@seed=2"], values: ["wasm", "webgpu: a GPU", "wasm"] },
      { name: "fit@seed=3", tasks: ["fit@seed=3"], values: ["cpu", "wasm", "cpu"] }
    ]
    assert.deepStrictEqual(differing(compareRuns([first, second, first])).devices, rows)
    assert.deepStrictEqual(differing(compareRuns([first, first])).devices, [])
  })

  it("leaves out what is alike in all", () => {
    const { params, artifacts, timings, code, environment } = differing(compareRuns([a, b]))
    assert.deepStrictEqual(
      params.map(({ name }) => name),
      ["loss"]
    )
    assert.deepStrictEqual([artifacts, timings, environment], [[], [], []])
    assert.deepStrictEqual(
      code.map(({ name }) => name),
      ["circle"]
    )
  })

  it("has nothing in place of what a run does not have", () => {
    const other = { ...a, plan: sketched([{ id: "limit" }]), state: fold([]) }
    const { metrics, code } = compareRuns([a, other])
    assert.deepStrictEqual(metrics, [{ name: "circle.loss", values: [1, null] }])
    assert.deepStrictEqual(
      code.map(({ values: [, second] }) => second === null),
      [true, false]
    )
  })
})
