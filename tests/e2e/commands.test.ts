import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { zipOf } from "../core/codec/zip-archive.ts"
import { COMMAND, makeProject, type Outcome, type Project, TINY } from "./project.ts"

/** The command, started elsewhere or with other variables than the project would. */
const runFrom = (folder: string, env: NodeJS.ProcessEnv, ...args: ReadonlyArray<string>): Outcome => {
  const environment = { ...process.env, NO_COLOR: "1", ...env }
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    cwd: folder,
    env: environment,
    encoding: "utf8"
  })
  return { status, stdout, stderr }
}

/** Where the study was run for all tests. */
let first = ""

beforeAll(() => {
  first = mkdtempSync(join(tmpdir(), "athanor-commands-"))
  for (const [file, text] of Object.entries(TINY)) {
    mkdirSync(dirname(join(first, file)), { recursive: true })
    writeFileSync(join(first, file), text)
  }
  const { status, stderr } = runFrom(first, {}, "run", "tiny.yaml")
  assert.strictEqual(status, 0, stderr)
})

afterAll(() => {
  rmSync(first, { recursive: true, force: true })
})

/** A project whose study has been run once: its store and its reports are copies, which costs less than the run. */
const ranProject = (): Project => {
  const project = makeProject(TINY)
  for (const folder of ["artifacts-cache", "reports"]) {
    cpSync(join(first, folder), join(project.folder, folder), { recursive: true })
  }
  return project
}

/** The names of a value's fields, for shapes that scripts rely on. */
const fields = (value: unknown): ReadonlyArray<string> => Object.keys(value as object).sort()

/** Standard output of a command that succeeds without a word on standard error. */
const answer = (project: Project, ...args: ReadonlyArray<string>): string => {
  const { status, stdout, stderr } = project.run(...args)
  assert.strictEqual(stderr, "")
  assert.strictEqual(status, 0)
  return stdout
}

const ESCAPE = "\u001b"

describe("pipeline plan", () => {
  interface PlanAnswer {
    readonly tasks: ReadonlyArray<{ readonly task: string; readonly state: string; readonly reason: string }>
    readonly predicted: { readonly workMillis: number; readonly criticalPathMillis: number }
  }

  it("runs nothing and says what would: all at first, nothing after a run, the changed part after a change", () => {
    const project = makeProject(TINY)
    assert.match(
      answer(project, "plan", "tiny.yaml"),
      /run +numbers \(3 of 3\) +~\S+ +never run[\s\S]*run +total +~\S+ +never run; after numbers[\s\S]*4 to run, 0 may run, 0 cached/u
    )
    assert.include(answer(project, "runs"), "nothing has run here yet")
    assert.strictEqual(project.run("run", "tiny.yaml").status, 0)
    const cached = answer(project, "plan", "tiny.yaml")
    assert.include(cached, "0 to run, 0 may run, 4 cached")
    assert.notInclude(cached, "about")
    assert.strictEqual(project.run("plan", "tiny.yaml", "--exit-code").status, 0)
    const changed = project.run("plan", "tiny.yaml", "-S", "n=5", "--exit-code")
    assert.strictEqual(changed.status, 3)
    assert.include(changed.stdout, "param n 4→5")
    assert.include(changed.stdout, "after numbers: cut off if its inputs stay the same")
  })

  it("gives each task with its state and key as JSON, and lists every task when asked to", () => {
    const project = ranProject()
    project.edit("tiny.yaml", "seeds: 3", "seeds: 4")
    const plan = project.json("plan", "tiny.yaml", "--json") as PlanAnswer
    assert.deepStrictEqual(fields(plan), ["params", "pending", "pipeline", "predicted", "profile", "tasks"])
    assert.deepStrictEqual(
      plan.tasks.map(({ task, state, reason }) => [task, state, reason]),
      [
        ["numbers@seed=0", "cached", ""],
        ["numbers@seed=1", "cached", ""],
        ["numbers@seed=2", "cached", ""],
        ["numbers@seed=3", "run", "new task"],
        ["total", "run", "input numbers.*.numbers has 1 new (numbers@seed=3); after numbers"]
      ]
    )
    assert.deepStrictEqual(fields(plan.tasks[0]), [
      "device",
      "key",
      "predictedMillis",
      "reason",
      "stage",
      "stageType",
      "state",
      "task"
    ])
    assert.isAtLeast(plan.predicted.workMillis, plan.predicted.criticalPathMillis)
    assert.deepStrictEqual(project.json("run", "tiny.yaml", "-n", "--json"), plan)
    assert.match(
      answer(project, "plan", "tiny.yaml", "--all"),
      /numbers@seed=0[\s\S]*numbers@seed=1[\s\S]*numbers@seed=3/u
    )
  })

  it("looks only at the stages that are named, and what they need", () => {
    const project = makeProject(TINY)
    assert.notInclude(answer(project, "plan", "tiny.yaml", "numbers@seed=1"), "total")
    assert.include(answer(project, "plan", "tiny.yaml", "total"), "4 to run, 0 may run")
    const { status, stdout, stderr } = project.run("plan", "tiny.yaml", "totl")
    assert.deepStrictEqual([status, stdout], [2, ""])
    assert.include(stderr, 'the pipeline has no stage "totl"; did you mean "total"?')
  })
})

