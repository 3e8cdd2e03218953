/** Threads that are lent to attempts of several cores, in the command as it is built. */
import { assert, describe, it } from "vitest"
import { TEAM_BODY } from "../core/run/team-stage.ts"
import { makeProject } from "./project.ts"

const STAGE = `import { Effect, Schema } from "effect"
import { Metric, StageType, Team } from "athanor/stage"

declare const WebAssembly: any

export default StageType.make({
  name: "my/team",
  summary: "Notes numbers, with whoever is there",
  determinism: "bitwise",
  params: Schema.Struct({}),
  inputs: {},
  outputs: { out: "Tensor" },
  resources: () => ({ cpu: 2 }),
  run: () =>
    Effect.gen(function* () {
      ${TEAM_BODY}
      const calls = Array.from({ length: 100 }, (_, i) => [4096 + 8 * i, Math.sqrt(i)])
      call("note", calls, { address: 0, bytes: 64 })
      yield* Metric.record("threads", team.threads)
      return { out: { shape: [100], data: new Float64Array(memory.buffer, 4096, 100) } }
    })
})
`

const project = (resources = "") =>
  makeProject({ "team.ts": STAGE, "teams.yaml": `name: teams\nstages:\n  team:\n    uses: ./team.ts\n${resources}` })

describe("a stage that asks for two cores", () => {
  it.each([
    ["has a thread beside its own", "", "2", 2],
    ["has one too where it is held to a limit", "    resources: { memory: 200MiB }\n", "2", 2],
    ["has none where the run has one core", "", "1", 1]
  ])("%s, and gives the same bytes", (_, resources, jobs, threads) => {
    const { run, json, read } = project(resources)
    const { status, stderr } = run("run", "teams.yaml", "-j", jobs)
    assert.strictEqual(status, 0, stderr)
    const { tasks } = json("show", "latest", "--json") as { tasks: ReadonlyArray<{ metrics: { threads: number } }> }
    assert.strictEqual(tasks[0]?.metrics.threads, threads)
    run("get", "latest:team.out", "out.json")
    assert.deepStrictEqual(
      JSON.parse(read("out.json")),
      Array.from({ length: 100 }, (_, i) => Math.sqrt(i))
    )
  })
})
