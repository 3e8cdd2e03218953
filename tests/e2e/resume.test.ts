import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { read } from "../../core/record/Journal.ts"
import type { JournalEvent } from "../../core/record/JournalEvent.ts"
import { until } from "../until.ts"
import { makeProject, type Project, TINY } from "./project.ts"

/** The events of a run, as far as they are on the disk. */
const eventsOf = (project: Project, run: string): ReadonlyArray<JournalEvent> => {
  const file = join(project.folder, "artifacts-cache/runs", run, "journal.jsonl")
  return existsSync(file) ? read(readFileSync(file)).entries.map(({ event }) => event) : []
}

const runsOf = (project: Project): ReadonlyArray<string> => {
  const folder = join(project.folder, "artifacts-cache/runs")
  return existsSync(folder) ? readdirSync(folder) : []
}

/** The tasks that events of one kind are about, in all runs of a project or in one. */
const tasksIn = (project: Project, tag: JournalEvent["_tag"], runs = runsOf(project)): ReadonlyArray<string> =>
  runs
    .flatMap((run) => eventsOf(project, run))
    .flatMap((event) => (event._tag === tag && "task" in event ? [String(event.task)] : []))
    .sort()

const kill = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null) throw new Error("the run was over before it could be killed")
  const ended = once(child, "exit")
  child.kill("SIGKILL")
  await ended
}

/** The exit status of a command that goes on. */
const statusOf = async (child: ChildProcess): Promise<number | null> => {
  if (child.exitCode !== null) return child.exitCode
  const [code] = (await once(child, "exit")) as [number | null]
  return code
}

/** Digests of all outputs of a pipeline's tasks. */
const outputsOf = (project: Project, run: string): { readonly [task: string]: unknown } => {
  const { tasks } = project.json("show", run, "--json") as {
    readonly tasks: ReadonlyArray<{ readonly task: string; readonly outputs: unknown; readonly metrics: unknown }>
  }
  return Object.fromEntries(tasks.map(({ task, outputs, metrics }) => [task, { outputs, metrics }]))
}

interface RunAnswer {
  readonly run: string
  readonly counts: { readonly ran: number; readonly hit: number }
}

/** The study with tasks that take their time and make objects too large to live in their records. */
const slow = (millis: number): Project => {
  const project = makeProject(TINY)
  project.edit("tiny.yaml", "seeds: 3, n: 4, millis: 0", `seeds: 4, n: 600, millis: ${millis}`)
  project.edit("stages/numbers.ts", "if (pause > 0)", "if (pause > 0 && index % 60 === 0)")
  return project
}

const ALL = ["numbers@seed=0", "numbers@seed=1", "numbers@seed=2", "numbers@seed=3", "total"]

describe("a run that was killed", () => {
  it("goes on where it was, however often it is killed, and ends with the results of an undisturbed run", async () => {
    const project = slow(30)
    for (const [round, enough] of [1, 3].entries()) {
      const child = project.start("run", "tiny.yaml", "-j", "2")
      await until(() => tasksIn(project, "TaskFinished").length >= enough)
      await kill(child)
      assert.lengthOf(runsOf(project), round + 1)
    }
    const { run, counts } = project.json("run", "tiny.yaml", "--json") as RunAnswer
    // A record may have been committed at the instant of death, before the journal could say so.
    const finished = tasksIn(project, "TaskFinished")
    assert.deepStrictEqual([...new Set(finished)], finished)
    assert.strictEqual(counts.ran + counts.hit, ALL.length)
    const before = tasksIn(
      project,
      "TaskFinished",
      runsOf(project).filter((other) => other !== run)
    )
    assert.isAtLeast(before.length, 3)
    assert.includeMembers([...tasksIn(project, "TaskHit", [run])], [...before])
    assert.deepStrictEqual(
      tasksIn(project, "AttemptStarted", [run]).filter((task) => before.includes(task)),
      []
    )
    const undisturbed = slow(0)
    const whole = undisturbed.json("run", "tiny.yaml", "--json", "-S", "millis=30") as RunAnswer
    assert.strictEqual(whole.counts.ran, ALL.length)
    assert.deepStrictEqual(outputsOf(project, run), outputsOf(undisturbed, whole.run))
    for (const file of ["total.json", "figures/sums.svg"]) {
      assert.strictEqual(project.read(`reports/tiny/${file}`), undisturbed.read(`reports/tiny/${file}`))
    }
  })

  it("leaves no half of an object behind: what is under a digest has it", async () => {
    const project = slow(5)
    const child = project.start("run", "tiny.yaml", "-j", "2")
    await until(() => tasksIn(project, "TaskFinished").length >= 1)
    await kill(child)
    const run = project.json("run", "tiny.yaml", "--json") as RunAnswer
    for (const task of ALL.slice(0, 4)) {
      const { status, stderr } = project.run("get", `${run.run}:${task}.numbers`, "x.npy")
      assert.strictEqual(status, 0, stderr)
    }
  })
})