describe("pipeline why", () => {
  interface Reason {
    readonly task: string
    readonly state: string
    readonly differences: ReadonlyArray<unknown>
  }

  it("names the parameter, the input or the code that made a key differ", () => {
    const project = ranProject()
    assert.match(answer(project, "why", "tiny.yaml", "total"), /^total {2}cached: same key as in run \S+\n$/u)
    const [first] = project.json("why", "tiny.yaml", "numbers@seed=1", "-S", "n=5", "--json") as ReadonlyArray<Reason>
    assert.deepStrictEqual(fields(first), ["against", "differences", "roots", "state", "task", "waitsFor"])
    const n = { part: "param", name: "n", before: "4", after: "5", phrase: "param n 4→5", at: "the command line" }
    assert.deepStrictEqual(first?.differences, [{ ...n, because: [] }])
    assert.include(answer(project, "why", "tiny.yaml", "total", "-S", "n=5"), "not decided before numbers has run")
    project.edit("stages/scale.ts", "value * 2", "value * 3")
    assert.match(
      answer(project, "why", "tiny.yaml", "numbers"),
      /^numbers@seed=0 and 2 more {2}to run: code of my\/numbers: function scaled changed\n/u
    )
  })

  it("compares two runs, task by task", () => {
    const project = ranProject()
    const [{ run: before = "" } = {}] = project.json("runs", "--json") as ReadonlyArray<{ readonly run: string }>
    project.edit("tiny.yaml", "seeds: 3", "seeds: 4")
    const { run: after } = project.json("run", "tiny.yaml", "--json") as { readonly run: string }
    const compared = project.json("why", "tiny.yaml", "total", "--run", after, "--against", before, "--json")
    const [total] = compared as ReadonlyArray<Reason>
    assert.strictEqual(total?.state, "other key")
    assert.deepInclude(total?.differences[0], { part: "input", name: "numbers", after: "has 1 new" })
    const numbers = project.json("why", "tiny.yaml", "numbers", "--run", after, "--against", before, "--json")
    assert.deepStrictEqual(
      (numbers as ReadonlyArray<Reason>).map(({ state }) => state),
      ["same key", "same key", "same key", `not in run ${before}`]
    )
    const { status, stderr } = project.run("why", "tiny.yaml", "total", "--against", "latest")
    assert.strictEqual(status, 2)
    assert.include(stderr, "--against B needs --run A")
  })
})

describe("pipeline validate", () => {
  it("checks every file in every profile, and tells each its own", () => {
    const project = makeProject(TINY)
    project.edit("tiny.yaml", "stages:", "profiles: { small: { seeds: 1 } }\nstages:")
    assert.strictEqual(answer(project, "validate", "tiny.yaml"), "tiny.yaml: valid\n")
    project.write("bad.yaml", project.read("tiny.yaml").replace("{ seeds: 1 }", "{ n: -1 }"))
    const { status, stdout, stderr } = project.run("validate", "tiny.yaml", "bad.yaml")
    assert.strictEqual(status, 2)
    assert.strictEqual(stdout, "tiny.yaml: valid\n")
    assert.match(stderr, /^bad\.yaml:\d+:\d+ {2}error {2}/u)
    const wrong = project.run("validate", "bad.yaml", "tiny.yaml", "--json")
    assert.deepStrictEqual([wrong.status, wrong.stderr], [2, ""])
    const answers = JSON.parse(wrong.stdout) as ReadonlyArray<{
      readonly file: string
      readonly valid: boolean
      readonly problems: ReadonlyArray<{ readonly span: unknown; readonly message: string }>
    }>
    assert.deepStrictEqual(
      answers.map(({ file, valid }) => [file, valid]),
      [
        ["bad.yaml", false],
        ["tiny.yaml", true]
      ]
    )
    assert.deepStrictEqual(fields(answers[0]?.problems[0]?.span), ["column", "file", "length", "line"])
  })
})

