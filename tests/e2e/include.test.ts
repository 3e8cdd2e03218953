import { readdirSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { makeProject, TINY } from "./project.ts"

const MODEL = `params: { n: 1 }
sources: { measured: { path: measured.csv, kind: Table } }
stages:
  numbers:
    uses: ../stages/numbers.ts
    matrix: { seed: [0, 1] }
    with: { n: "\${{ params.n }}", seed: "\${{ matrix.seed }}" }
  total: { uses: ../stages/total.ts, inputs: { numbers: numbers.*.numbers } }
outputs: { total.json: total.total }
expect: [{ metric: total.all, atMost: 100, origin: reference }]
`

const STUDY = `name: parts
include:
  - { file: models/model.yaml, as: small, params: { n: "\${{ params.few }}" } }
  - { file: models/model.yaml, as: wide, params: { n: "\${{ params.many }}" } }
env: { MANY: "4" }
paramsFrom: defaults.yaml
params: { many: "\${{ int(env.MANY) }}" }
`

const FILES = {
  "stages/numbers.ts": TINY["stages/numbers.ts"],
  "stages/scale.ts": TINY["stages/scale.ts"],
  "stages/total.ts": TINY["stages/total.ts"],
  "models/model.yaml": MODEL,
  "models/measured.csv": "a,b\n1,2\n",
  "defaults.yaml": "few: 2\n",
  "parts.yaml": STUDY
}

const counts = (outcome: unknown) =>
  (outcome as { readonly counts: { readonly ran: number; readonly hit: number } }).counts

describe("a pipeline of several files", () => {
  it("runs what it includes under each name, and keeps every text", () => {
    const project = makeProject(FILES)
    assert.include(counts(project.json("run", "parts.yaml", "--json")), { ran: 6, hit: 0 })
    assert.lengthOf(JSON.parse(project.read("reports/parts/small/total.json")), 2)
    const [run = ""] = readdirSync(join(project.folder, "artifacts-cache/runs"))
    assert.deepStrictEqual(JSON.parse(project.read(`artifacts-cache/runs/${run}/included.json`)), {
      "defaults.yaml": "few: 2\n",
      "models/model.yaml": MODEL
    })
    assert.strictEqual(project.read(`artifacts-cache/runs/${run}/pipeline.yaml`), STUDY)
    assert.include(project.run("show", "latest").stdout, "wide-numbers@seed=1")
    project.run("run", "parts.yaml")
    project.run("run", "parts.yaml")
    const runs = readdirSync(join(project.folder, "artifacts-cache/runs"))
    assert.lengthOf(runs, 3)
    for (const id of runs) assert.include(project.read(`artifacts-cache/runs/${id}/included.json`), "few: 2")
  })

  it("notices a change of an included file, of a file of parameters and of the environment", () => {
    const project = makeProject(FILES)
    project.run("run", "parts.yaml")
    assert.include(counts(project.json("run", "parts.yaml", "--json")), { ran: 0, hit: 6 })
    project.edit("models/model.yaml", "seed: [0, 1]", "seed: [0, 1, 2]")
    assert.include(counts(project.json("run", "parts.yaml", "--json")), { ran: 4, hit: 4 })
    project.edit("defaults.yaml", "few: 2", "few: 3")
    assert.include(counts(project.json("run", "parts.yaml", "--json")), { ran: 4, hit: 4 })
    const { stdout } = project.run("why", "parts.yaml", "wide-total")
    assert.include(stdout, "cached")
  })

  it("sees a variable that it lists, and has its default otherwise", () => {
    const { params } = makeProject(FILES, { MANY: "7" }).json("plan", "parts.yaml", "--json") as {
      readonly params: object
    }
    assert.deepStrictEqual(params, { few: 2, many: 7, "small-n": 2, "wide-n": 7 })
  })

  it("points into the file that is wrong", () => {
    const project = makeProject(FILES)
    project.edit("models/model.yaml", 'n: "${{ params.n }}"', 'n: "${{ 0 - params.n }}"')
    const { status, stderr } = project.run("run", "parts.yaml")
    assert.strictEqual(status, 2)
    assert.include(stderr, 'models/model.yaml:7:16  error  stage "small-numbers" (my/numbers): n: ')
    assert.include(stderr, '    7 │     with: { n: "${{ 0 - params.n }}"')
    project.edit("parts.yaml", "models/model.yaml, as: wide", "models/modle.yaml, as: wide")
    assert.include(
      project.run("validate", "parts.yaml").stderr,
      "parts.yaml:4:13  error  include: models/modle.yaml: there is no such file"
    )
  })
})
