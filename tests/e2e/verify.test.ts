import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import type { JournalEntry } from "../../core/record/JournalEvent.ts"
import { encodeLine, readLines } from "../../core/store/checked-lines.ts"
import { filesBelow } from "../files-below.ts"
import { makeProject, type Project, TINY } from "./project.ts"

interface Result {
  readonly task: string
  readonly verdict: string
  readonly output?: string
  readonly difference?: { readonly place: string; readonly relative?: number }
  readonly reason?: string
}

const verified = (project: Project, ...args: ReadonlyArray<string>): ReadonlyArray<Result> =>
  (project.json("cache", "verify", ...args, "--json") as { readonly results: ReadonlyArray<Result> }).results

const filesIn = (project: Project, folder: string): ReadonlyArray<string> =>
  filesBelow(join(project.folder, "artifacts-cache", folder))

/** A new file in its place: it may have other names. */
const replaceText = (file: string, change: (text: string) => string): void => {
  const text = readFileSync(file, "utf8")
  rmSync(file)
  writeFileSync(file, change(text))
}

/** A journal as versions wrote it that noted no digests of the files beside it. */
const withoutDigests = (journal: string): string =>
  readLines(Buffer.from(journal))
    .lines.map(({ value }) => {
      const { sequence, event } = value as JournalEntry
      return `${encodeLine({ sequence, event: { ...event, files: undefined } })}\n`
    })
    .join("")

/** A package that remembers how often it was asked: what a task gets depends on what its thread did before. */
const COUNTER = {
  "node_modules/tiny-counter/package.json": JSON.stringify({
    name: "tiny-counter",
    version: "1.0.0",
    type: "module",
    main: "index.js"
  }),
  "node_modules/tiny-counter/index.js": "let count = 0\nexport const next = () => ++count\n"
}

const counting = (determinism: string): string => `import { Effect, Schema } from "effect"
import { Metric, StageType } from "athanor/stage"
import { next } from "tiny-counter"

export default StageType.make({
  name: "my/counting",
  summary: "Not what it says",
  determinism: ${determinism},
  params: Schema.Struct({ n: Schema.Int }),
  inputs: {},
  outputs: { numbers: "Tensor" },
  run: ({ params }) =>
    Effect.gen(function* () {
      const count = next()
      yield* Metric.record("count", 100 + count)
      return { numbers: { shape: [2, 2], data: Float64Array.of(params.n, 1, 100 + count, 2) } }
    })
})
`

const PIPELINE = `name: counting
sources:
  text: { path: text.json, kind: Json }
stages:
  counting:
    uses: ./counting.ts
    matrix: { n: [1, 2] }
    with: { n: "\${{ matrix.n }}" }
  random:
    uses: command
    run: [node, -e, "fs.writeFileSync('out.json', JSON.stringify({ rows: [1, process.hrtime.bigint().toString()] }))"]
    outputs: { out: { path: out.json, kind: Json } }
  echo:
    uses: command
    run: [cp, inputs/text.json, out.json]
    inputs: { text: sources.text }
    outputs: { out: { path: out.json, kind: Json } }
`

const countingProject = (determinism: string): Project => {
  const project = makeProject({
    ...COUNTER,
    "counting.ts": counting(determinism),
    "counting.yaml": PIPELINE,
    "text.json": "[1]"
  })
  const { status, stderr } = project.run("run", "counting.yaml", "-j", "1")
  assert.strictEqual(status, 0, stderr)
  return project
}