describe("pipeline schema", () => {
  it("prints one document for editors, which knows the built-in stage types with their parameters and inputs", () => {
    type Part = { readonly [key: string]: unknown }
    const at = (value: unknown, ...path: ReadonlyArray<string>) =>
      path.reduce((part, key) => (part as Part | undefined)?.[key], value)
    const schema: unknown = JSON.parse(answer(makeProject({}), "schema"))
    assert.include(String(at(schema, "$schema")), "draft-07")
    const cases = at(schema, "properties", "stages", "additionalProperties", "allOf") as ReadonlyArray<Part>
    const [limit] = cases.filter((part) => at(part, "if", "properties", "uses", "const") === "ntk/analytic")
    const properties = ["then", "properties"]
    assert.strictEqual(at(limit, ...properties, "with", "properties", "depth", "default"), 4)
    assert.strictEqual(at(limit, ...properties, "with", "properties", "depth", "anyOf", "0", "maximum"), 64)
    assert.isFalse(at(limit, ...properties, "with", "additionalProperties"))
    assert.deepStrictEqual(fields(at(limit, ...properties, "inputs", "properties")), ["others", "points"])
  })
})

describe("pipeline stages", () => {
  it("lists the stage types, and one with its parameters, ports, source and determinism", () => {
    const project = makeProject({})
    const lines = answer(project, "stages").trimEnd().split("\n")
    const names = lines.map((line) => line.split(" ")[0] ?? "")
    assert.include(names, "data/circle")
    // Commands stand beside the stage types, and below them.
    assert.deepStrictEqual(names, [...names.slice(0, -1).sort(), "command"])
    const one = answer(project, "stages", "data/circle")
    assert.match(one, /params\n +points +\S+ ≥? ?>? ?\d? *.*default 61/u)
    assert.match(one, /outputs\n +points +Tensor/u)
    const all = project.json("stages", "--json") as ReadonlyArray<{ readonly name: string }>
    assert.deepStrictEqual(
      all.map(({ name }) => name),
      names.slice(0, -1)
    )
    const [described] = project.json("stages", "data/circle", "--json") as ReadonlyArray<{
      readonly params: ReadonlyArray<{ readonly name: string }>
      readonly outputs: unknown
    }>
    assert.includeMembers([...fields(described)], ["determinism", "inputs", "name", "outputs", "params", "summary"])
    assert.deepStrictEqual(fields(described?.params[0]), ["default", "description", "name", "required", "type"])
    assert.deepStrictEqual(described?.outputs, { points: "Tensor", angles: "Tensor" })
  })

  it("suggests the nearest name for one that is not there", () => {
    const { status, stdout, stderr } = makeProject({}).run("stages", "data/circel")
    assert.deepStrictEqual([status, stdout], [2, ""])
    assert.include(stderr, 'there is no stage type "data/circel"; did you mean "data/circle"?')
  })
})

describe("pipeline graph", () => {
  it("prints the stages, the fan-in and what is cached, in every format", () => {
    const project = ranProject()
    const graph = (format: string) => answer(project, "graph", "tiny.yaml", "--format", format)
    assert.match(
      graph("mermaid"),
      /^flowchart LR\n[\s\S]*numbers ×3<br\/>my\/numbers<br\/>3 cached[\s\S]* n0 ==> n1\n/u
    )
    assert.strictEqual(answer(project, "graph", "tiny.yaml"), graph("mermaid"))
    assert.match(graph("dot"), /^digraph "tiny" \{\n[\s\S]*n0 -> n1[\s\S]*\}\n$/u)
    assert.match(graph("svg"), /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[\s\S]*numbers[\s\S]*<\/svg>\n$/u)
    assert.match(graph("html"), /^<!doctype html>[\s\S]*<svg[\s\S]*<\/html>\n$/u)
    const parsed = JSON.parse(graph("json")) as { readonly nodes: ReadonlyArray<{ readonly tasks: number }> }
    assert.deepStrictEqual(fields(parsed), ["edges", "nodes"])
    assert.deepStrictEqual(
      parsed.nodes.map(({ tasks }) => tasks),
      [3, 1]
    )
    assert.notInclude(answer(project, "graph", "tiny.yaml", "-S", "n=5"), "cached")
    assert.strictEqual(project.run("graph", "tiny.yaml", "--format", "pdf").status, 2)
  })
})

