/** What a run leaves in the reports folder, and what it says when it cannot. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { filesBelow } from "../files-below.ts"
import { makeProject, type Outcome, type Project, TINY } from "./project.ts"

const run = (project: Project, ...args: ReadonlyArray<string>): Outcome => project.run("run", "tiny.yaml", ...args)

const ran = (project: Project, ...args: ReadonlyArray<string>): Outcome => {
  const outcome = run(project, ...args)
  assert.strictEqual(outcome.status, 0, outcome.stderr)
  return outcome
}

const isThere = (project: Project, file: string): boolean => existsSync(join(project.folder, "reports/tiny", file))

/** Changes a byte of each object of the store. */
const damageObjects = ({ folder }: Project): void => {
  for (const file of filesBelow(join(folder, "artifacts-cache/objects"))) {
    const bytes = readFileSync(file)
    bytes[bytes.length >> 1]! ^= 1
    rmSync(file)
    writeFileSync(file, bytes)
  }
}

/** Makes the stage give a figure that Vega refuses. */
const spoilFigure = (project: Project): void => project.edit("stages/total.ts", 'mark: "line"', 'mark: "zigzag"')

describe("a figure that cannot be drawn", () => {
  const words =
    /^error: outputs: figures\/sums\.svg was not written: the figure that stage "total" gave as total\.figure cannot be drawn: Vega-Lite does not understand its specification: ./mu

  it("ends the run with 1, names output, stage and reason, and leaves no earlier picture", () => {
    const project = makeProject(TINY)
    ran(project)
    assert.isTrue(isThere(project, "figures/sums.svg"))
    spoilFigure(project)
    const spoilt = run(project)
    assert.strictEqual(spoilt.status, 1)
    assert.match(spoilt.stderr, words)
    assert.notInclude(spoilt.stderr, "warning")
    // The rest is of this run.
    assert.isTrue(isThere(project, "total.json"))
    assert.isFalse(isThere(project, "figures"))
    assert.include(project.read("reports/tiny/report.html"), "total.figure is not here")
    // It is said again by a run that finds everything cached.
    const again = run(project)
    assert.strictEqual(again.status, 1)
    assert.match(again.stderr, words)
    project.edit("stages/total.ts", 'mark: "zigzag"', 'mark: "line"')
    ran(project)
    assert.isTrue(isThere(project, "figures/sums.svg"))
  })

  it("takes with it a file of its name, whoever wrote that", () => {
    const project = makeProject({ ...TINY, "reports/tiny/figures/sums.svg": "old", "reports/tiny/figures/mine": "" })
    spoilFigure(project)
    assert.strictEqual(run(project).status, 1)
    assert.deepStrictEqual(readdirSync(join(project.folder, "reports/tiny/figures")), ["mine"])
  })

  it("is a warning where only the page would show it", () => {
    const project = makeProject(TINY)
    project.edit("tiny.yaml", "  figures/sums.svg: total.figure\n", "")
    spoilFigure(project)
    const warning =
      /^warning: report: the figure that stage "total" gave as total\.figure cannot be drawn: Vega-Lite does not understand its specification: ./gmu
    assert.lengthOf(ran(project).stderr.match(warning) ?? [], 1)
    assert.lengthOf(project.run("report").stderr.match(warning) ?? [], 1)
  })
})

describe("an output that cannot be written as its name asks", () => {
  it("is the stage's fault: status 1 and one line", () => {
    const project = makeProject(TINY)
    project.edit("tiny.yaml", "  total.json: total.total", "  numbers.json: numbers@seed=1.numbers")
    ran(project)
    project.edit("stages/numbers.ts", "data[index] = scaled(index) + params.seed", "data[index] = Number.NaN")
    project.edit("tiny.yaml", /expect:[\s\S]*?\n(?=report)/u.exec(project.read("tiny.yaml"))?.[0] ?? "", "")
    project.edit(
      "stages/numbers.ts",
      'yield* Metric.record("sum"',
      'yield* Metric.record("length", params.n)\n      if (params.n < 0) yield* Metric.record("sum"'
    )
    project.edit("stages/total.ts", "sum + item, 0)", "sum + (item > 0 ? item : 0), 0)")
    const { status, stderr } = run(project)
    assert.strictEqual(status, 1, stderr)
    assert.match(
      stderr,
      /^error: outputs: numbers\.json was not written: the artifact that stage "numbers" gave as numbers@seed=1\.numbers cannot be written in this form: .*NaN/mu
    )
    assert.isFalse(isThere(project, "numbers.json"))
  })
})

