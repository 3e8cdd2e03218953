import { assert, describe, it } from "@effect/vitest"
import type { Tolerance } from "../../../core/document/PipelineDocument.ts"
import { courseOf } from "../../../core/explain/metric-course.ts"
import type { ExplainedShift, HistoryModel, MetricHistory } from "../../../core/report/HistoryModel.ts"
import { renderHistory } from "../../../core/report/history-page.ts"
import { readTags, readText } from "./page-reader.ts"

const metric = (name: string, values: ReadonlyArray<number>, goal?: Tolerance): MetricHistory => {
  const course = courseOf(
    values.map((value, run) => ({ run, value, computation: String(run) })),
    { isExact: true }
  )
  const causes: ExplainedShift["causes"] = [{ phrase: "param n 4→5", at: "x.yaml:2:9", stages: ["train"] }]
  return { name, course, goal, shifts: course.shifts.map((shift) => ({ ...shift, causes })) }
}

const runs = Array.from({ length: 6 }, (_, index) => ({
  id: `2026-11-2${index}T10-30-12.345-brave-euler${index}`,
  at: Date.UTC(2026, 10, 20 + index),
  outcome: "success" as const
}))

const history = (metrics: ReadonlyArray<MetricHistory>): HistoryModel => ({
  pipeline: "tiny",
  file: "tiny.yaml",
  profiles: [{ profile: "default", runs, metrics }],
  leftOut: 7
})

describe("renderHistory", () => {
  const html = renderHistory(
    history([
      metric("train.loss", [1, 1, 1, 2, 2, 2], { _tag: "AtMost", bound: 1.5 }),
      metric("train@seed=1.gap", [0, 0, 0, -1e-3, -1e-3, -1e-3]),
      metric("train@seed=2.gap", [0, 0, 0, -1e-3, -1e-3, -1e-3]),
      metric("same.size", [3, 3, 3, 3, 3, 3])
    ])
  )

  it("writes one well-formed page, with each shift linked to its run", () => {
    const text = readText(html.replaceAll("<wbr>", ""))
    readTags(html)
    assert.notMatch(text, /undefined|\[object|NaN|Infinity/u)
    assert.include(text, "1 → 2 (+100 %)")
    assert.include(text, "param n 4→5 (x.yaml:2:9)")
    assert.include(text, "train.gap of 2 tasks")
    assert.include(text, "1 metric with the same value in every run")
    assert.include(text, "7 are left out")
    const links = [...html.matchAll(/href="#(?<id>run-[^"]*)"/gu)].map(({ groups }) => groups?.["id"])
    assert.isNotEmpty(links)
    for (const id of links) assert.include(html, `id="${id}"`)
  })

  it("tells in words what each drawing shows", () => {
    const labels = readTags(html).flatMap(({ name, attributes }) => (name === "svg" ? [attributes] : []))
    assert.lengthOf(labels, 3)
    assert.include(labels[0], "train.loss over 6 runs, from 1 to 2; 1 shift, at brave-euler3")
  })

  it.each<readonly [string, ReadonlyArray<number>, Tolerance | undefined]>([
    ["one run", [5], { _tag: "AtLeast", bound: 5 }],
    ["the largest numbers", [1e308, -1e308, 1e308], undefined],
    ["a bound far away", [1, 2, 3], { _tag: "Absolute", value: 1e9, tolerance: 1 }],
    ["zeros", [0, 0, 0], { _tag: "Absolute", value: 0, tolerance: 0 }],
    ["what is not finite", [Number.NaN, 1, Number.POSITIVE_INFINITY], undefined],
    ["nothing finite", [Number.NaN, Number.NaN], { _tag: "AtMost", bound: 1 }]
  ])("draws %s", (_, values, goal) => {
    assert.notMatch(renderHistory(history([metric("train.loss", values, goal)])), /NaN[,"\s]|Infinity/u)
  })
})
