/** The memo of a run never lies: whatever decides a result, or is one, and is not as it was leads through the planner. */
import { spawnSync } from "node:child_process"
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { basename, join } from "node:path"
import { assert, describe, it, onTestFinished } from "vitest"
import { filesBelow } from "../files-below.ts"
import { COMMAND, makeProject, NUMBERS, type Project } from "./project.ts"

const SCALE = "export const scaled = (n: number): number => 2 * n\n"

/** Adds what comes from outside; its output is too large to live in its record. */
const ADDED = `import { Effect, Schema } from "effect"
import { StageType } from "athanor/stage"
import { one } from "tiny-one"

export default StageType.make({
  name: "my/added",
  summary: "Numbers and one from outside",
  determinism: "bitwise",
  params: Schema.Struct({}),
  inputs: { numbers: "Tensor", offset: "Json" },
  outputs: { added: "Tensor" },
  run: ({ inputs: { numbers, offset } }) =>
    Effect.sync(() => ({
      added: { shape: [1000], data: new Float64Array(1000).fill(one * Number(numbers.data[0]) + Number(offset)) }
    }))
})
`

const PIPELINE = `name: memo
params: { n: 5 }
profiles: { more: { n: 6 } }
sources: { offset: { path: data/offset.json, kind: Json } }
stages:
  numbers: { uses: ./numbers.ts, with: { n: "\${{ params.n }}" } }
  added: { uses: ./added.ts, inputs: { numbers: numbers.numbers, offset: sources.offset } }
outputs: { added.npy: added.added }
`

/** A project whose files are old enough for a memo to be sure of them. */
const settled = (): Project => {
  const project = makeProject({
    "memo.yaml": PIPELINE,
    "numbers.ts": NUMBERS,
    "scale.ts": SCALE,
    "added.ts": ADDED,
    "data/offset.json": "1",
    "more.yaml": "n: 7\n",
    "package.json": '{ "name": "study", "version": "1.0.0", "dependencies": { "tiny-one": "1.0.0" } }',
    "package-lock.json": JSON.stringify({
      lockfileVersion: 3,
      packages: { "node_modules/tiny-one": { version: "1.0.0", integrity: "sha512-one" } }
    }),
    "node_modules/tiny-one/package.json":
      '{ "name": "tiny-one", "version": "1.0.0", "type": "module", "main": "index.js" }',
    "node_modules/tiny-one/index.js": "export const one = 1\n"
  })
  age(project)
  return project
}

/** Makes all files an hour old. */
const age = ({ folder }: Project): void => {
  const anHourAgo = new Date(Date.now() - 3_600_000)
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    utimesSync(join(entry.parentPath, entry.name), anHourAgo, anHourAgo)
  }
}

/** The commands of a project, with other variables. */
const withEnvironment = ({ folder }: Project, env: NodeJS.ProcessEnv): Pick<Project, "run" | "json"> => {
  const once = (...args: ReadonlyArray<string>) =>
    spawnSync(process.execPath, [COMMAND, ...args], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: "1", ...env },
      encoding: "utf8"
    })
  return { run: once, json: (...args) => JSON.parse(once(...args).stdout) }
}

interface Shown {
  readonly tasks: ReadonlyArray<{ readonly task: string } & Record<string, unknown>>
}

interface Answer {
  readonly run: string
  readonly counts: { readonly ran: number; readonly hit: number; readonly failed: number; readonly skipped: number }
}

const run = (project: Project, ...args: ReadonlyArray<string>): Answer & { readonly isRepeated: boolean } => {
  const answer = project.json("run", "memo.yaml", "--json", ...args) as Answer
  const journal = project.read(`artifacts-cache/runs/${answer.run}/journal.jsonl`)
  return { ...answer, isRepeated: journal.includes('"AllHit"') }
}

