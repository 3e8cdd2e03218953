import { assert, describe, it } from "vitest"
import { makeProject, TINY } from "./project.ts"

/** Each is one slip away from the study, on the line and column given. */
const SLIPS: ReadonlyArray<readonly [what: string, from: string, to: string, place: string, words: string]> = [
  ["an unknown stage", "uses: ./stages/total.ts", "uses: ntk/analitic", "9:11", 'unknown stage type "ntk/analitic"'],
  ["a file that is not there", "uses: ./stages/total.ts", "uses: ./stages/totla.ts", "9:11", "there is no file"],
  ["an unknown parameter", "{ n: ", "{ m: ", "7:13", 'unknown parameter "m"'],
  ["a wrong type", 'seed: "${{ matrix.seed }}",', "seed: many,", "7:41", 'seed: expected number, found "many"'],
  [
    "a wrong edge kind",
    "numbers: numbers.*.numbers",
    "numbers: total2.total",
    "10:24",
    "takes a Tensor, but total2.total is a Json"
  ],
  ["a cycle", "numbers: numbers.*.numbers", "numbers: [numbers.*.numbers, total.total]", "10:44", "total → total"],
  ["a duplicate key", "params: { seeds: 3", "params: { seeds: 3, seeds: 3", "2:21", 'duplicate key "seeds"'],
  ["a bad expression", "range(params.seeds)", "range(params.seed)", "6:39", 'params has no "seed"'],
  ["a missing input", "    inputs: { numbers: numbers.*.numbers }\n", "", "8:3", 'missing input "numbers"'],
  ["a bad matrix", 'seed: "${{ range(params.seeds) }}"', "seed: 3", "6:21", "matrix: seed must be a list"],
  ["a tab", "    uses: ./stages/total.ts", "\tuses: ./stages/total.ts", "9:1", "tabs cannot indent YAML; use spaces"],
  ["an unknown input", "inputs: { numbers: n", "inputs: { nmubers: n", "10:15", 'unknown input "nmubers"'],
  ["an unknown output", "numbers.*.numbers", "numbers.*.nubmers", "10:24", 'has no output "nubmers"'],
  ["one task of many not named", "numbers.*.numbers", "numbers.numbers", "10:24", "numbers has 3 tasks"],
  [
    "a matrix value that no task has",
    "numbers.*.numbers",
    '["numbers@seed=${{ params.seeds - 3 }}.numbers", numbers@seed=5.numbers]',
    "10:73",
    'numbers has no task "numbers@seed=5"'
  ],
  ["code from elsewhere", "./stages/total.ts", "./../../total.ts", "9:11", "lies outside of the folder"]
]

describe("a broken pipeline file", () => {
  it.each(SLIPS)("with %s ends with status 2, at its place", (_, from, to, place, words) => {
    const project = makeProject(TINY)
    if (to.includes("total2")) {
      project.edit(
        "tiny.yaml",
        "outputs:",
        "  total2:\n    uses: ./stages/total.ts\n    inputs: { numbers: numbers.*.numbers }\noutputs:"
      )
    }
    project.edit("tiny.yaml", from, to)
    const { status, stderr, stdout } = project.run("run", "tiny.yaml")
    assert.strictEqual(status, 2, stderr)
    assert.strictEqual(stdout, "")
    const [first] = stderr.split("\n")
    assert.include(first, `tiny.yaml:${place}  error  `)
    assert.include(first, words)
  })

  it("has all its mistakes shown at once", () => {
    const project = makeProject(TINY)
    project.edit("tiny.yaml", "{ n: ", "{ m: ")
    project.edit("tiny.yaml", "uses: ./stages/total.ts", "uses: my/total")
    const { stderr } = project.run("validate", "tiny.yaml")
    assert.include(stderr, "tiny.yaml:7:13")
    assert.include(stderr, "tiny.yaml:9:11")
  })

  it("that does not exist is named", () => {
    const { status, stderr } = makeProject({}).run("run", "nothing.yaml")
    assert.strictEqual(status, 2)
    assert.include(stderr, "nothing.yaml: there is no such file")
  })

  it("is not needed for a wrong command line to end with status 2", () => {
    const { status, stderr } = makeProject({}).run("rnu", "tiny.yaml")
    assert.strictEqual(status, 2)
    assert.include(stderr, "rnu")
  })
})

