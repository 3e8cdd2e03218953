/** Stores as earlier versions wrote them, kept with the study that each is of: read for ever. */
import { cpSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"
import { readLines } from "../../core/store/checked-lines.ts"
import { makeProject, type Project } from "./project.ts"

const STORES = fileURLToPath(new URL("../fixtures/stores", import.meta.url))

/** The study of a store, beside a copy of it. */
const projectOf = (format: string): Project => {
  const project = makeProject({})
  cpSync(join(STORES, format, "study"), project.folder, { recursive: true })
  cpSync(join(STORES, format, "store"), join(project.folder, "artifacts-cache"), { recursive: true })
  return project
}

/** Identities of the code of stage types in the records of a store. */
const codesIn = (project: Project): ReadonlyMap<string, string> => {
  const folder = join(project.folder, "artifacts-cache/actions")
  const entries = readdirSync(folder).flatMap((name) => readLines(readFileSync(join(folder, name))).lines)
  return new Map(
    entries.flatMap(({ value }) => {
      const { record } = value as { readonly record?: { readonly parts: { readonly stageType: string; code: string } } }
      return record === undefined ? [] : [[record.parts.stageType, record.parts.code] as const]
    })
  )
}

/** Another version of Effect gives the same code another identity: that its results hold is what the test says then. */
const vouchForCode = (project: Project): void => {
  for (const [stageType, code] of codesIn(project)) {
    const file = `stages/${stageType.split("/")[1]}.ts`
    if (stageType === "command") continue
    const [found] = project.json("stages", `./${file}`, "--json") as ReadonlyArray<{ readonly code: string }>
    if (found?.code === code) continue
    project.edit(file, "params:", `compatibleWith: [{ code: "${code}", as: "${found?.code}" }],\n  params:`)
  }
}

describe.each([
  { format: "format-1", runs: 1, tasks: 4 },
  { format: "format-2", runs: 3, tasks: 5 }
])("a store of $format", ({ format, runs, tasks }) => {
  it("has its runs and their results", () => {
    const project = projectOf(format)
    const listed = project.json("runs", "--json") as ReadonlyArray<{ readonly run: string; readonly outcome: string }>
    assert.lengthOf(listed, runs)
    for (const { run, outcome } of listed) {
      assert.strictEqual(outcome, "success")
      const shown = project.json("show", run, "--json") as {
        readonly tasks: ReadonlyArray<{ readonly status: string }>
      }
      assert.lengthOf(shown.tasks, tasks)
      assert.isTrue(shown.tasks.every(({ status }) => status === "done" || status === "hit"))
    }
    const got = project.run("get", "latest:total.total", "total.json")
    assert.strictEqual(got.status, 0, got.stderr)
    assert.deepStrictEqual(
      JSON.parse(project.read("total.json")).map(({ sum }: { readonly sum: number }) => sum),
      // Twice the numbers below 600, and 600 times the seed.
      [0, 1, 2].map((seed) => 600 * 599 + 600 * seed)
    )
  })

  it("is found to be whole, before and after a collection", () => {
    const project = projectOf(format)
    assert.deepInclude(project.json("cache", "verify", "--json"), { damages: [] })
    assert.strictEqual(project.run("cache", "gc", "--apply").status, 0)
    assert.deepInclude(project.json("cache", "verify", "--json"), { damages: [] })
  })

  it("spares a run its work, also after a collection", () => {
    const project = projectOf(format)
    vouchForCode(project)
    assert.strictEqual(project.run("cache", "gc", "--apply").status, 0)
    const { counts } = project.json("run", "tiny.yaml", "--json") as { readonly counts: unknown }
    assert.deepStrictEqual(counts, { ran: 0, hit: tasks, failed: 0, skipped: 0 })
  })
})