describe("pipeline runs and show", () => {
  it("list the history, the latest first, and one run by every name it has", () => {
    const project = ranProject()
    project.run("run", "tiny.yaml", "-S", "n=5", "numbers@seed=1")
    const runs = project.json("runs", "--json") as ReadonlyArray<{ readonly run: string; readonly ran: number }>
    assert.deepStrictEqual(fields(runs[0]), [
      "durationMillis",
      "failed",
      "hit",
      "outcome",
      "pipeline",
      "profile",
      "ran",
      "run",
      "skipped",
      "startedAt",
      "values"
    ])
    // Two runs within a second have the order of their names: look at each by its own.
    const one = runs.find(({ ran }) => ran === 1)?.run ?? ""
    assert.deepStrictEqual(runs.map(({ ran }) => ran).sort(), [1, 4])
    assert.lengthOf(project.json("runs", "--json", "--limit", "1") as ReadonlyArray<unknown>, 1)
    assert.match(answer(project, "runs"), /^\S+ +tiny +default +success +\S+ +\d ran +\d cached\n/u)
    for (const name of [one, one.slice(20)]) {
      const shown = project.json("show", name, "--json") as {
        readonly run: string
        readonly params: unknown
        readonly tasks: ReadonlyArray<{ readonly task: string; readonly metrics: unknown }>
      }
      assert.strictEqual(shown.run, one)
      assert.deepStrictEqual(shown.params, { seeds: 3, n: 5, millis: 0 })
      assert.deepStrictEqual(
        shown.tasks.map(({ task, metrics }) => [task, metrics]),
        [["numbers@seed=1", { sum: 25 }]]
      )
      assert.deepStrictEqual(fields(shown.tasks[0]), [
        "computedBy",
        "device",
        "durationMillis",
        "key",
        "metrics",
        "outputs",
        "reason",
        "status",
        "task"
      ])
    }
    assert.match(
      answer(project, "show", one),
      /^\S+ {2}tiny {2}success\n[\s\S]*done +numbers@seed=1 +\S+ +.* +sum=25\n/u
    )
    const { status, stderr } = project.run("show", "nobody")
    assert.strictEqual(status, 2)
    assert.include(stderr, 'there is no run "nobody"')
  })

  it("say that nothing has run where nothing has", () => {
    const project = makeProject({})
    assert.strictEqual(answer(project, "runs"), "nothing has run here yet\n")
    assert.deepStrictEqual(project.json("runs", "--json"), [])
    assert.strictEqual(project.run("show", "latest").status, 2)
  })
})