/** Runs until the memo answers; file times must be a little older than the memo. */
const remembered = async (...args: ReadonlyArray<string>): Promise<Project> => {
  const project = settled()
  await pause(50)
  assert.deepStrictEqual([run(project, ...args).counts.ran, run(project, ...args).isRepeated], [2, true])
  return project
}

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))

/** After a change the planner decides; and when nothing more changes, the memo again. */
const expectNoticed = async (project: Project, ran: number, ...args: ReadonlyArray<string>): Promise<void> => {
  const { counts, isRepeated } = run(project, ...args)
  assert.deepStrictEqual({ ran: counts.ran, isRepeated }, { ran, isRepeated: false })
}

const objects = ({ folder }: Project): ReadonlyArray<string> => filesBelow(join(folder, "artifacts-cache/objects"))

describe("a memo", { concurrent: false }, () => {
  it("answers as the planner does, and leaves a run of which all commands tell", async () => {
    const project = settled()
    await pause(50)
    const first = run(project)
    const second = run(project)
    assert.deepStrictEqual([first.isRepeated, second.isRepeated], [false, true])
    assert.deepStrictEqual(second.counts, { ran: 0, hit: 2, failed: 0, skipped: 0 })
    const shown = (name: string) =>
      (project.json("show", name, "--json") as Shown).tasks.map(({ task, key, outputs, metrics }) => ({
        task,
        key,
        outputs,
        metrics
      }))
    assert.deepStrictEqual(shown(second.run), shown(first.run))
    assert.match(project.run("trace", second.run).stdout, /numbers.*cached/u)
    assert.strictEqual(project.run("get", `${second.run}:added.added`, "a.npy").status, 0)
    assert.include(project.read("artifacts-cache/catalogue.json"), second.run)
    // The run whose results they are may go.
    rmSync(join(project.folder, "artifacts-cache/runs", first.run), { recursive: true })
    assert.lengthOf(shown(second.run), 2)
    await expectNoticed(project, 0)
  })

  it("says again what is not as expected", async () => {
    const project = settled()
    const expected = ["numbers.sum", "numbers.som"].map(
      (metric) => `  - { metric: ${metric}, value: 1, tolerance: { absolute: 0.5 }, origin: reference }\n`
    )
    project.write("memo.yaml", `${PIPELINE}expect:\n${expected.join("")}`)
    age(project)
    await pause(50)
    assert.strictEqual(project.run("run", "memo.yaml").status, 0)
    const { stdout, stderr } = project.run("run", "memo.yaml")
    const runs = readdirSync(join(project.folder, "artifacts-cache/runs")).toSorted()
    assert.include(project.read(`artifacts-cache/runs/${runs.at(-1)}/journal.jsonl`), '"AllHit"')
    assert.strictEqual(stdout, "0 of 2 expectations met\n")
    assert.match(stderr, /^missed {3}numbers\.sum is 20, expected 1 ± 0\.5$/mu)
    assert.match(stderr, /^absent {3}numbers\.som is not recorded: .* did you mean numbers\.sum\?$/mu)
    assert.match(stderr, /^next /mu)
  })

  it("is told apart by words, profile and parameters", async () => {
    const project = await remembered()
    await expectNoticed(project, 2, "--profile", "more")
    await expectNoticed(project, 2, "-S", "n=8")
    // The page shows the last of these: it is written again before the memo counts.
    await expectNoticed(project, 0)
    assert(run(project).isRepeated)
  })

  it("notices another file of parameters", async () => {
    const project = await remembered("--params", "more.yaml")
    project.write("more.yaml", "n: 9\n")
    await expectNoticed(project, 2, "--params", "more.yaml")
  })

  it.each([
    ["the pipeline", "memo.yaml", "params: { n: 5 }", "params: { n: 4 }", 2],
    ["a stage", "added.ts", "[1000], data: new Float64Array(1000)", "[1001], data: new Float64Array(1001)", 1],
    ["what a stage imports", "scale.ts", "2 * n", "4 * n", 2],
    ["a comment", "numbers.ts", "// How the", "// As the", 0],
    ["a source", "data/offset.json", "1", "2", 1],
    ["the lock file", "package-lock.json", "sha512-one", "sha512-two", 1]
  ] as const)("notices a change of %s", async (_, file, from, to, ran) => {
    const project = await remembered()
    project.edit(file, from, to)
    await expectNoticed(project, ran)
  })

  it("notices a change that keeps size and time of modification", async () => {
    const project = await remembered()
    const file = join(project.folder, "data/offset.json")
    writeFileSync(file, "2")
    const anHourAgo = new Date(Date.now() - 3_600_000)
    utimesSync(file, anHourAgo, anHourAgo)
    await expectNoticed(project, 1)
  })

  it("notices an object that is gone, or shorter", async () => {
    const project = await remembered()
    const large = objects(project).filter((file) => readFileSync(file).subarray(1, 6).toString() === "NUMPY")
    assert.lengthOf(large, 1)
    rmSync(large[0] ?? "")
    await expectNoticed(project, 1)
    assert(run(project).isRepeated)
    chmodSync(large[0] ?? "", 0o644)
    writeFileSync(large[0] ?? "", "short")
    await expectNoticed(project, 1)
  })

  it("notices a record that somebody has ended", async () => {
    const project = await remembered()
    assert.strictEqual(project.run("run", "memo.yaml", "-f", "numbers").status, 0)
    await expectNoticed(project, 0)
    assert(run(project).isRepeated)
  })

  it("still answers when others have only added records", async () => {
    const project = await remembered()
    project.write("other.yaml", PIPELINE.replace("name: memo", "name: other").replace("n: 5", "n: 3"))
    assert.strictEqual(project.run("run", "other.yaml").status, 0)
    assert(run(project).isRepeated)
  })

  it("notices a report or an output that is gone or was changed", async () => {
    const project = await remembered()
    const output = join(project.folder, "reports/memo/added.npy")
    rmSync(output)
    await expectNoticed(project, 0)
    assert(existsSync(output))
    assert(run(project).isRepeated)
    writeFileSync(join(project.folder, "reports/memo/report.html"), "mine")
    await expectNoticed(project, 0)
  })

  it("notices another store in the place of its own", async () => {
    const project = await remembered()
    const memos = join(project.folder, "artifacts-cache/memos")
    const name = readdirSync(memos).find((memo) => memo.startsWith("run-")) ?? ""
    const memo = readFileSync(join(memos, name))
    rmSync(join(project.folder, "artifacts-cache"), { recursive: true })
    rmSync(join(project.folder, "reports"), { recursive: true })
    await expectNoticed(project, 2)
    writeFileSync(join(memos, name), memo)
    await expectNoticed(project, 0)
  })

  it("that is damaged is none", async () => {
    const project = await remembered()
    const memos = join(project.folder, "artifacts-cache/memos")
    const name = readdirSync(memos).find((memo) => memo.startsWith("run-")) ?? ""
    const text = readFileSync(join(memos, name), "utf8")
    for (const damaged of ["", "{", text.slice(0, -10), text.replace("numbers", "nambers")]) {
      writeFileSync(join(memos, name), damaged)
      await expectNoticed(project, 0)
    }
  })
})

