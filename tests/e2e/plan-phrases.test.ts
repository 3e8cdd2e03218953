import { assert, describe, it } from "vitest"
import { makeProject, type Project } from "./project.ts"

const command = (id: string, script: string): string => `  ${id}:
    uses: command
    shell: true
    run: "${script}"
    outputs: { m: { path: m.json, kind: Metrics } }
`

const pipeline = (name: string, ...stages: ReadonlyArray<string>): string =>
  `name: ${name}\nstages:\n${stages.join("")}`

const MAKE = "echo '{}' > m.json"

interface Planned {
  readonly tasks: ReadonlyArray<{
    readonly task: string
    readonly reason: string
    readonly predictedMillis: number | null
  }>
}

const planOf = (project: Project, file: string): Planned["tasks"] =>
  (project.json("plan", file, "--json") as Planned).tasks

describe("a plan of commands", () => {
  it("knows nothing of one from others, which share nothing but the word", () => {
    const project = makeProject({
      "a.yaml": pipeline("a", command("fit", MAKE)),
      "b.yaml": pipeline("b", command("train", `true; ${MAKE}`))
    })
    assert.strictEqual(project.run("run", "a.yaml").status, 0)
    const [train] = planOf(project, "b.yaml")
    assert.deepInclude(train, { task: "train", reason: "never run", predictedMillis: null })
    assert.match(project.run("plan", "b.yaml").stdout, /^run {2}train {2}~\? {2}never run\n/u)
    const text = project.run("why", "b.yaml", "train").stdout
    assert.strictEqual(text, "train  to run: never run\n")
    project.edit("a.yaml", MAKE, `${MAKE}; true`)
    const [fit] = planOf(project, "a.yaml")
    assert.match(fit?.reason ?? "", /^param run /u)
    assert.isNumber(fit?.predictedMillis)
  })

  it("says of what has failed that it has, and why", () => {
    const project = makeProject({
      "a.yaml": pipeline("a", command("fit", "exit 3"), command("other", MAKE)),
      "b.yaml": pipeline("b", command("fit", `false; ${MAKE}`))
    })
    assert.strictEqual(project.run("run", "a.yaml", "-k").status, 1)
    const said = /^failed in run \S+: .*\b3\b/u
    const [fit] = planOf(project, "a.yaml")
    assert.match(fit?.reason ?? "", said)
    assert.match(project.run("why", "a.yaml", "fit").stdout, /^fit {2}to run: failed in run \S+: .*\b3\b/u)
    // Another pipeline has nothing to do with it.
    assert.strictEqual(planOf(project, "b.yaml")[0]?.reason, "never run")
    project.edit("a.yaml", "exit 3", `true; ${MAKE}`)
    assert.strictEqual(project.run("run", "a.yaml").status, 0)
    assert.deepStrictEqual(
      planOf(project, "a.yaml").map(({ reason }) => reason),
      ["", ""]
    )
  })
})

describe("a task whose result was collected", () => {
  it("is not called new, in plans and in accounts", () => {
    const project = makeProject({ "a.yaml": pipeline("a", command("fit", MAKE)) })
    const { run } = project.json("run", "a.yaml", "--json") as { readonly run: string }
    assert.strictEqual(project.run("cache", "gc", "--older-than", "0s", "--apply").status, 0)
    const said = `its result of run ${run} was collected`
    assert.strictEqual(planOf(project, "a.yaml")[0]?.reason, said)
    assert.strictEqual(project.run("why", "a.yaml", "fit").stdout, `fit  to run: ${said}\n`)
  })
})