describe("pipeline get", () => {
  it("copies out what each form of a reference names", () => {
    const project = ranProject()
    const [{ run = "" } = {}] = project.json("runs", "--json") as ReadonlyArray<{ readonly run: string }>
    const { tasks } = project.json("show", run, "--json") as {
      readonly tasks: ReadonlyArray<{ readonly task: string; readonly outputs: { readonly [port: string]: string } }>
    }
    const total = tasks.find(({ task }) => task === "total")?.outputs["total"] ?? ""
    const expected = [0, 1, 2].map((seed) => ({ seed, sum: 12 + 4 * seed }))
    for (const [index, reference] of [
      "latest:total.total",
      `${run}:total.total`,
      total,
      total.slice(0, 12)
    ].entries()) {
      const destination = `deep/er/${index}.json`
      assert.strictEqual(answer(project, "get", reference, destination), `${destination}  Json  ${total}\n`)
      assert.deepStrictEqual(JSON.parse(project.read(destination)), expected)
    }
    answer(project, "get", "latest:numbers@seed=1.numbers", "one.npy")
    const tensor = readFileSync(join(project.folder, "one.npy"))
    assert.strictEqual(tensor.subarray(1, 6).toString(), "NUMPY")
    assert.deepStrictEqual([...new Float64Array(Uint8Array.from(tensor.subarray(-32)).buffer)], [1, 3, 5, 7])
  })

  it("draws a figure when the name asks for a picture, and gives its specification otherwise", () => {
    const project = ranProject()
    answer(project, "get", "latest:total.figure", "sums.SVG")
    assert.match(project.read("sums.SVG"), /^<svg[\s\S]*Sums[\s\S]*<\/svg>\s*$/u)
    answer(project, "get", "latest:total.figure", "sums.png")
    const png = readFileSync(join(project.folder, "sums.png"))
    assert.strictEqual(png.subarray(0, 8).toString("latin1"), "\u0089PNG\r\n\u001a\n")
    answer(project, "get", "latest:total.figure", "sums.json")
    assert.strictEqual((JSON.parse(project.read("sums.json")) as { readonly title: string }).title, "Sums")
  })

  it("refuses what names nothing with status 2, and writes nothing", () => {
    const project = ranProject()
    for (const [reference, words] of [
      ["latest:totl.total", 'has no task "totl"; did you mean "total"?'],
      ["latest:numbers@seed=9.numbers", 'has no task "numbers@seed=9"'],
      ["latest:total.table", 'total has no output "table" (it has: total, figure)'],
      ["nobody:total.total", 'there is no run "nobody"'],
      ["total.total", '"total.total" names no artifact'],
      ["ffffffffffff", "no artifact has the digest ffffffffffff"]
    ] as const) {
      const { status, stdout, stderr } = project.run("get", reference, "out.json")
      assert.deepStrictEqual([status, stdout], [2, ""])
      assert.include(stderr, words)
    }
    assert.notInclude(readdirSync(project.folder), "out.json")
  })
})

describe("pipeline report", () => {
  it("writes the page of any run, and tells the verdicts by its status only when asked to", () => {
    const project = ranProject()
    const [{ run: met = "" } = {}] = project.json("runs", "--json") as ReadonlyArray<{ readonly run: string }>
    project.edit("tiny.yaml", "value: 48", "value: 50")
    project.run("run", "tiny.yaml")
    const runs = project.json("runs", "--json") as ReadonlyArray<{ readonly run: string }>
    const missed = runs.find(({ run }) => run !== met)?.run ?? ""
    assert.strictEqual(project.run("report", missed).status, 0)
    const failed = project.run("report", missed, "--check")
    assert.deepStrictEqual([failed.status, failed.stderr], [3, ""])
    assert.include(failed.stdout, "0 of 1 met, 1 missed")
    assert.include(project.read("reports/tiny/report.html"), missed)
    assert.strictEqual(project.run("report", met, "--check").status, 0)
    assert.include(project.read("reports/tiny/report.html"), met)
    const told = project.json("report", missed, "--json") as {
      readonly expectations: ReadonlyArray<{
        readonly metric: string
        readonly verdict: string
        readonly measured: number
      }>
    }
    assert.deepStrictEqual(fields(told), ["expectations", "files", "html", "run"])
    assert.deepInclude(told.expectations[0], { metric: "total.all", verdict: "missed", measured: 48 })
  })

  it("is refused where nothing has run", () => {
    const { status, stderr } = makeProject({}).run("report")
    assert.strictEqual(status, 2)
    assert.include(stderr, "nothing has run here yet")
  })
})

/** A `.npy` file of float64, written by hand as NumPy writes it. */
const npy = (...values: ReadonlyArray<number>): Buffer => {
  const header = `${`{'descr': '<f8', 'fortran_order': False, 'shape': (${values.length},), }`.padEnd(117)}\n`
  const magic = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length, 0])
  return Buffer.concat([magic, Buffer.from(header), Buffer.from(Float64Array.from(values).buffer)])
}

