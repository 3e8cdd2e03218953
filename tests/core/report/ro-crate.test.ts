import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { ReportModel } from "../../../core/report/ReportModel.ts"
import { crateOf } from "../../../core/report/ro-crate.ts"
import { crateFaults } from "./crate-faults.ts"
import { FAILURE, reportOf, SUCCESS } from "./example-report.ts"

const FILES = ["figures/kernel.svg", "sums of 2.csv"]

/** The entity with a name. */
const named = (model: ReportModel, name: string) =>
  crateOf(model, FILES)["@graph"].find((entity) => entity["name"] === name)

describe("the crate of a run", () => {
  it.effect("conforms to what it says it conforms to, whatever the run came to", () =>
    Effect.gen(function* () {
      const success = yield* reportOf(SUCCESS)
      const bare = { ...success, stages: [], figures: [], expectations: [], paper: undefined, description: undefined }
      const odd = { ...success, name: `π "q" <b>`, paper: { title: "t", url: "javascript:alert(1)" } }
      const unfinished = {
        ...success,
        run: { ...success.run, outcome: "running" as const, params: { "a/b": { c: [1] } } }
      }
      for (const model of [success, yield* reportOf(FAILURE), bare, odd, unfinished]) {
        assert.deepStrictEqual(crateFaults(crateOf(model, FILES)), [])
      }
    })
  )

  it.effect("leads from a number of the paper to the data that it was computed from", () =>
    Effect.gen(function* () {
      const model = yield* reportOf(SUCCESS)
      const graph = new Map(crateOf(model, FILES)["@graph"].map((entity) => [entity["@id"], entity]))
      const refs = (value: unknown): ReadonlyArray<string> =>
        [value ?? []].flat().map((one) => (one as { readonly "@id": string })["@id"])
      const makers = (id: string) => [...graph.values()].filter(({ result }) => refs(result).includes(id))
      const expected = model.expectations.find(({ metric }) => metric === "pca.lambda_1")
      assert.strictEqual(graph.get("#metric-pca.lambda_1")?.["value"], expected?.measured ?? 0)
      const [action] = makers("#metric-pca.lambda_1")
      assert.strictEqual(action?.["name"], "pca")
      const inputs = refs(action?.["object"]).filter((id) => id.startsWith("#artifact-"))
      assert.isAbove(inputs.length, 0)
      for (const digest of Object.values(expected?.from?.outputs ?? {})) {
        assert.include(refs(action?.["result"]), `#artifact-${digest}`)
      }
    })
  )

  it.effect("tells of a failure, and of results that an earlier run made", () =>
    Effect.gen(function* () {
      const model = yield* reportOf(FAILURE)
      const failed = named(model, "train-digits@width=500")
      assert.strictEqual(failed?.["actionStatus"], "http://schema.org/FailedActionStatus")
      assert.match(String(failed?.["error"]), /^Diverged: loss grew/u)
      assert.match(
        String(named(model, "circle")?.["description"]),
        /^Found: executed by run 2026-11-23T10-30-12-calm-gauss\./u
      )
    })
  )

  it.effect("stays small for ten thousand tasks, keeps those whose results are shown, and says what is left out", () =>
    Effect.gen(function* () {
      const model = yield* reportOf(SUCCESS)
      const [stage] = model.stages.filter(({ tasks }) => tasks.length > 1)
      const [task] = stage?.tasks ?? []
      assert(stage !== undefined && task !== undefined)
      const tasks = Array.from({ length: 10_000 }, (_, index) => ({ ...task, id: `${stage.id}@n=${index}` }))
      const crate = crateOf({ ...model, stages: [{ ...stage, tasks }, ...model.stages] }, FILES)
      assert.isBelow(JSON.stringify(crate).length, 1_000_000)
      assert.deepStrictEqual(crateFaults(crate), [])
      const shown = new Set(model.figures.map((figure) => figure.task))
      const names = new Set(crate["@graph"].map((entity) => entity["name"]))
      for (const one of shown) assert.isTrue(names.has(one), one)
      assert.match(
        String(crate["@graph"].find((entity) => entity["@id"] === "./")?.["description"]),
        /9\d{3} further tasks left out/u
      )
    })
  )
})
