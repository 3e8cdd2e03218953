import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { assert, describe, it } from "vitest"
import { makeProject, type Project, TINY } from "../../e2e/project.ts"
import { canProtect, whileReadOnly } from "../store/read-only.ts"

const READERS: ReadonlyArray<ReadonlyArray<string>> = [
  ["plan", "tiny.yaml"],
  ["why", "tiny.yaml", "total"],
  ["graph", "tiny.yaml"],
  ["validate", "tiny.yaml"],
  ["stages", "data/circle"],
  ["call", "data/circle"],
  ["runs"]
]

const OF_RUNS: ReadonlyArray<ReadonlyArray<string>> = [
  ["show", "latest"],
  ["get", "latest:total.total", "got.json"],
  ["report"]
]

const answers = (project: Project, commands: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> =>
  commands.map((args) => {
    const { status, stdout, stderr } = project.run(...args)
    assert.deepStrictEqual([status, stderr], [0, ""], args.join(" "))
    return stdout
  })

const ranProject = (): Project => {
  const project = makeProject(TINY)
  const { status, stderr } = project.run("run", "tiny.yaml")
  assert.strictEqual(status, 0, stderr)
  return project
}

describe("a pipeline file that cannot be read", () => {
  it.each([["plan"], ["run"], ["run", "-n"]])("makes no store for %s", (...command) => {
    const project = makeProject({ "broken.yaml": "name: [p\n", "odd.yaml": "name: p\nstagse: {}\n" })
    const before = readdirSync(project.folder)
    for (const file of ["nope.yaml", "broken.yaml", "odd.yaml"]) {
      const { status, stderr } = project.run(...command, file)
      assert.strictEqual(status, 2, stderr)
      assert.include(stderr, file)
    }
    assert.deepStrictEqual(readdirSync(project.folder), before)
  })
})

describe("commands that only read", () => {
  it("leave nothing behind where there is no store", () => {
    const project = makeProject(TINY)
    const before = readdirSync(project.folder)
    answers(
      project,
      READERS.filter(([command]) => command !== "plan")
    )
    for (const args of OF_RUNS) assert.strictEqual(project.run(...args).status, 2)
    assert.deepStrictEqual(readdirSync(project.folder), before)
  })

  it.skipIf(!canProtect)("make none where none can be, though a plan would like to have one", async () => {
    const project = makeProject(TINY)
    const whole = answers(makeProject(TINY), [["plan", "tiny.yaml"]])
    const before = readdirSync(project.folder)
    const inside = Effect.sync(() => answers(project, [["plan", "tiny.yaml"]]))
    assert.deepStrictEqual(await Effect.runPromise(whileReadOnly(project.folder, inside)), whole)
    assert.deepStrictEqual(readdirSync(project.folder), before)
  })

  it.skipIf(!canProtect)(
    "answer the same from a store that cannot be written, and a run says what is wrong",
    async () => {
      const project = ranProject()
      const store = join(project.folder, "artifacts-cache")
      const commands = [...READERS, ...OF_RUNS]
      const before = answers(project, commands)
      const inside = Effect.sync(() => {
        assert.deepStrictEqual(answers(project, commands), before)
        // What has to be built is built elsewhere.
        project.edit("stages/scale.ts", "value * 2", "value * 3")
        const [plan] = answers(project, [["plan", "tiny.yaml"]])
        assert.include(plan, "code of my/numbers: function scaled changed")
        return project.run("run", "tiny.yaml")
      })
      const { status, stdout, stderr } = await Effect.runPromise(whileReadOnly(store, inside))
      assert.deepStrictEqual([status, stdout], [4, ""])
      assert.match(
        stderr,
        /^error: cannot write to \S+artifacts-cache: (?:permission denied|the file system is read-only)\n$/u
      )
    }
  )

  it.skipIf(!canProtect)("are joined by a run that finds everything, which leaves its report and says so", async () => {
    const project = ranProject()
    const store = join(project.folder, "artifacts-cache")
    const runs = project.json("runs", "--json")
    const inside = Effect.sync(() => {
      for (let time = 0; time < 2; time++) {
        rmSync(join(project.folder, "reports"), { recursive: true })
        const { status, stdout, stderr } = project.run("run", "tiny.yaml", "--json")
        assert.strictEqual(status, 0, stderr)
        assert.deepInclude<unknown>(JSON.parse(stdout), {
          outcome: "success",
          counts: { ran: 0, hit: 4, failed: 0, skipped: 0 },
          recorded: false
        })
        assert.match(
          stderr,
          /^warning: everything is cached, and this run is not recorded: cannot write to \S+artifacts-cache: /mu
        )
        assert.includeMembers(readdirSync(join(project.folder, "reports/tiny")), ["report.html", "total.json"])
      }
      assert.strictEqual(project.run("run", "tiny.yaml", "numbers").status, 0)
      assert.strictEqual(project.run("run", "tiny.yaml", "-f", "total").status, 4)
      assert.deepStrictEqual(project.json("runs", "--json"), runs)
    })
    await Effect.runPromise(whileReadOnly(store, inside))
  })

  it.skipIf(!canProtect)(
    "make results again beside a store that cannot be written, those of commands too",
    async () => {
      const project = makeProject({
        "both.yaml": `name: both
stages:
  numbers: { uses: ./stages/numbers.ts, with: { seed: 1, n: 3 } }
  told: { uses: command, shell: true, run: "echo 1 > told.json", outputs: { told: { path: told.json, kind: Json } } }
`,
        "stages/numbers.ts": TINY["stages/numbers.ts"],
        "stages/scale.ts": TINY["stages/scale.ts"]
      })
      assert.strictEqual(project.run("run", "both.yaml").status, 0)
      const store = join(project.folder, "artifacts-cache")
      const inside = Effect.sync(() => project.json("cache", "verify", "--all", "--json"))
      const { results } = (await Effect.runPromise(whileReadOnly(store, inside))) as {
        readonly results: ReadonlyArray<{ readonly verdict: string }>
      }
      assert.deepStrictEqual(
        results.map(({ verdict }) => verdict),
        ["equal", "equal"]
      )
    }
  )

  it("need no store at all where it would only save work", () => {
    const project = makeProject({ ...TINY, "artifacts-cache/format.json": "" })
    answers(project, [["validate", "tiny.yaml"], ["stages"], ["call", "data/circle"]])
    for (const args of [["plan", "tiny.yaml"], ["runs"], ["run", "tiny.yaml"]]) {
      const { status, stderr } = project.run(...args)
      assert.strictEqual(status, 4)
      assert.match(stderr, /^error: cannot open \S+: its format\.json is empty or damaged; .*\n$/u)
    }
    rmSync(join(project.folder, "artifacts-cache/format.json"))
    assert.strictEqual(project.run("run", "tiny.yaml").status, 0)
  })
})

describe("a plan", () => {
  it("makes the store for the run that follows, which finds what it has worked out", () => {
    const project = makeProject(TINY)
    answers(project, [["plan", "tiny.yaml"]])
    const memos = readdirSync(join(project.folder, "artifacts-cache/memos"))
    assert.lengthOf(memos, 1)
    assert.strictEqual(project.run("run", "tiny.yaml").status, 0)
    assert.includeMembers(readdirSync(join(project.folder, "artifacts-cache/memos")), memos)
  })
})

describe("a damaged index", () => {
  it("is no affair of the commands, whichever page it is", () => {
    const project = ranProject()
    const index = join(project.folder, "artifacts-cache/index.sqlite")
    const commands = [["plan", "tiny.yaml"], ...OF_RUNS]
    const before = answers(project, commands)
    copyFileSync(index, `${index}.whole`)
    const pages = readFileSync(index).length / 4096
    for (let page = 1; page < pages; page++) {
      const bytes = readFileSync(`${index}.whole`)
      bytes.fill(0xa5, page * 4096, (page + 1) * 4096)
      writeFileSync(index, bytes)
      const args = commands[page % commands.length] ?? []
      assert.deepStrictEqual(
        answers(project, [args]),
        before.slice(page % commands.length).slice(0, 1),
        `page ${page + 1}`
      )
    }
    writeFileSync(index, Buffer.alloc(20_000, 7))
    assert.deepStrictEqual(answers(project, commands), before)
  })
})