describe("pipeline cache verify --rerun", () => {
  it("makes results again from their records, leaves the store alone, and chooses by the seed", () => {
    const project = makeProject(TINY)
    project.run("run", "tiny.yaml")
    // What was there first is judged by its own code, whatever the files say by now.
    project.edit("stages/scale.ts", "value * 2", "value * 3")
    const before = [...filesIn(project, "actions"), ...filesIn(project, "objects"), ...filesIn(project, "runs")]
    const all = project.run("cache", "verify", "--all")
    assert.deepStrictEqual([all.status, all.stdout], [0, "4 made again: 4 equal\n"])
    const after = [...filesIn(project, "actions"), ...filesIn(project, "objects"), ...filesIn(project, "runs")]
    assert.deepStrictEqual(after, before)
    const some = verified(project, "--rerun", "2", "--seed", "7").map(({ task }) => task)
    assert.strictEqual(some.length, 2)
    assert.deepStrictEqual(
      verified(project, "--rerun", "2", "--seed", "7").map(({ task }) => task),
      some
    )
    assert.deepStrictEqual(
      verified(project, "numbers@seed=1", "total", "--all")
        .map(({ task }) => task)
        .sort(),
      ["numbers@seed=1", "total"]
    )
    assert.match(
      project.run("cache", "verify", "--rerun", "1").stdout,
      /^1 made again: 1 equal · chosen by --seed \d+\n$/u
    )
    const { status, stderr } = project.run("cache", "verify", "--all", "totl")
    assert.strictEqual(status, 2)
    assert.include(stderr, 'the store has no result of "totl"; did you mean "total"?')
  })

  it("names the first element that is not the same the second time, and skips what cannot be made again", () => {
    const project = countingProject('"bitwise"')
    project.write("text.json", "[2]")
    const results = new Map(verified(project, "--all").map((result) => [result.task, result]))
    const counted = [results.get("counting@n=1"), results.get("counting@n=2")]
    // The thread of the run counted both; here the order is that of the keys.
    const differing = counted.filter((result) => result?.verdict === "differs")
    for (const result of differing) {
      assert.deepInclude(result, { output: "numbers" })
      assert.strictEqual(result?.difference?.place, "element [1, 0]")
    }
    const random = results.get("random")
    assert.strictEqual(random?.verdict, "differs")
    assert.strictEqual(random?.difference?.place, "$.rows[1]")
    assert.deepInclude(results.get("echo"), {
      verdict: "skipped",
      reason: "an input is no longer what it was, or has gone"
    })
    // Alone each is the first of its thread: the one that was the second is not what it was.
    const alone = ["counting@n=1", "counting@n=2"].map((task) => project.run("cache", "verify", "--all", task))
    assert.deepStrictEqual(alone.map(({ status }) => status).sort(), [0, 1])
    const text = alone.find(({ status }) => status === 1)?.stdout ?? ""
    assert.match(
      text,
      /^differs {2}counting@n=\d {2}numbers: element \[1, 0\] was 102 and is 101 \(relative difference 0\.00980\)\n1 made again: 0 equal, 1 differs\n$/u
    )
  })

  it("skips what was made with packages that are no longer there", () => {
    const project = countingProject('"bitwise"')
    project.edit("node_modules/tiny-counter/package.json", "1.0.0", "2.0.0")
    project.edit("node_modules/tiny-counter/index.js", "++count", "--count")
    for (const task of ["counting@n=1", "counting@n=2"]) {
      assert.deepInclude(verified(project, "--all", task)[0], {
        verdict: "skipped",
        reason: "its packages are no longer those that it was made with: tiny-counter@1.0.0"
      })
    }
  })

  it("accepts what a stage type declares", () => {
    const project = countingProject("{ tolerance: 0.01 }")
    const outcomes = ["counting@n=1", "counting@n=2"].map((task) => project.run("cache", "verify", "--all", task))
    assert.deepStrictEqual(
      outcomes.map(({ status }) => status),
      [0, 0]
    )
    const text = outcomes.map(({ stdout }) => stdout).join("")
    assert.match(text, /within {2}counting@n=\d {2}differs by 0\.00980 at most, of 0\.01 allowed\n/u)
    project.run("run", "counting.yaml", "-f", "echo")
    assert.strictEqual(project.run("cache", "verify", "--all", "echo").status, 0)
  })
})