/** Takes a list from outside and makes it its own. */
const LISTED = `import { Effect, Schema } from "effect"
import { StageType } from "athanor/stage"

export default StageType.make({
  name: "my/listed",
  summary: "A list",
  determinism: "bitwise",
  params: Schema.Struct({}),
  inputs: { from: "Json" },
  outputs: { list: "Json" },
  run: ({ inputs }) => Effect.succeed({ list: inputs.from })
})
`

const GROWING = `name: memo
include: [common/numbers.yaml]
env: { SEED: "1" }
params: { seed: "\${{ int(env.SEED) }}" }
sources: { seeds: { path: data/seeds.json, kind: Json } }
stages:
  listed: { uses: ./listed.ts, inputs: { from: sources.seeds } }
  each:
    uses: ./numbers.ts
    matrix: { seed: { from: listed.list } }
    with: { seed: "\${{ matrix.seed + params.seed }}" }
`

const INCLUDED = `stages:
  few: { uses: ../numbers.ts, with: { n: 2 } }
`

describe("a memo of a pipeline that is made of more than its file", { concurrent: false }, () => {
  const growing = async (env: NodeJS.ProcessEnv = {}): Promise<Project> => {
    const project = makeProject(
      {
        "memo.yaml": GROWING,
        "common/numbers.yaml": INCLUDED,
        "listed.ts": LISTED,
        "numbers.ts": NUMBERS,
        "scale.ts": SCALE,
        "data/seeds.json": "[1, 2]"
      },
      env
    )
    age(project)
    await pause(50)
    assert.deepStrictEqual([run(project).counts.ran, run(project).isRepeated], [4, true])
    return project
  }

  it("notices a change of an included file, and keeps it with each run", async () => {
    const project = await growing()
    assert.include(project.read(`artifacts-cache/runs/${run(project).run}/included.json`), "n: 2")
    project.edit("common/numbers.yaml", "n: 2", "n: 3")
    await expectNoticed(project, 1)
  })

  it("notices another list of what a fan-out goes over", async () => {
    const project = await growing()
    project.edit("data/seeds.json", "[1, 2]", "[1, 2, 5]")
    await expectNoticed(project, 2)
    assert(run(project).isRepeated)
    const { tasks } = project.json("show", "latest", "--json") as Shown
    assert.includeMembers(
      tasks.map(({ task }) => task),
      ["each@seed=5", "few"]
    )
  })

  it("notices another value of a variable that the pipeline reads, and no other", async () => {
    const project = await growing({ SEED: "1", OTHER: "1" })
    assert(run({ ...project, ...withEnvironment(project, { SEED: "1", OTHER: "2" }) }).isRepeated)
    const other = { ...project, ...withEnvironment(project, { SEED: "7", OTHER: "2" }) }
    await expectNoticed(other, 2)
  })
})