describe("files of an earlier run", () => {
  it("go when their output has been renamed or removed, with folders that become empty", () => {
    const project = makeProject(TINY)
    ran(project)
    project.edit("tiny.yaml", "figures/sums.svg", "pictures/sums.svg")
    project.edit("tiny.yaml", "  total.json: total.total\n", "")
    ran(project)
    assert.isFalse(isThere(project, "figures/sums.svg"))
    assert.isFalse(isThere(project, "total.json"))
    assert.isTrue(isThere(project, "pictures/sums.svg"))
    project.edit("tiny.yaml", "report: { figures: [total.figure] }", "report: {}")
    ran(project)
    assert.isFalse(isThere(project, "figures"))
  })

  it("go when the run of now failed, and come back with the next that succeeds", () => {
    const project = makeProject(TINY)
    ran(project)
    project.edit("stages/total.ts", "yield* Metric.record", 'yield* Effect.die("no")\n      yield* Metric.record')
    assert.strictEqual(run(project).status, 1)
    assert.isFalse(isThere(project, "total.json"))
    assert.isFalse(isThere(project, "figures/sums.svg"))
    assert.isTrue(isThere(project, "report.html"))
    project.edit("stages/total.ts", 'yield* Effect.die("no")\n', "")
    ran(project)
    assert.isTrue(isThere(project, "total.json"))
    assert.isTrue(isThere(project, "figures/sums.svg"))
  })

  it("go also when the page of an older run was written in between", () => {
    const project = makeProject(TINY)
    ran(project)
    ran(project, "-S", "n=5")
    const [, { run: first = "" } = {}] = project.json("runs", "--json") as ReadonlyArray<{ readonly run: string }>
    assert.strictEqual(project.run("report", first).status, 0)
    project.edit("tiny.yaml", "figures/sums.svg", "pictures/sums.svg")
    ran(project)
    assert.isFalse(isThere(project, "figures/sums.svg"))
    assert.deepStrictEqual(readdirSync(join(project.folder, "reports/tiny")).sort(), [
      ".report.json",
      "figures",
      "pictures",
      "pipeline.yaml",
      "report.html",
      "ro-crate-metadata.json",
      "total.json"
    ])
  })

  it("stay when the store has lost what they are copies of, and go when they are another result's", () => {
    const project = makeProject(TINY)
    project.edit("tiny.yaml", "n: 4", "n: 4000")
    project.edit("tiny.yaml", "  total.json: total.total", "  numbers.csv: numbers@seed=1.numbers")
    ran(project)
    damageObjects(project)
    // A run that fails does not compute again what it found lost when it was over.
    const failing = '{ uses: command, run: ["false"], outputs: { m: { path: m.json, kind: Metrics } } }'
    project.edit("tiny.yaml", "stages:\n", `stages:\n  failing: ${failing}\n`)
    const lost = run(project, "-k")
    assert.strictEqual(lost.status, 1)
    assert.include(lost.stderr, "its content is no longer in the store")
    assert.isTrue(isThere(project, "numbers.csv"))
    // What is known to be lost is computed again.
    run(project, "-k")
    run(project, "-k", "-S", "n=3000")
    damageObjects(project)
    const back = run(project, "-k")
    assert.include(back.stderr, "its content is no longer in the store")
    assert.isFalse(isThere(project, "numbers.csv"))
  })

  it("stay when a person has changed them, and so does what a person put there", () => {
    const project = makeProject({ ...TINY, "reports/tiny/figures/mine.txt": "mine" })
    ran(project)
    project.write("reports/tiny/total.json", "changed")
    project.edit("tiny.yaml", "  total.json: total.total\n", "")
    ran(project)
    assert.strictEqual(project.read("reports/tiny/total.json"), "changed")
    assert.isTrue(isThere(project, "figures/mine.txt"))
  })
})