describe("pipeline cache verify", () => {
  it("finds every byte that is not as it was written, and names the results that rest on it", () => {
    const project = makeProject(TINY)
    project.run("run", "tiny.yaml", "-S", "n=1000")
    const { status, stdout } = project.run("cache", "verify")
    assert.strictEqual(status, 0)
    assert.match(stdout, /^\d+ objects of \S+ kB, 4 records: all as they were written\n$/u)
    assert.match(project.run("cache", "stats").stdout, /4 results of 2 stage types, 1 run\n/u)
    const numbers = (
      project.json("show", "latest", "--json") as {
        readonly tasks: ReadonlyArray<{ readonly task: string; readonly outputs: { readonly [port: string]: string } }>
      }
    ).tasks
    assert.strictEqual(numbers.length, 4)
    const [changed, lost] = filesIn(project, "objects").filter(
      (file) => readFileSync(file).subarray(1, 6).toString() === "NUMPY"
    )
    assert(changed !== undefined && lost !== undefined)
    const content = readFileSync(changed)
    content[200]! ^= 1
    chmodSync(changed, 0o644)
    writeFileSync(changed, content)
    rmSync(lost, { force: true })
    const [segment] = filesIn(project, "actions")
    assert(segment !== undefined)
    writeFileSync(segment, readFileSync(segment, "utf8").replace('"code":', '"cods":'))
    const damaged = project.run("cache", "verify")
    assert.strictEqual(damaged.status, 4)
    assert.match(
      damaged.stdout,
      /^damaged {2}object [0-9a-f]{12}: its bytes have changed \(numbers@seed=\d\.numbers\)$/mu
    )
    assert.match(damaged.stdout, /^damaged {2}object [0-9a-f]{12}: it is missing \(numbers@seed=\d\.numbers\)$/mu)
    assert.match(damaged.stdout, /^damaged {2}segment \S+: a line has changed: its record is lost$/mu)
    assert.match(damaged.stdout, /3 damaged\n$/u)
    // What only looks leaves everything where it is.
    assert.strictEqual(project.run("cache", "verify").stdout, damaged.stdout)
  })

  it("finds what has changed beside the journal of a run, whether it can be read or not, and not what older runs do not tell", () => {
    const project = makeProject({
      ...TINY,
      // The plan of one run grows, that of the other is whole from the beginning.
      "grown.yaml": `name: grown
sources: { s: { path: s.json, kind: Json } }
stages:
  list: { uses: command, run: [cp, inputs/s.json, m.json], inputs: { s: sources.s }, outputs: { m: { path: m.json, kind: Json } } }
  each: { uses: command, matrix: { n: { from: list.m } }, run: [cp, inputs/s.json, m.json], inputs: { s: sources.s }, outputs: { m: { path: m.json, kind: Json } } }
`,
      "s.json": "[1, 2]"
    })
    for (const file of ["grown.yaml", "tiny.yaml", "tiny.yaml"]) assert.strictEqual(project.run("run", file).status, 0)
    assert.strictEqual(project.run("cache", "verify").status, 0)
    const files = filesIn(project, "runs").filter((file) => /(?:plan|sources)\.json$|\.yaml$/u.test(file))
    assert.lengthOf(files, 7)
    // One letter of each: what a damaged disk leaves can often be read.
    for (const file of files)
      replaceText(file, (text) => text.replace(/(?<=name\W+)[a-z]|[0-9a-f](?=[0-9a-f]{62})/u, "q"))
    const { status, stdout } = project.run("cache", "verify")
    assert.strictEqual(status, 4)
    for (const file of files) {
      const [run, name] = file.split("/").slice(-2)
      assert.include(stdout, `damaged  plan ${run}: its ${name} has changed`)
    }
    for (const file of filesIn(project, "runs").filter((one) => one.endsWith(".jsonl")))
      replaceText(file, withoutDigests)
    assert.strictEqual(project.run("cache", "verify").status, 0)
  })

  it("finds code, sources and files of runs that are gone, as long as a result needs them, and the next run brings them back", () => {
    const project = makeProject({
      ...TINY,
      "tiny.yaml": TINY["tiny.yaml"].replace(
        "stages:",
        "sources: { s: { path: s, kind: Directory } }\nstages:\n  c: { uses: command, run: [cp, inputs/s/a, m.json], inputs: { s: sources.s }, outputs: { m: { path: m.json, kind: Json } } }"
      ),
      "s/a": `[${"1,".repeat(5000)}1]`
    })
    assert.strictEqual(project.run("run", "tiny.yaml").status, 0)
    assert.strictEqual(project.run("cache", "verify").status, 0)
    const gone = filesIn(project, "objects")
    for (const file of gone) rmSync(file, { force: true })
    const { status, stdout } = project.run("cache", "verify")
    assert.strictEqual(status, 4)
    assert.match(
      stdout,
      /^damaged {2}code [0-9a-f]{12}: that of stage "numbers" is missing: the next run stores it anew$/mu
    )
    assert.match(stdout, /^damaged {2}source [0-9a-f]{12}: a file of source "s" is missing/mu)
    assert.strictEqual(project.run("run", "tiny.yaml").status, 0)
    assert.strictEqual(project.run("cache", "verify").status, 0)
    for (const name of ["plan.json", "pipeline.yaml"]) {
      const [file = ""] = filesIn(project, "runs").filter((one) => one.endsWith(`/${name}`))
      const text = readFileSync(file)
      rmSync(file)
      assert.include(project.run("cache", "verify").stdout, `its ${name} is missing`)
      if (name === "plan.json") {
        const run = file.split("/").at(-2) ?? ""
        assert.include(project.run("report", run).stderr, "its plan.json is gone")
      }
      writeFileSync(file, text)
    }
    assert.strictEqual(project.run("cache", "verify").status, 0)
  })
})