describe("a remembered plan", { concurrent: false }, () => {
  const tasksOf = (project: Project) => {
    const { status, stdout, stderr } = project.run("plan", "memo.yaml", "--json")
    assert.strictEqual(status, 0, stderr)
    const { tasks } = JSON.parse(stdout) as { tasks: ReadonlyArray<Record<string, unknown>> }
    return tasks.map(({ task, key, state, reason }) => ({ task, key, state, reason }))
  }

  /** A project with results and a plan that are remembered, and what differs in the plan after a change. */
  const changedBy = async (change: (project: Project) => void) => {
    const project = await remembered()
    const before = tasksOf(project)
    assert.deepStrictEqual(tasksOf(project), before)
    change(project)
    const now = tasksOf(project)
    assert.deepStrictEqual(tasksOf(project), now)
    return now.filter(({ task }, index) => task !== before[index]?.task || now[index]?.key !== before[index]?.key)
  }

  it("is made anew when the pipeline, a stage or what it imports changes", async () => {
    const edits = [
      ["memo.yaml", "{ n: 5 }", "{ n: 6 }", "param n 5→6"],
      ["numbers.ts", "Effect.succeed(0)", "Effect.succeed(1)", "param seed 0→1"],
      ["scale.ts", "2 * n", "3 * n", "scaled"]
    ] as const
    for (const [file, from, to, reason] of edits) {
      const [first] = await changedBy((project) => project.edit(file, from, to))
      assert.strictEqual(first?.task, "numbers")
      assert.include(String(first?.reason), reason)
    }
  })

  it("serves again when the file goes back to what it was", async () => {
    const project = await remembered()
    const before = tasksOf(project)
    const memos = join(project.folder, "artifacts-cache/memos")
    const plans = () => readdirSync(memos).filter((name) => name.startsWith("plan-")).length
    project.edit("memo.yaml", "{ n: 5 }", "{ n: 6 }")
    assert.notDeepEqual(tasksOf(project), before)
    assert.strictEqual(plans(), 2)
    project.edit("memo.yaml", "{ n: 6 }", "{ n: 5 }")
    assert.deepStrictEqual(tasksOf(project), before)
    assert.strictEqual(plans(), 2)
    assert.strictEqual(run(project).counts.ran, 0)
    // What it was made from besides is watched: an old plan does not outlive the code that it names.
    project.edit("scale.ts", "2 * n", "5 * n")
    assert.strictEqual(run(project).counts.ran, 2)
  })

  it("serves another content of a source, which is no part of it", async () => {
    const changed = await changedBy((project) => project.write("data/offset.json", "2"))
    assert.deepStrictEqual(
      changed.map(({ task, reason }) => [task, reason]),
      [["added", "input sources.offset changed"]]
    )
  })

  it("is of no use where the store has lost the code of a stage", async () => {
    const project = await remembered()
    const before = tasksOf(project)
    for (const file of objects(project)) if (readFileSync(file, "utf8").includes("export default")) rmSync(file)
    assert.deepStrictEqual(tasksOf(project), before)
    project.write("data/offset.json", "3")
    assert.strictEqual(run(project).counts.ran, 1)
  })

  it("tells what is wrong with a pipeline that was right", async () => {
    const project = await remembered()
    project.edit("memo.yaml", "with: { n:", "with: { m:")
    const { status, stderr } = project.run("plan", "memo.yaml")
    assert.strictEqual(status, 2)
    assert.include(stderr, 'unknown parameter "m"')
  })
})