/** A stage type with inputs and outputs of several kinds. */
const MIXED = `import { Effect, Schema } from "effect"
import { Metric, Port, StageType } from "athanor/stage"

export default StageType.make({
  name: "my/mixed",
  summary: "Takes and makes several kinds",
  determinism: "bitwise",
  params: Schema.Struct({ scale: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))) }),
  inputs: { points: "Tensor", rows: Port.optional("Table"), settings: Port.optional("Json") },
  outputs: { scaled: "Tensor", columns: "Json", files: "Directory" },
  run: ({ params: { scale }, inputs: { points, rows, settings } }) =>
    Effect.gen(function* () {
      if (scale < 0) return yield* Effect.fail({ _tag: "Negative", message: "scale is negative" })
      yield* Metric.record("sum", scale * points.data.reduce((sum, value) => sum + value, 0))
      const data = Float64Array.from(points.data, (value) => scale * value)
      return {
        scaled: { shape: points.shape, data },
        columns: { names: Object.keys(rows?.columns ?? {}), settings: settings ?? null },
        files: { files: { "a.txt": new Uint8Array([65]), "deep/b.txt": new Uint8Array([66]) } }
      }
    })
})
`

describe("pipeline call", () => {
  const mixed = (): Project => {
    const project = makeProject({
      "stages/mixed.ts": MIXED,
      "rows.csv": "name,size\na,1\nb,2\n",
      "settings.json": '{ "deep": [1, 2] }',
      "params.json": '{ "scale": 3 }'
    })
    writeFileSync(join(project.folder, "points.npy"), npy(1, 2, 4))
    return project
  }

  it("runs a stage type on files made by hand, prints what came out, and leaves no store behind", () => {
    const project = mixed()
    const { status, stdout, stderr } = project.run(
      "call",
      "./stages/mixed.ts",
      "--with",
      '{"scale": 2}',
      ...["-i", "points=points.npy", "-i", "rows=rows.csv", "-i", "settings=settings.json", "--out", "out"]
    )
    assert.strictEqual(status, 0, stderr)
    assert.match(stdout, /^scaled +Tensor +.*\ncolumns +Json +.*\nfiles +Directory +2 files\nsum +metric +14\n/u)
    assert.deepStrictEqual(
      stdout.split("\n").flatMap((line) => (line.startsWith("wrote ") ? [line.slice(6)] : [])),
      ["out/scaled.npy", "out/columns.json", "out/files/a.txt", "out/files/deep/b.txt", "out/metrics.json"]
    )
    assert.deepStrictEqual(
      readFileSync(join(project.folder, "out/scaled.npy")).subarray(-24),
      npy(2, 4, 8).subarray(-24)
    )
    assert.deepStrictEqual(JSON.parse(project.read("out/columns.json")), {
      names: ["name", "size"],
      settings: { deep: [1, 2] }
    })
    assert.deepStrictEqual(JSON.parse(project.read("out/metrics.json")), { sum: 14 })
    assert.strictEqual(project.read("out/files/deep/b.txt"), "B")
    assert.strictEqual(answer(project, "runs"), "nothing has run here yet\n")
  })

  it("takes parameters from a file, and answers in JSON", () => {
    const project = mixed()
    const called = project.json(
      "call",
      "./stages/mixed.ts",
      "--with",
      "@params.json",
      "-i",
      "points=points.npy",
      "--json"
    )
    assert.deepStrictEqual(called, { stage: "my/mixed", params: { scale: 3 }, metrics: { sum: 21 }, files: [] })
  })

  it("takes single parameters as run does, over those of a file", () => {
    const args = [
      "call",
      "./stages/mixed.ts",
      "-i",
      "points=points.npy",
      "--with",
      "@params.json",
      "-Sscale=2",
      "--json"
    ]
    const project = mixed()
    const called = project.json(...args) as { readonly params: unknown }
    assert.deepStrictEqual(called.params, { scale: 2 })
    const { status, stderr } = project.run("call", "./stages/mixed.ts", "--with", "[1]")
    assert.strictEqual(status, 2, stderr)
    assert.include(stderr, "--with: parameters are a map")
  })

  it("reads each form of a tensor, one of several arrays in an archive too", () => {
    const project = makeProject({ ...TINY, "b.json": "[[1, 2], [3, 4]]", "c.csv": "5,6\n7,8\n" })
    writeFileSync(join(project.folder, "a.npy"), npy(1, 1))
    const archive = zipOf({ "x.npy": npy(9), "y.npy": npy(40, 2) })
    writeFileSync(join(project.folder, "d.npz"), archive)
    const files = "numbers=a.npy,b.json,c.csv,d.npz#y"
    answer(project, "call", "./stages/total.ts", "-i", files, "--out", "out")
    assert.deepStrictEqual(
      JSON.parse(project.read("out/total.json")),
      [2, 10, 26, 42].map((sum) => ({ seed: null, sum }))
    )
    assert.deepStrictEqual(JSON.parse(project.read("out/metrics.json")), { all: 80 })
  })

  it.each<readonly [string, ReadonlyArray<string>, number, string]>([
    ["an input that is not given", [], 2, "my/mixed needs --input points=FILE (Tensor)"],
    ["an input that it does not take", ["-i", "pionts=points.npy"], 2, 'has no input "pionts"; did you mean "points"?'],
    ["a file that is not there", ["-i", "points=gone.npy"], 2, "gone.npy"],
    ["a file of another form", ["-i", "points=params.txt"], 2, "a Tensor is read from .npy"],
    ["parameters that are no JSON", ["--with", "{scale", "-i", "points=points.npy"], 2, "--with: no JSON"],
    ["a parameter that is no YAML", ["-S", "scale=[1", "-i", "points=points.npy"], 2, "this bracket is never closed"],
    ["an unknown parameter", ["--with", '{"sclae": 1}', "-i", "points=points.npy"], 2, 'unknown parameter "sclae"'],
    ["another one", ["-S", "sclae=1", "-i", "points=points.npy"], 2, 'unknown parameter "sclae"'],
    [
      "a failure of the stage",
      ["--with", '{"scale": -1}', "-i", "points=points.npy"],
      1,
      "scale is negative (Negative)"
    ]
  ])("tells %s by its status and on standard error", (_, args, expected, words) => {
    const { status, stdout, stderr } = mixed().run("call", "./stages/mixed.ts", ...args)
    assert.strictEqual(status, expected, stderr)
    assert.strictEqual(stdout, "")
    assert.include(stderr, words)
  })
})

