import { assert, describe, it } from "@effect/vitest"
import type { Tolerance } from "../../../core/document/PipelineDocument.ts"
import { renderHistory } from "../../../core/report/history-page.ts"
import { HISTORY, history, metric } from "./example-history.ts"
import { readTags, readText } from "./page-reader.ts"

describe("renderHistory", () => {
  const html = renderHistory(HISTORY)

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

  it("says of runs without a metric that none has recorded one, and counts no runs", () => {
    const text = readText(renderHistory({ pipeline: "tiny", profiles: [], leftOut: 0 }))
    assert.include(text, "Of tiny no run has recorded a metric yet.")
    assert.notMatch(text, /0 runs|changed its level/u)
  })

  it("tells in words what each drawing shows", () => {
    const labels = readTags(html).flatMap(({ name, attributes }) => (name === "svg" ? [attributes] : []))
    assert.lengthOf(labels, 3)
    assert.include(labels[0], "train.loss over 6 runs, from 1 to 2; 1 shift, at brave-euler3")
  })

  it("marks the runs in which a metric diverged, and says so of the last", () => {
    const page = renderHistory(history([metric("train.loss", [1, Number.NaN, 1, Number.NaN])]))
    assert.lengthOf([...page.matchAll(/<path class="course-cross"/gu)], 2)
    assert.include(page, "train.loss over 2 runs, from 1 to 1; no shift; diverged in 2 runs")
    assert.match(page.replaceAll("<wbr>", ""), /train\.loss<\/code> <b>NaN<\/b>/u)
    assert.match(renderHistory(history([metric("train.loss", [1, Number.NaN, 2])])), /<b>2<\/b>/u)
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