describe("a memo of a pipeline with commands", { concurrent: false }, () => {
  const commanded = async (word: string, prepare: (project: Project) => void = () => {}): Promise<Project> => {
    const project = makeProject({ "memo.yaml": "" })
    const run = `[sh, -c, "(cat $1 2>/dev/null || echo 0) > out.json", x, ${word.replace("HERE", project.folder)}]`
    project.write(
      "memo.yaml",
      `name: memo\nstages:\n  a: { uses: command, run: ${run}, outputs: { out: { path: out.json, kind: Json } } }\n`
    )
    prepare(project)
    await settle(project)
    return project
  }

  /** Runs until the memo answers: the first runs make the store and the reports beside the pipeline. */
  const settle = async (project: Project): Promise<void> => {
    await pause(50)
    for (let round = 0; round < 4; round++) if (run(project).isRepeated) return
    assert.fail("no memo")
  }

  const made = (project: Project): string => {
    assert.strictEqual(project.run("get", "latest:a.out", "out.json").status, 0)
    return project.read("out.json").trim()
  }

  it("notices a file that appears behind a link which led nowhere", async () => {
    const project = await commanded("conf.txt", ({ folder }) =>
      symlinkSync(join(folder, "..", `${basename(folder)}-later.txt`), join(folder, "conf.txt"))
    )
    assert.strictEqual(made(project), "0")
    const later = join(project.folder, "..", `${basename(project.folder)}-later.txt`)
    onTestFinished(() => rmSync(later, { force: true }))
    writeFileSync(later, "7")
    await expectNoticed(project, 1)
    assert.strictEqual(made(project), "7")
  })

  it("notices a change of a file beside the pipeline that is named by its full path", async () => {
    const project = await commanded("HERE/conf.txt", ({ folder }) => writeFileSync(join(folder, "conf.txt"), "1"))
    assert.strictEqual(made(project), "1")
    project.write("conf.txt", "2")
    await expectNoticed(project, 1)
    assert.strictEqual(made(project), "2")
  })
})