describe("every command", () => {
  it("keeps standard output for the answer: progress is on standard error, JSON stands alone", () => {
    const project = makeProject(TINY)
    const { stdout, stderr } = project.run("run", "tiny.yaml", "--json")
    const told = JSON.parse(stdout) as { readonly counts: unknown }
    assert.deepStrictEqual(fields(told), ["counts", "met", "outcome", "recorded", "report", "run"])
    assert.deepStrictEqual(told.counts, { ran: 4, hit: 0, failed: 0, skipped: 0 })
    assert.match(stderr, /numbers@seed=0/u)
    assert.match(stderr, /4 ran, 0 cached, 0 failed/u)
  })

  it("colours nothing that is not a terminal, colours when told to, and obeys NO_COLOR above all", () => {
    const project = ranProject()
    const report = (env: NodeJS.ProcessEnv) => runFrom(project.folder, env, "report")
    assert.notInclude(report({ NO_COLOR: "" }).stdout, ESCAPE)
    assert.include(report({ NO_COLOR: "", FORCE_COLOR: "1" }).stdout, ESCAPE)
    assert.notInclude(report({ NO_COLOR: "1", FORCE_COLOR: "1" }).stdout, ESCAPE)
    project.edit("tiny.yaml", "seeds: 3", "sedes: 3")
    const wrong = (env: NodeJS.ProcessEnv) => runFrom(project.folder, env, "validate", "tiny.yaml")
    assert.include(wrong({ NO_COLOR: "", FORCE_COLOR: "1" }).stderr, ESCAPE)
    assert.notInclude(wrong({}).stderr, ESCAPE)
  })

  it("finds stages from the pipeline's folder, and results in whichever store is named", () => {
    const project = ranProject()
    const elsewhere = join(project.folder, "else where")
    mkdirSync(elsewhere)
    const env = {
      PIPELINE_CACHE: join(project.folder, "artifacts-cache"),
      PIPELINE_REPORTS: join(elsewhere, "my reports")
    }
    const { status, stdout, stderr } = runFrom(elsewhere, env, "run", "../tiny.yaml", "--json")
    assert.strictEqual(status, 0, stderr)
    const told = JSON.parse(stdout) as { readonly counts: unknown; readonly report: string }
    assert.deepStrictEqual(told.counts, { ran: 0, hit: 4, failed: 0, skipped: 0 })
    assert.strictEqual(told.report, join(elsewhere, "my reports/tiny/report.html"))
    assert.include(readFileSync(told.report, "utf8"), "<svg")
    // Without the variables the store is where the command was started; who only asks does not make one, but for a plan.
    assert.strictEqual(runFrom(elsewhere, {}, "graph", "../tiny.yaml").status, 0)
    assert.notInclude(readdirSync(elsewhere), "artifacts-cache")
    assert.include(runFrom(elsewhere, {}, "plan", "../tiny.yaml").stdout, "0 cached")
    assert.include(readdirSync(elsewhere), "artifacts-cache")
  })

  it("works in folders with spaces and letters of other languages, with the same keys", () => {
    const project = ranProject()
    const files = Object.fromEntries(Object.entries(TINY).map(([file, text]) => [`мой файл (1)/${file}`, text]))
    const other = makeProject(files)
    const env = { PIPELINE_CACHE: join(project.folder, "artifacts-cache") }
    const { stdout, stderr } = runFrom(other.folder, env, "run", "мой файл (1)/tiny.yaml", "--json")
    assert.deepInclude(JSON.parse(stdout || stderr), { counts: { ran: 0, hit: 4, failed: 0, skipped: 0 } })
    const own = runFrom(other.folder, {}, "run", "мой файл (1)/tiny.yaml", "--json")
    assert.deepInclude(JSON.parse(own.stdout || own.stderr), { counts: { ran: 4, hit: 0, failed: 0, skipped: 0 } })
  })

  it.each<readonly [string, ReadonlyArray<string>]>([
    ["an unknown command", ["rnu", "tiny.yaml"]],
    ["an unknown flag", ["plan", "tiny.yaml", "--josn"]],
    ["a missing argument", ["get", "latest:total.total"]],
    ["a number that is none", ["run", "tiny.yaml", "--jobs", "many"]],
    ["an unknown parameter", ["plan", "tiny.yaml", "-S", "sedes=1"]],
    ["an unknown profile", ["plan", "tiny.yaml", "--profile", "large"]]
  ])("ends with status 2 for %s, and says what is wrong on standard error", (_, args) => {
    const { status, stderr } = makeProject(TINY).run(...args)
    assert.strictEqual(status, 2)
    assert.include(stderr, args.find((arg) => /^(?:rnu|--josn|many|sedes|large)/u.test(arg))?.split("=")[0] ?? "dest")
  })

  it("helps with status 0, and says its version", () => {
    const project = makeProject({})
    assert.match(answer(project, "--version"), /\d+\.\d+\.\d+/u)
    assert.match(answer(project, "--help"), /validate[\s\S]*report/u)
    assert.match(answer(project, "run", "--help"), /--keep-going/u)
    assert.deepStrictEqual(readdirSync(project.folder), [])
  })
})

