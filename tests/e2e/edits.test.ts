import { utimesSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { makeProject, type Project } from "./project.ts"

const NUMBERS = `import { Effect, Schema } from "effect"
import { StageType } from "athanor/stage"
import { unit } from "tiny-unit"
import { scaled } from "./scale.ts"
import table from "./table.json"

// How the numbers are made.
const shifted = (value: number): number => value + 1

export default StageType.make({
  name: "my/numbers",
  summary: "Numbers",
  determinism: "bitwise",
  params: Schema.Struct({
    n: Schema.Int,
    seed: Schema.Int,
    step: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(2)))
  }),
  inputs: { offsets: "Json" },
  outputs: { numbers: "Json" },
  run: ({ params, inputs }) =>
    Effect.succeed({
      numbers: [params.n, params.seed, params.step, shifted(scaled(unit)), ...table, inputs.offsets]
    })
})
`

const TOTAL = `import { Effect, Schema } from "effect"
import { StageType } from "athanor/stage"

export default StageType.make({
  name: "my/total",
  summary: "All numbers in one",
  determinism: "bitwise",
  params: Schema.Struct({}),
  inputs: { items: "Json" },
  outputs: { total: "Json" },
  run: ({ inputs }) => Effect.succeed({ total: JSON.stringify(inputs.items) })
})
`

const lock = (version: string): string =>
  JSON.stringify(
    { lockfileVersion: 3, packages: { "node_modules/tiny-unit": { version, integrity: `sha512-${version}` } } },
    null,
    2
  )

const unit = (version: string): string =>
  JSON.stringify({ name: "tiny-unit", version, type: "module", main: "index.js" })

const FILES = {
  "edits.yaml": `name: edits
params: { n: 4 }
sources:
  offsets: { path: data/offsets.json, kind: Json }
stages:
  numbers:
    uses: ./stages/numbers.ts
    with: { n: "\${{ params.n }}", seed: 1 }
    inputs: { offsets: sources.offsets }
  total:
    uses: ./stages/total.ts
    inputs: { items: numbers.numbers }
`,
  "data/offsets.json": "[1, 2]",
  "stages/numbers.ts": NUMBERS,
  "stages/total.ts": TOTAL,
  "stages/scale.ts": "export const scaled = (value: number): number => value * 2\n",
  "stages/table.json": "[10, 20]",
  "node_modules/tiny-unit/package.json": unit("1.0.0"),
  "node_modules/tiny-unit/index.js": "export const unit = 1\n",
  "package-lock.json": lock("1.0.0")
}

interface Answer {
  readonly task: string
  readonly state: string
  readonly roots: ReadonlyArray<{ readonly task: string; readonly phrase: string; readonly at?: string }>
}

interface PlanAnswer {
  readonly tasks: ReadonlyArray<{ readonly state: string; readonly reason: string }>
}

const why = (project: Project, ...args: ReadonlyArray<string>): Answer => {
  const [answer] = project.json("why", "edits.yaml", ...args, "--json") as ReadonlyArray<Answer>
  assert(answer !== undefined)
  return answer
}

const planOf = (project: Project): ReadonlyArray<readonly [state: string, reason: string]> =>
  (project.json("plan", "edits.yaml", "--json") as PlanAnswer).tasks.map(({ state, reason }) => [state, reason])

/** A project whose pipeline has run. */
const ranProject = (): Project => {
  const project = makeProject(FILES)
  assert.strictEqual(project.run("run", "edits.yaml").stderr.includes("error"), false)
  return project
}

type Edit = readonly [what: string, edits: ReadonlyArray<readonly [file: string, from: string, to: string]>]

/** Each with the phrases for what it changed in the key, and the places. */
const CHANGES: ReadonlyArray<readonly [...Edit, changes: ReadonlyArray<readonly [phrase: string, at: string]>]> = [
  ["a parameter", [["edits.yaml", "n: 4", "n: 5"]], [["param n 4→5", "edits.yaml:2:14"]]],
  ["a seed", [["edits.yaml", "seed: 1", "seed: 2"]], [["param seed 1→2", "edits.yaml:8:41"]]],
  [
    "a default",
    [["stages/numbers.ts", "succeed(2)", "succeed(3)"]],
    [
      ["code of my/numbers: default export changed", "stages/numbers.ts:10:8"],
      ["param step 2→3", "stages/numbers.ts:10:8"]
    ]
  ],
  [
    "the code of the stage",
    [["stages/numbers.ts", "value + 1", "value + 2"]],
    [["code of my/numbers: function shifted changed", "stages/numbers.ts:8:7"]]
  ],
  [
    "the code of a helper",
    [["stages/scale.ts", "value * 2", "value * 3"]],
    [["code of my/numbers: function scaled changed", "stages/scale.ts:1:14"]]
  ],
  [
    "a data file of the stage",
    [["stages/table.json", "20", "21"]],
    [["code of my/numbers: data file table.json changed", "stages/table.json:1:1"]]
  ],
  [
    "the version of a package",
    [
      ["package-lock.json", lock("1.0.0"), lock("1.1.0")],
      ["node_modules/tiny-unit/package.json", unit("1.0.0"), unit("1.1.0")]
    ],
    [["package tiny-unit 1.0.0→1.1.0", "package-lock.json:4"]]
  ],
  [
    "the content of an input",
    [["data/offsets.json", "1", "7"]],
    [["input sources.offsets changed", "data/offsets.json"]]
  ]
]

describe("an edit", () => {
  it("is named exactly, with its place, by why and plan: of the stage itself and of what follows it", () => {
    const project = ranProject()
    for (const [what, edits, changes] of CHANGES) {
      for (const [file, from, to] of edits) project.edit(file, from, to)
      const phrases = changes.map(([phrase]) => phrase).join("; ")
      const numbers = why(project, "numbers")
      assert.strictEqual(numbers.state, `to run: ${phrases}`, what)
      assert.deepStrictEqual(
        numbers.roots.map(({ task, phrase, at }) => [task, phrase, at]),
        changes.map(([phrase, at]) => ["numbers", phrase, at]),
        what
      )
      const total = why(project, "total")
      assert.strictEqual(total.state, "not decided before numbers has run")
      assert.deepStrictEqual(total.roots, numbers.roots, what)
      const plan = planOf(project)
      assert.deepStrictEqual(plan, [
        ["run", phrases],
        ["maybe", "after numbers: cut off if its inputs stay the same"]
      ])
      for (const [file, from, to] of edits) project.edit(file, to, from)
    }
    // What is taken back was never away.
    assert.deepStrictEqual(planOf(project), [
      ["cached", ""],
      ["cached", ""]
    ])
  })

  it("of a comment, of the time of a file or of the order of keys is none", () => {
    const project = ranProject()
    project.edit("stages/numbers.ts", "// How the numbers are made.", "// How they are made:\n\n// so.")
    utimesSync(join(project.folder, "data/offsets.json"), 1, 1)
    utimesSync(join(project.folder, "stages/scale.ts"), 1, 1)
    project.edit("edits.yaml", 'n: "${{ params.n }}", seed: 1', 'seed: 1.0, n: "${{ params.n }}"')
    for (const stage of ["numbers", "total"]) assert.match(why(project, stage).state, /^cached: same key as in run /u)
    assert.deepStrictEqual(planOf(project), [
      ["cached", ""],
      ["cached", ""]
    ])
  })

  it("of a stage's name leaves its results to the new name, and says so", () => {
    const project = ranProject()
    project.edit("edits.yaml", "  numbers:\n", "  digits:\n")
    project.edit("edits.yaml", "items: numbers.numbers", "items: digits.numbers")
    assert.match(why(project, "digits").state, /^cached: same key as numbers had in run /u)
    assert.deepStrictEqual(planOf(project), [
      ["cached", "same key as numbers"],
      ["cached", ""]
    ])
  })

  it("of the wiring is named by what fed the port and what does now", () => {
    const project = ranProject()
    project.edit("edits.yaml", "items: numbers.numbers", "items: sources.offsets")
    const { roots } = why(project, "total")
    assert.deepStrictEqual(
      roots.map(({ phrase, at }) => [phrase, at]),
      [["input items numbers.numbers→sources.offsets", "edits.yaml:12:22"]]
    )
  })

  it("is explained after the fact, from the end of the chain to its root, and where it was made since", () => {
    const project = ranProject()
    project.edit("stages/scale.ts", "value * 2", "value * 3")
    // A part of the pipeline took it in: the rest follows later.
    assert.strictEqual(project.run("run", "edits.yaml", "numbers").status, 0)
    const root = { task: "numbers", phrase: "code of my/numbers: function scaled changed", at: "stages/scale.ts:1:14" }
    const pending = why(project, "total")
    assert.strictEqual(pending.state, "to run: input numbers.numbers changed")
    assert.deepStrictEqual(pending.roots, [root])
    assert.strictEqual(project.run("run", "edits.yaml").status, 0)
    project.edit("edits.yaml", "n: 4", "n: 5")
    const past = why(project, "total", "--run", "latest")
    assert.strictEqual(past.state, "ran: input numbers.numbers changed")
    assert.deepStrictEqual(past.roots, [root])
    assert.match(why(project, "numbers", "--run", "latest").state, /^cached: same key as in run /u)
    const runs = project.json("runs", "--json") as ReadonlyArray<{ readonly run: string }>
    const [last, , first] = runs.map(({ run }) => run)
    const between = why(project, "total", "--run", last ?? "", "--against", first ?? "")
    assert.deepStrictEqual([between.state, between.roots], ["other key", [root]])
    assert.strictEqual(why(project, "total", "--run", first ?? "").state, "ran: never run")
    const text = project.run("why", "edits.yaml", "total", "--run", "latest").stdout
    assert.match(
      text,
      /^total {2}ran: .*\n {2}compared with run \S+:\n {4}input numbers\.numbers changed\n {6}numbers {2}computed in run \S+\n {8}compared with run \S+:\n {10}code of my\/numbers: function scaled changed {2}\(stages\/scale\.ts:1:14\)\n {2}root cause: code of my\/numbers: function scaled changed \(stages\/scale\.ts:1:14\)\n$/u
    )
  })

  it("of an expression is named by its own place, and not by that of what it is made of", () => {
    const project = makeProject({
      ...FILES,
      "edits.yaml": FILES["edits.yaml"]
        .replace("params: { n: 4 }", 'params: { n: 4, twice: "${{ params.n * 2 }}" }')
        .replace("params.n }}", "params.twice }}")
        .replace("seed: 1 }", 'seed: "${{ matrix.s * 3 }}" }\n    matrix: { s: [1, 2] }')
        .replace("items: numbers.numbers", "items: numbers@s=1.numbers")
    })
    assert.strictEqual(project.run("run", "edits.yaml").status, 0)
    const places = (): unknown => why(project, "numbers@s=1").roots.map(({ phrase, at }) => [phrase, at])
    project.edit("edits.yaml", "params.n * 2", "params.n * 3")
    assert.deepStrictEqual(places(), [["param n 8→12", "edits.yaml:2:24"]])
    project.edit("edits.yaml", "params.n * 3", "params.n * 2")
    project.edit("edits.yaml", "matrix.s * 3", "matrix.s * 4")
    assert.deepStrictEqual(places(), [["param seed 3→4", "edits.yaml:8:45"]])
    project.edit("edits.yaml", "n: 4,", "n: 5,")
    assert.deepStrictEqual(places(), [
      ["param n 8→10", "edits.yaml:2:14"],
      ["param seed 3→4", "edits.yaml:8:45"]
    ])
  })

  it("that makes a stage fail is told of its run, and so is what was left undone", () => {
    const project = ranProject()
    project.edit("stages/numbers.ts", "[params.n,", '[(() => { throw new Error("no luck") })(), params.n,')
    assert.strictEqual(project.run("run", "edits.yaml").status, 1)
    const failed = why(project, "numbers", "--run", "latest").state
    assert.match(failed, /^failed: code of my\/numbers: default export changed; .*no luck/u)
    assert.match(why(project, "total", "--run", "latest").state, /^skipped: /u)
  })

  it("of what a run was asked to compute anew is none, and why says that it was asked for", () => {
    const project = ranProject()
    assert.strictEqual(project.run("run", "edits.yaml", "-f", "numbers").status, 0)
    assert.strictEqual(why(project, "numbers", "--run", "latest").state, "ran: asked for")
    assert.match(why(project, "total", "--run", "latest").state, /^cached: .*; numbers ran, and gave the same bytes$/u)
  })
})
