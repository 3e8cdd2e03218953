import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { renderPng } from "../../../core/figure/render-png.ts"
import type { Plan } from "../../../core/plan/Plan.ts"
import { ofPlan, type ShownStatus } from "../../../core/report/GraphModel.ts"
import { graphText } from "../../../core/report/graph-formats.ts"
import { sketched } from "../run/sketched-plan.ts"
import { plan } from "./example-run.ts"
import { readTags } from "./page-reader.ts"

const HOSTILE = `"];\n<b>&'\\#`

const hostilePlan: Plan = {
  ...plan,
  name: HOSTILE,
  stages: plan.stages.map((stage) => ({ ...stage, id: stage.id + HOSTILE }))
}

const statuses = new Map(
  plan.tasks.map(({ id, stage }): [string, ShownStatus] => [id, stage === 4 && id.endsWith("=7") ? "failed" : "hit"])
)

describe("graphText", () => {
  it.effect.each([
    ["plain", plan],
    ["hostile", hostilePlan]
  ] as const)("draws an SVG that a strict reader takes, with %s names", ([, subject]) =>
    Effect.gen(function* () {
      const png = yield* renderPng(graphText(subject, "svg", statuses))
      assert.deepStrictEqual([...png.subarray(1, 4)], [...new TextEncoder().encode("PNG")])
    })
  )

  it("draws one node for each stage and source, and says how many tasks it stands for", () => {
    const svg = graphText(plan, "svg", statuses)
    assert.strictEqual(svg.match(/class="box/gu)?.length, plan.stages.length + plan.sources.length)
    assert.include(svg, "×20")
    assert.include(svg, "20 tasks · 18 cached, 2 failed")
    assert.include(svg, "border-failed")
  })

  it("writes a page that is whole", () => {
    assert.doesNotThrow(() => readTags(graphText(hostilePlan, "html", statuses)))
  })

  it("connects who makes a list with what goes over it, before and after the list is known", () => {
    const span = { file: "sketch.yaml", line: 1, column: 1, length: 1 }
    const pending = { span, stageType: "test/part", waitsFor: [], after: [], needs: [], sources: [] }
    const before: Plan = {
      ...sketched([{ id: "split" }]),
      pending: [
        { ...pending, id: "part", waitsFor: [{ task: 0, port: "out" }], needs: [0] },
        { ...pending, id: "all", after: ["part"] }
      ]
    }
    const after = sketched([{ id: "split" }, { id: "part@x=1" }, { id: "all", needs: ["part@x=1"] }])
    const known: Plan = {
      ...after,
      stages: after.stages.map((stage) =>
        stage.id === "part" ? { ...stage, listsFrom: [{ task: 0, port: "out" }] } : stage
      )
    }
    const lines = (drawn: Plan) => {
      const { nodes, edges } = ofPlan(drawn)
      return edges.map(({ from, to, ports }) => [nodes[from]?.label, nodes[to]?.label, ...ports]).sort()
    }
    assert.deepStrictEqual(lines(before), [
      ["part", "all"],
      ["split", "part", "out → matrix"]
    ])
    assert.deepStrictEqual(lines(known), [
      ["part", "all", "out → in0"],
      ["split", "part", "out → matrix"]
    ])
    for (const drawn of [before, known]) assert.doesNotThrow(() => readTags(graphText(drawn, "html")))
  })

  it("writes every connection once", () => {
    const { nodes, edges } = JSON.parse(graphText(plan, "json"))
    const name = (index: number): string => nodes[index].label
    const lines = edges.map(({ from, to, isFanIn }: { from: number; to: number; isFanIn: boolean }) =>
      [name(from), isFanIn ? "=" : "-", name(to)].join(" ")
    )
    assert.sameMembers(lines, [
      "archive - digits",
      "circle - limit",
      "circle - empirical",
      "gaussian - empirical",
      "digits - kernel-digits",
      "kernel-digits - pca",
      "digits - train-digits",
      "pca - train-digits",
      "limit - curves",
      "empirical = curves",
      "train-digits = learning",
      "pca - learning",
      "curves - summary",
      "learning - summary",
      "limit - summary"
    ])
  })

  it("escapes names for Mermaid", () => {
    const text = graphText(hostilePlan, "mermaid")
    for (const line of text.split("\n").slice(1))
      assert.match(line, /^(?: {2}(?:n\d+(?:\(\["[^"]*"\]\)|\["[^"]*"\]| (?:-->|==>) n\d+)|classDef .*|class .*))?$/u)
    assert.include(text, "#34;")
  })

  it("escapes names for Graphviz", () => {
    const text = graphText(hostilePlan, "dot")
    const quotes = text.replace(/\\[\s\S]/gu, "").split('"').length - 1
    assert.strictEqual(quotes % 2, 0)
    assert.notMatch(text.replace(/"(?:[^"\\]|\\.)*"/gu, '""'), /[<&#]/u)
  })

  it("colours by what is known", () => {
    assert.include(graphText(plan, "mermaid", statuses), "classDef hit")
    assert.notInclude(graphText(plan, "mermaid"), "classDef")
  })
})