describe("pipeline call on a stage that logs", () => {
  it("keeps standard output for the answer", () => {
    const project = makeProject({
      "chatty.ts": `import { Effect, Schema } from "effect"
import { StageType } from "athanor/stage"

export default StageType.make({
  name: "my/chatty",
  summary: "Says what it does",
  determinism: "bitwise",
  params: Schema.Struct({}),
  inputs: {},
  outputs: { out: "Json" },
  run: () =>
    Effect.gen(function* () {
      yield* Effect.log("scaling")
      console.log("printed")
      return { out: 1 }
    })
})
`
    })
    const { status, stdout, stderr } = project.run("call", "./chatty.ts", "--json")
    assert.strictEqual(status, 0, stderr)
    assert.deepInclude(JSON.parse(stdout), { stage: "my/chatty" })
    assert.match(stderr, /scaling\nprinted/u)
  })
})

describe("pipeline plan of a file with conditions", () => {
  it("says which tasks are not part of it, and why", () => {
    const project = makeProject(TINY)
    project.edit("tiny.yaml", "    with: { n:", '    when: "${{ matrix.seed > 0 }}"\n    with: { n:')
    const { stdout } = project.run("plan", "tiny.yaml")
    assert.match(stdout, /^not part +numbers@seed=0 +its condition is false$/mu)
    assert.match(stdout, /3 to run|2 to run, 1 may run/u)
  })
})