describe("two runs at once on one store", () => {
  it("start no task twice, also when two studies share only a part", async () => {
    const project = slow(20)
    project.write(
      "other.yaml",
      project.read("tiny.yaml").replace("name: tiny", "name: other").replace("seeds: 4", "seeds: 5")
    )
    const children = ["tiny.yaml", "other.yaml"].map((file) => project.start("run", file, "-j", "1"))
    assert.deepStrictEqual(await Promise.all(children.map(statusOf)), [0, 0])
    // Four numbers are wanted by both, one and the two totals by one of them.
    assert.deepStrictEqual(tasksIn(project, "AttemptStarted"), [...ALL.slice(0, 4), "numbers@seed=4", "total", "total"])
    assert.deepStrictEqual(tasksIn(project, "TaskHit"), ALL.slice(0, 4))
  })

  it("leave the work to the one that lives when the other is killed", async () => {
    const project = slow(60)
    const first = project.start("run", "tiny.yaml", "-j", "1")
    await until(() => tasksIn(project, "AttemptStarted").length >= 1)
    const [one = ""] = runsOf(project)
    const second = project.start("run", "tiny.yaml", "-j", "1")
    await until(() => runsOf(project).some((run) => run !== one && tasksIn(project, "TaskReady", [run]).length > 0))
    await kill(first)
    assert.strictEqual(await statusOf(second), 0)
    const before = tasksIn(project, "TaskFinished", [one])
    const two = runsOf(project).filter((run) => run !== one)
    assert.deepStrictEqual([...tasksIn(project, "TaskHit", two), ...tasksIn(project, "TaskFinished", two)].sort(), ALL)
    assert.includeMembers([...tasksIn(project, "TaskHit", two)], [...before])
  })
})

/** A stage type that adds the numbers of a file, and one that reads a folder. */
const READERS = {
  "stages/sum.ts": `import { Effect, Schema } from "effect"
import { Metric, StageType } from "athanor/stage"

export default StageType.make({
  name: "my/sum",
  summary: "Adds numbers",
  determinism: "bitwise",
  params: Schema.Struct({ times: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))) }),
  inputs: { numbers: "Tensor" },
  outputs: { sum: "Tensor" },
  run: ({ params: { times }, inputs: { numbers } }) =>
    Effect.gen(function* () {
      const sum = times * numbers.data.reduce((all, value) => all + value, 0)
      yield* Metric.record("sum", sum)
      return { sum: { shape: [1], data: Float64Array.of(sum) } }
    })
})
`,
  "stages/list.ts": `import { Effect, Schema } from "effect"
import { StageType } from "athanor/stage"

export default StageType.make({
  name: "my/list",
  summary: "Names of files",
  determinism: "bitwise",
  params: Schema.Struct({}),
  inputs: { folder: "Directory" },
  outputs: { names: "Json" },
  run: ({ inputs: { folder } }) => Effect.succeed({ names: Object.keys(folder.files).sort() })
})
`,
  "study.yaml": `name: study
sources:
  left: { path: data/left.csv, kind: Tensor }
  right: { path: data/right.json, kind: Tensor }
  folder: { path: data/folder, kind: Directory }
stages:
  left: { uses: ./stages/sum.ts, inputs: { numbers: sources.left } }
  right: { uses: ./stages/sum.ts, inputs: { numbers: sources.right } }
  twice: { uses: ./stages/sum.ts, with: { times: 2 }, inputs: { numbers: left.sum } }
  names: { uses: ./stages/list.ts, inputs: { folder: sources.folder } }
`,
  "data/left.csv": "1,2,3\n",
  "data/right.json": "[1, 2, 3, 4]",
  "data/folder/a.txt": "a",
  "data/folder/b.txt": "b"
}

describe("a source", () => {
  it("that changes runs again exactly what reads it, and no further than bytes change", () => {
    const project = makeProject(READERS)
    const ran = (): ReadonlyArray<string> => {
      const { run } = project.json("run", "study.yaml", "--json") as RunAnswer
      return tasksIn(project, "TaskFinished", [run])
    }
    assert.deepStrictEqual(ran(), ["left", "names", "right", "twice"])
    assert.deepStrictEqual(ran(), [])
    project.write("data/left.csv", "1,2,4\n")
    assert.include(project.run("plan", "study.yaml").stdout, "input sources.left changed")
    assert.deepStrictEqual(ran(), ["left", "twice"])
    // Another order of the same numbers: their sum, and what reads it, is as before.
    project.write("data/left.csv", "4,2,1\n")
    assert.deepStrictEqual(ran(), ["left"])
    // Another spelling of the same numbers is the same content.
    project.write("data/right.json", "[1.0, 2e0,\n 3, 4]\n")
    assert.deepStrictEqual(ran(), [])
    project.write("data/folder/c.txt", "c")
    assert.deepStrictEqual(ran(), ["names"])
    project.write("data/left.csv", "1,2,3\n")
    assert.deepStrictEqual(ran(), [])
  })

  it("that is gone, or is not of its kind, is named at its entry with status 2", () => {
    const project = makeProject(READERS)
    project.edit("study.yaml", "data/left.csv", "data/lost.csv")
    const gone = project.run("run", "study.yaml")
    assert.deepStrictEqual([gone.status, gone.stdout], [2, ""])
    assert.match(gone.stderr, /^(?:.*\n)?study\.yaml:3:\d+ {2}error {2}source "left": .*there is no such file/mu)
    project.edit("study.yaml", "data/lost.csv", "data/left.csv")
    project.write("data/left.csv", "one,two\nthree\n")
    const wrong = project.run("plan", "study.yaml")
    assert.strictEqual(wrong.status, 2)
    assert.include(wrong.stderr, 'source "left": ')
  })
})
