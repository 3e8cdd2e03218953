import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import type { PipelineDocument } from "../../../core/document/PipelineDocument.ts"
import { findCycles, stageGraph, stageOrder } from "../../../core/plan/stage-graph.ts"
import { documentOf } from "./planned.ts"

/** A document of stages, each with the stages that it needs. */
const stagesOf = (needs: { readonly [stage: string]: ReadonlyArray<string> }): PipelineDocument =>
  documentOf(
    `stages:\n${Object.entries(needs)
      .map(([id, list]) => {
        const inputs = list.map((need, index) => `in${index}: ${need}.out`).join(", ")
        return `  ${id}: { uses: x/y, inputs: { ${inputs} } }`
      })
      .join("\n")}`
  )

const circles = (needs: Parameters<typeof stagesOf>[0]) => findCycles(stageGraph(stagesOf(needs)))

const CHAIN = 20_000

/** The document of a long chain, without the detour through text; `closed` makes the first need the last. */
const chain = (closed: boolean): PipelineDocument => {
  const document = documentOf("stages: { s: { uses: x/y, inputs: { in: s.out } } }")
  const [stage] = document.stages
  assert(stage !== undefined)
  const [input] = stage.inputs
  const [reference] = input?.references ?? []
  assert(input !== undefined && reference?._tag === "One")
  const needing = (id: string) => ({ ...input, references: [{ ...reference, task: id, stage: id }] })
  const stages = Array.from({ length: CHAIN }, (_, index) => {
    const before = index > 0 ? [needing(`s${index - 1}`)] : closed ? [needing(`s${CHAIN - 1}`)] : []
    return { ...stage, id: `s${index}`, inputs: before }
  })
  return { ...document, stages: stages.toReversed() }
}

describe("stageGraph", () => {
  it("takes stages for what they are whose names every object has already", () => {
    const names = ["toString", "valueOf", "hasOwnProperty"]
    const document = stagesOf({ a: [], toString: ["a"], valueOf: ["toString"], hasOwnProperty: ["valueOf", "a"] })
    assert.deepStrictEqual(stageOrder(stageGraph(document)), ["a", ...names])
    assert.deepStrictEqual(findCycles(stageGraph(document)), [])
  })
})

describe("findCycles", () => {
  it("finds none where stages only share what they need", () => {
    assert.deepStrictEqual(circles({ top: ["left", "right"], left: ["base"], right: ["base"], base: [] }), [])
  })

  it("finds a stage that waits for itself, at the reference", () => {
    const found = circles({ a: [], b: ["a", "b"] })
    assert.deepStrictEqual(
      found.map(({ message }) => message),
      ["stages wait for each other in a circle: b → b"]
    )
    assert.strictEqual(found[0]?.span.line, 4)
    assert.isAbove(found[0]?.span.column ?? 0, 20)
  })

  it("finds two stages that wait for each other, once", () => {
    const found = circles({ a: ["b"], b: ["a"] })
    assert.lengthOf(found, 1)
    assert.include(found[0]?.message, "circle: a → b → a")
  })

  it("names the stages of the circle and not those that lead to it", () => {
    const [found, ...more] = circles({ start: [], a: ["start", "c"], b: ["a"], c: ["b"], end: ["c"] })
    assert.deepStrictEqual(more, [])
    assert.include(found?.message, "circle: a → b → c → a")
  })

  it("finds every one of several circles", () => {
    assert.lengthOf(circles({ a: ["b"], b: ["a"], c: ["d"], d: ["c"], e: ["e"] }), 3)
  })

  it("follows a chain of twenty thousand stages without exhausting the stack", () => {
    const graph = stageGraph(chain(false))
    assert.deepStrictEqual(findCycles(graph), [])
    const order = stageOrder(graph)
    assert.strictEqual(order[0], "s0")
    assert.strictEqual(order.at(-1), `s${CHAIN - 1}`)
    assert.lengthOf(findCycles(stageGraph(chain(true))), 1)
  })

  const Needs = Schema.Array(
    Schema.Struct({ from: Schema.Literals([0, 1, 2, 3, 4, 5]), to: Schema.Literals([0, 1, 2, 3, 4, 5]) })
  )

  it.prop("finds a circle exactly where some stage can be reached from itself", { edges: Needs }, ({ edges }) => {
    const needs = Object.fromEntries(
      Array.from({ length: 6 }, (_, index): [string, Array<string>] => [`s${index}`, []])
    )
    for (const { from, to } of edges) needs[`s${to}`]?.push(`s${from}`)
    const reach = Array.from({ length: 6 }, (_, a) =>
      Array.from({ length: 6 }, (_, b) => edges.some(({ from, to }) => from === a && to === b))
    )
    for (let k = 0; k < 6; k++)
      for (let a = 0; a < 6; a++) for (let b = 0; b < 6; b++) reach[a]![b] ||= reach[a]![k]! && reach[k]![b]!
    return circles(needs).length > 0 === reach.some((row, index) => row[index])
  })
})

describe("stageOrder", () => {
  it("puts each stage after those it needs, however the file orders them", () => {
    const order = stageOrder(stageGraph(stagesOf({ end: ["mid", "base"], mid: ["base"], base: [] })))
    assert.deepStrictEqual(order, ["base", "mid", "end"])
  })

  it("ignores references to stages that are not there and to sources", () => {
    const document = documentOf(
      "sources: { file: { path: x, kind: Json } }\nstages:\n  a: { uses: x/y, inputs: { in: sources.file } }"
    )
    assert.deepStrictEqual(stageOrder(stageGraph(document)), ["a"])
  })
})