describe("a task that went back to an earlier result", () => {
  const echo = (value: number): string => `echo '{\\"v\\": ${value}}' > m.json`
  const runOf = (project: Project, file: string): string =>
    (project.json("run", file, "--json") as { readonly run: string }).run

  it("is compared with that one, in plans, in accounts and of past runs", () => {
    const project = makeProject({ "a.yaml": pipeline("a", command("fit", echo(1))) })
    const change = (from: number, to: number): void => project.edit("a.yaml", echo(from), echo(to))
    const first = runOf(project, "a.yaml")
    change(1, 2)
    const second = runOf(project, "a.yaml")
    change(2, 1)
    const back = runOf(project, "a.yaml")
    change(1, 3)
    assert.match(planOf(project, "a.yaml")[0]?.reason ?? "", /^param run .*: 1\}.*→.*: 3\}/u)
    assert.match(project.run("why", "a.yaml", "fit").stdout, new RegExp(`compared with run ${back}:\\n.*1.*→.*3`, "u"))
    const fourth = runOf(project, "a.yaml")
    runOf(project, "a.yaml")
    const then = project.run("why", "a.yaml", "fit", "--run", fourth).stdout
    assert.match(then, new RegExp(`^fit  ran: param run .*1.*→.*3.*\\n  compared with run ${back}:\\n`, "u"))
    assert.include(project.run("why", "a.yaml", "fit", "--run", second).stdout, `compared with run ${first}:`)
    assert.strictEqual(project.run("why", "a.yaml", "fit", "--run", first).stdout, "fit  ran: never run\n")
  })

  it("is not new where another pipeline has computed it", () => {
    const project = makeProject({
      "a.yaml": pipeline("a", command("fit", echo(1))),
      "b.yaml": pipeline("b", command("train", echo(1)))
    })
    runOf(project, "a.yaml")
    const had = runOf(project, "b.yaml")
    project.edit("b.yaml", echo(1), echo(2))
    assert.match(planOf(project, "b.yaml")[0]?.reason ?? "", /^param run .*: 1\}.*→.*: 2\}/u)
    assert.include(project.run("why", "b.yaml", "train").stdout, `compared with run ${had}:`)
  })
})

describe("a plan of tasks with one key", () => {
  it("says so in one line, and which dimension makes no difference", () => {
    const project = makeProject({
      "a.yaml": `name: a
stages:
  one:
    uses: command
    matrix: { x: [1, 2, 3, 4] }
    shell: true
    run: "${MAKE}"
    outputs: { m: { path: m.json, kind: Metrics } }
  next: { uses: command, inputs: { all: one.*.m }, run: [cp, inputs/all/0.json, m.json], outputs: { m: { path: m.json, kind: Metrics } } }
`
    })
    const idle = "one: x makes no difference, tasks that differ in it alone have the same key\n"
    assert.include(project.run("plan", "a.yaml").stdout, idle)
    assert.strictEqual(project.run("run", "a.yaml", "one").status, 0)
    const { stdout } = project.run("plan", "a.yaml", "one")
    assert.match(stdout, /^cached {2}one@x=\d *\ncached {2}one \(3 of 4\) +same key as others of one\n\n/mu)
    assert.include(stdout, idle)
  })
})

describe("a task whose name has quotes", () => {
  it("is meant by what a shell leaves of it, and hinted at as a shell takes it", () => {
    const project = makeProject({
      "a.yaml": `name: a
stages:
  count:
    uses: command
    matrix: { part: [f1.txt, f2.txt] }
    run: [cp, "\${{ matrix.part }}", out.csv]
    files: [f1.txt, f2.txt]
    outputs: { table: { path: out.csv, kind: Table } }
`,
      "f1.txt": "a\n1\n",
      "f2.txt": "a\n2\n"
    })
    assert.strictEqual(project.run("run", "a.yaml").status, 0)
    assert.match(project.run("why", "a.yaml", "count@part=f1.txt").stdout, /^count@part="f1.txt" {2}cached/u)
    assert.include(project.run("plan", "a.yaml", "count@part=f2.txt").stdout, "0 to run, 0 may run, 1 cached")
    assert.strictEqual(project.run("get", "latest:count@part=f2.txt.table", "two.csv").status, 0)
    assert.strictEqual(project.read("two.csv"), "a\n2\n")
    assert.include(project.run("why", "a.yaml", "count@part=f3.txt").stderr, `did you mean 'count@part="f1.txt"'?`)
    assert.include(project.run("cache", "verify", "count@part=f1.txt", "--all").stdout, "1 made again")
  })
})
