import { readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { makeProject, type Project, TINY } from "./project.ts"

interface RunAnswer {
  readonly outcome: string
  readonly counts: { readonly ran: number; readonly hit: number; readonly failed: number; readonly skipped: number }
}

const counts = (project: Project, ...args: ReadonlyArray<string>): ReadonlyArray<number> => {
  const { counts } = project.json("run", "tiny.yaml", "--json", ...args) as RunAnswer
  return [counts.ran, counts.hit]
}

const ranTasks = (project: Project): ReadonlyArray<string> => {
  const { tasks } = project.json("show", "latest", "--json") as {
    readonly tasks: ReadonlyArray<{ readonly task: string; readonly status: string }>
  }
  return tasks.flatMap(({ task, status }) => (status === "done" ? [task] : [])).sort()
}

describe("pipeline run", () => {
  it("computes a study, writes its report, and finds everything cached the second time", () => {
    const project = makeProject(TINY)
    const first = project.run("run", "tiny.yaml")
    assert.strictEqual(first.status, 0, first.stderr)
    assert.include(first.stdout, "1 of 1 met")
    const page = project.read("reports/tiny/report.html")
    assert.include(page, "<svg")
    assert.notMatch(page, /(?:src|href)="https?:[^"]*\.(?:js|css|png)/u)
    assert.include(project.read("reports/tiny/figures/sums.svg"), "Sums")
    assert.deepStrictEqual(JSON.parse(project.read("reports/tiny/total.json"))[2], { seed: 2, sum: 20 })
    assert.deepStrictEqual(counts(project), [0, 4])
  })

  it("runs only the new tasks of a matrix, and what fans them in", () => {
    const project = makeProject(TINY)
    assert.deepStrictEqual(counts(project), [4, 0])
    project.edit("tiny.yaml", "seeds: 3", "seeds: 4")
    assert.deepStrictEqual(counts(project), [2, 3])
    assert.deepStrictEqual(ranTasks(project), ["numbers@seed=3", "total"])
    project.edit("tiny.yaml", "seeds: 4", "seeds: 3")
    assert.deepStrictEqual(counts(project), [0, 4])
  })

  it("runs nothing when only comments, names of locals, or unused code change", () => {
    const project = makeProject(TINY)
    assert.deepStrictEqual(counts(project), [4, 0])
    project.edit("stages/numbers.ts", "// How the numbers are made.", "// Said otherwise.\n/* and at length */")
    project.edit("stages/numbers.ts", "const pause = params.millis", "const rest = params.millis")
    project.edit(
      "stages/numbers.ts",
      "if (pause > 0) yield* Effect.sleep(pause)",
      "if (rest > 0) yield* Effect.sleep(rest)"
    )
    project.edit("stages/numbers.ts", 'summary: "Even numbers"', 'summary: "Twice the index"')
    project.edit("stages/scale.ts", "value + 1", "value + 2")
    assert.deepStrictEqual(counts(project), [0, 4])
  })

  it("runs exactly the stage whose arithmetic changes, and what depends on changed bytes", () => {
    const project = makeProject(TINY)
    assert.deepStrictEqual(counts(project), [4, 0])
    project.edit("stages/scale.ts", "value * 2", "value * 3")
    assert.include(project.run("plan", "tiny.yaml").stdout, "code of my/numbers: function scaled changed")
    assert.deepStrictEqual(counts(project), [4, 0])
    // Another way to the same bytes: the wave stops behind the stage.
    project.edit("stages/scale.ts", "value * 3", "value + value + value")
    assert.deepStrictEqual(counts(project), [3, 1])
    assert.notInclude(ranTasks(project), "total")
  })

  it("ignores key order, defaults and the spelling of numbers", () => {
    const project = makeProject(TINY)
    assert.deepStrictEqual(counts(project), [4, 0])
    project.edit("tiny.yaml", "params: { seeds: 3, n: 4, millis: 0 }", "params:\n  millis: 0.0\n  n: 4e0\n  seeds: 3.0")
    project.edit("tiny.yaml", ', millis: "${{ params.millis }}" }', " }")
    assert.deepStrictEqual(counts(project), [0, 4])
  })

  it("computes a stage anew when asked to, and stops where its bytes stay the same", () => {
    const project = makeProject(TINY)
    assert.deepStrictEqual(counts(project), [4, 0])
    assert.deepStrictEqual(counts(project, "-f", "numbers"), [3, 1])
  })

  it("takes profiles, overrides and parameter files", () => {
    const project = makeProject({ ...TINY, "more.yaml": "n: 6\n" })
    project.edit("tiny.yaml", "stages:", "profiles: { small: { seeds: 1 } }\nstages:")
    assert.deepStrictEqual(counts(project, "--profile", "small"), [2, 0])
    assert.deepStrictEqual(counts(project, "--profile", "small", "-S", "n=5"), [2, 0])
    assert.deepStrictEqual(counts(project, "--profile", "small", "--params", "more.yaml"), [2, 0])
  })

  it("tells by its exit status that an expectation was missed, when asked to", () => {
    const project = makeProject(TINY)
    project.edit("tiny.yaml", "value: 48", "value: 50")
    assert.strictEqual(project.run("run", "tiny.yaml").status, 0)
    assert.strictEqual(project.run("run", "tiny.yaml", "--check").status, 3)
    assert.strictEqual(project.run("report", "--check").status, 3)
    assert.match(project.read("reports/tiny/report.html"), /missed/u)
  })

  it("recomputes what was lost from the store", () => {
    const project = makeProject(TINY)
    project.edit("tiny.yaml", "n: 4", "n: 4000")
    assert.deepStrictEqual(counts(project), [4, 0])
    const objects = join(project.folder, "artifacts-cache/objects")
    for (const prefix of readdirSync(objects)) {
      for (const file of readdirSync(join(objects, prefix))) {
        const path = join(objects, prefix, file)
        // Tensors of 4000 numbers; bundles are larger or text.
        if (project.read(path.slice(project.folder.length + 1)).startsWith("\ufffdNUMPY")) {
          remove(path)
        }
      }
    }
    assert.deepStrictEqual(counts(project), [3, 1])
    assert.deepStrictEqual(counts(project), [0, 4])
  })

  it("rebuilds an index that is gone or damaged", () => {
    const project = makeProject(TINY)
    assert.deepStrictEqual(counts(project), [4, 0])
    for (const suffix of ["-wal", "-shm"]) remove(join(project.folder, `artifacts-cache/index.sqlite${suffix}`))
    writeFileSync(join(project.folder, "artifacts-cache/index.sqlite"), "this is no database".repeat(500))
    assert.deepStrictEqual(counts(project), [0, 4])
    remove(join(project.folder, "artifacts-cache/index.sqlite"))
    assert.deepStrictEqual(counts(project), [0, 4])
  })
})

const remove = (path: string): void => rmSync(path, { force: true })
