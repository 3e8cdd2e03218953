/** The plan does not depend on the order in which a file has its keys. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { inputPart, keyParts } from "../../../core/plan/key.ts"
import type { Origin, Plan } from "../../../core/plan/Plan.ts"
import { ofValue } from "../../../core/store/Digest.ts"
import { growing } from "./planned.ts"

/** A value of a file; of maps the order of keys is to be tried. */
type Value = string | number | boolean | ReadonlyArray<Value> | { readonly [key: string]: Value }

const FILE: Value = {
  params: { width: 3, names: ["x", "y"], rate: 0.5, on: true },
  sources: { a: { path: "a.csv", kind: "Tensor" }, b: { kind: "Json", path: "b.json" } },
  stages: {
    points: { uses: "make/tensor", with: { n: "${{ params.width }}", name: "p", mode: "slow" } },
    train: {
      uses: "take/one",
      matrix: ["width: [1, 2]", "seed: [3, 4]"],
      when: "${{ params.on || matrix.width > 1 }}",
      inputs: { in: "points.out", maybe: "sources.b" },
      retries: 2,
      resources: { cpu: 1, memory: "1MiB" }
    },
    more: { uses: "make/tensor", with: { n: 7, name: "${{ params.names[0] }}" }, timeout: "10s" },
    all: { uses: "take/many", inputs: { all: ["train.*.out", "more.out", "sources.a"] } },
    off: { uses: "take/one", when: "${{ !params.on }}", inputs: { in: "more.out" } }
  },
  outputs: { "a.json": "all.out", "b.npy": "more.out", "c.svg": "all.figure" },
  report: { figures: ["all.figure"] }
}

const isMap = (value: Value): value is { readonly [key: string]: Value } =>
  typeof value === "object" && !Array.isArray(value)

/** Writes a value as YAML, each map in the order that the next rank chooses. A matrix is written in its own order. */
const written = (value: Value, next: () => number): string => {
  if (typeof value === "string") return JSON.stringify(value)
  if (!isMap(value))
    return Array.isArray(value) ? `[${value.map((item) => written(item, next)).join(", ")}]` : String(value)
  const entries = Object.entries(value)
    .map((entry) => ({ entry, rank: next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ entry: [key, item] }) =>
      key === "matrix" && Array.isArray(item)
        ? `matrix: { ${item.join(", ")} }`
        : `${JSON.stringify(key)}: ${written(item, next)}`
    )
  return `{ ${entries.join(", ")} }`
}

/** The file with the keys of its maps, also those at the top, ordered by ranks. */
const textOf = (ranks: ReadonlyArray<number>): string => {
  let at = 0
  const next = () => (ranks.length === 0 ? 0 : (ranks[at++ % ranks.length] ?? 0))
  return written(FILE, next)
    .slice(2, -2)
    .replaceAll(/, "(params|sources|stages|outputs|report)": /gu, '\n"$1": ')
}

/** All that a plan says, by names in place of numbers and places. */
const meaning = (plan: Plan) => {
  const digestOf = (origin: Origin) =>
    ofValue(
      "test",
      origin._tag === "Source" ? (plan.sources[origin.source]?.name ?? "") : (plan.tasks[origin.task]?.id ?? "")
    )
  const byName = <A extends { readonly name: string }>(a: A, b: A): number => (a.name < b.name ? -1 : 1)
  return {
    params: plan.params,
    tasks: plan.tasks
      .map((task) => ({
        name: task.id,
        stage: plan.stages[task.stage]?.id,
        matrix: task.matrix,
        resources: task.resources,
        retries: task.retries,
        timeout: task.timeout,
        key: keyParts(plan, task, (input) => inputPart(input, digestOf), { engine: "e" })
      }))
      .sort(byName),
    leftOut: (plan.leftOut ?? []).map(({ task, because }) => ({ name: task, because })).sort(byName),
    outputs: plan.outputs
      .map(({ destination, from }) => ({ name: destination, from: plan.tasks[from.task]?.id, port: from.port }))
      .sort(byName),
    figures: plan.figures.map(({ task, port }) => [plan.tasks[task]?.id, port])
  }
}

describe("the order of keys in the file", () => {
  it.effect.prop("changes nothing in the plan", { ranks: Schema.Array(Schema.Int) }, ({ ranks }) =>
    Effect.gen(function* () {
      const [usual, other] = yield* Effect.promise(() => Promise.all([growing(textOf([])), growing(textOf(ranks))]))
      assert.lengthOf(usual.plan.tasks, 7)
      assert.deepStrictEqual(meaning(other.plan), meaning(usual.plan))
    })
  )
})