describe("code that escapes the bundler", () => {
  it.each([
    ["const table = new URL('./x.wasm', import.meta.url)", "import.meta"],
    ["const table = Math.random()", "Math.random"],
    ["const now = Date.now()", "Date.now"],
    ["const home = process.env['HOME']", "process"],
    ["const code = eval('1')", "eval"],
    ["import { readFileSync } from 'node:fs'\nconst text = readFileSync('x')", "node:fs"],
    ["const other = await import(String(1))", "import()"]
  ])("is refused: %s", (line, words) => {
    const project = makeProject(TINY)
    const name = /const (?<name>\w+)/u.exec(line)?.groups?.["name"] ?? ""
    project.edit(
      "stages/scale.ts",
      "export const scaled",
      `${line}\nexport const used = () => ${name}\nexport const scaled`
    )
    project.edit("stages/scale.ts", "value * 2", "(used() === undefined ? 0 : value * 2)")
    const { status, stderr } = project.run("run", "tiny.yaml")
    assert.strictEqual(status, 2, stderr)
    assert.include(stderr, words)
    assert.match(stderr, /stages\/scale\.ts:\d+:\d+/u)
  })

  it("is told problem by problem, each with its place", () => {
    const project = makeProject(TINY)
    const long = `used_${"x".repeat(300)}`
    project.edit(
      "stages/scale.ts",
      "value * 2",
      `value * Math.random() +\n  Date.now() + Number(process.env["${long}"]) * performance.now()`
    )
    const { status, stderr } = project.run("validate", "tiny.yaml")
    assert.strictEqual(status, 2, stderr)
    const heads = stderr.split("\n").filter((line) => line.startsWith("tiny.yaml:5:11  error"))
    assert.isAtLeast(heads.length, 3, stderr)
    for (const head of heads) assert.match(head, /: stages\/scale\.ts:[12]:\d+ /u)
    assert.notInclude(stderr, "\ufffd")
  })
})

describe("a store", () => {
  const stage = (inputs: string): string => `    uses: command
    run: [sh, -c, "echo '{}' > m.json"]
    outputs: { m: { path: m.json, kind: Json } }
${inputs}`
  const pipeline = (sources: string, inputs = ""): string =>
    `name: p\n${sources}stages:\n  a:\n${stage(inputs)}  b:\n${stage("    inputs: { m: a.m }\n")}`
  const source = (path: string): string =>
    pipeline(`sources:\n  s: { path: ${path}, kind: Directory }\n`, "    inputs: { s: sources.s }\n")

  it.each([
    ["a source that holds it", source("lab"), "3:"],
    ["a source in it", source("lab/artifacts-cache/objects"), "3:"],
    ["files that hold it", pipeline("", "    files: [lab]\n"), '7:13  error  stage "a": files: '],
    ["files in it", pipeline("", "    files: [lab/artifacts-cache/format.json]\n"), '7:13  error  stage "a": files: ']
  ])("is no input: %s", (_, text, place) => {
    const project = makeProject({ "p.yaml": pipeline("") }, { PIPELINE_CACHE: "lab/artifacts-cache" })
    assert.strictEqual(project.run("run", "p.yaml").status, 0)
    project.write("p.yaml", text)
    for (const command of ["validate", "run"]) {
      const { status, stderr } = project.run(command, "p.yaml")
      assert.strictEqual(status, 2, stderr)
      assert.include(stderr, `p.yaml:${place}`)
      assert.include(stderr, "changes with every run")
    }
  })

  it("is no place to copy to", () => {
    const project = makeProject({ "p.yaml": pipeline("") })
    assert.strictEqual(project.run("run", "p.yaml").status, 0)
    const before = project.read("artifacts-cache/format.json")
    const { status, stderr } = project.run("get", "latest:a.m", "artifacts-cache/format.json")
    assert.strictEqual(status, 2)
    assert.include(stderr, "lies in the store artifacts-cache")
    assert.strictEqual(project.read("artifacts-cache/format.json"), before)
  })
})