describe("pipeline run --dry-run --force", () => {
  it("counts what was asked for and what needs it, and refuses what no stage is called", () => {
    const project = makeProject(TINY)
    ran(project)
    const { status, stdout } = run(project, "-n", "-f", "numbers@seed=1")
    assert.strictEqual(status, 0)
    assert.match(stdout, /^run +numbers@seed=1 .* asked for$/mu)
    assert.match(stdout, /^may run +total .* after numbers/mu)
    assert.include(stdout, "1 to run, 1 may run, 2 cached")
    const unknown = run(project, "-n", "-f", "totl")
    assert.deepStrictEqual([unknown.status, unknown.stdout], [2, ""])
    assert.include(unknown.stderr, 'the pipeline has no stage "totl"; did you mean "total"?')
  })

  it("gives the same as JSON, a task that waits for another without a key", () => {
    const project = makeProject(TINY)
    const { tasks } = project.json("run", "tiny.yaml", "-n", "-f", "total", "--json") as {
      readonly tasks: ReadonlyArray<{ readonly state: string; readonly reason: string; readonly key?: string }>
    }
    const { state, reason, key } = tasks.at(-1) ?? {}
    assert.deepStrictEqual([state, reason, key], ["run", "asked for", undefined])
  })
})

describe("pipeline validate", () => {
  it("looks whether sources are there, and are what their kinds are read from", () => {
    const project = makeProject({ ...TINY, "data/points.csv": "1\n" })
    const sources = `sources:
  right: { path: data/points.csv, kind: Tensor }
  slip: { path: data/pionts.csv, kind: Tensor }
  other: { path: dtaa/points.csv, kind: Table }
  folder: { path: data, kind: Json }
  file: { path: data/points.csv, kind: Directory }
`
    project.edit("tiny.yaml", "stages:", `${sources}stages:`)
    const { status, stdout, stderr } = project.run("validate", "tiny.yaml")
    assert.deepStrictEqual([status, stdout], [2, ""])
    assert.notInclude(stderr, '"right"')
    assert.match(stderr, /^tiny\.yaml:5:17 {2}error {2}source "slip": data\/pionts\.csv: there is no such file/mu)
    assert.include(stderr, 'did you mean "data/points.csv"?')
    assert.match(stderr, /^tiny\.yaml:6:18 {2}error {2}source "other": dtaa\/points\.csv: there is no such file/mu)
    assert.match(stderr, /source "folder": data: it is a folder, not a file/u)
    assert.match(stderr, /source "file": data\/points\.csv: it is a file, not a folder/u)
  })
})

describe("a slip in a name", () => {
  it("of a metric is answered with the nearest that the task recorded, in the terminal and on the page", () => {
    const project = makeProject(TINY)
    project.edit("tiny.yaml", "metric: total.all,", "metric: total.al,")
    const words = "its stage recorded no such metric; did you mean total.all?"
    assert.include(ran(project).stdout, words)
    assert.include(project.read("reports/tiny/report.html"), words)
    project.edit("tiny.yaml", "metric: total.al,", "metric: total.slope,")
    assert.include(ran(project).stdout, "its stage recorded no such metric (it recorded: all)")
  })

  it("of a task is answered with the task that shares most with it", () => {
    const project = makeProject(TINY)
    const target = run(project, "numbers@seed=310")
    assert.strictEqual(target.status, 2)
    assert.include(target.stderr, 'the pipeline has no task "numbers@seed=310"; did you mean "numbers@seed=2"?')
    ran(project)
    const { status, stderr } = project.run("get", "latest:numbers@seed=310.numbers", "x.npy")
    assert.strictEqual(status, 2)
    assert.include(stderr, 'has no task "numbers@seed=310"; did you mean "numbers@seed=2"?')
  })
})
