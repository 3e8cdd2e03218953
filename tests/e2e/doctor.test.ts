import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it, onTestFinished } from "vitest"
import { decodeLine, encodeLine } from "../../core/store/checked-lines.ts"
import { Lease } from "../../core/store/Lease.ts"
import { temporaryName } from "../../core/store/temporary-name.ts"
import { makeProject, type Project, TINY } from "./project.ts"

interface Checked {
  readonly healthy: boolean
  readonly checks: ReadonlyArray<{
    readonly name: string
    readonly health: string
    readonly fact: string
    readonly advice?: string
  }>
}

const checked = (project: Project, ...args: ReadonlyArray<string>): Checked =>
  project.json("doctor", "--json", ...args) as Checked

const named = ({ checks }: Checked, name: string) => checks.find((line) => line.name === name)

const snapshot = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()

describe("pipeline doctor", () => {
  it("makes nothing where nothing is, and says that nothing is amiss", () => {
    const project = makeProject(TINY)
    const before = snapshot(project.folder)
    const { status, stdout } = project.run("doctor")
    assert.strictEqual(status, 0, stdout)
    assert.match(stdout, /is not there yet: the first run makes it$/mu)
    assert.deepStrictEqual(snapshot(project.folder), before)
  })

  it("is content with the store of a run, reads all of it when asked to, and changes nothing", () => {
    const project = makeProject(TINY)
    project.run("run", "tiny.yaml")
    const before = snapshot(project.folder)
    const found = checked(project, "--deep")
    assert.isTrue(found.healthy)
    assert.match(named(found, "content")?.fact ?? "", /: all as they were written$/u)
    assert.strictEqual(named(found, "index")?.fact, "in step with the segments")
    assert.strictEqual(named(found, "catalogue")?.fact, "1 pipeline, 0 pins")
    assert.deepInclude(named(found, "runs"), { health: "good", fact: "1" })
    assert.deepStrictEqual(snapshot(project.folder), before)
  })

  it("names what is amiss, with what to do, and ends with 1 where commands fail by it", () => {
    const project = makeProject(TINY)
    project.run("run", "tiny.yaml")
    const store = join(project.folder, "artifacts-cache")
    const [run = ""] = readdirSync(join(store, "runs"))
    const journal = join(store, "runs", run, "journal.jsonl")
    const text = readFileSync(journal, "utf8")
    writeFileSync(journal, text.slice(0, text.lastIndexOf("\n", text.length - 2) + 1))
    mkdirSync(join(store, "quarantine"))
    writeFileSync(join(store, "quarantine/x"), "x")
    const half = temporaryName(join(store, "runs", run, "plan.json"))
    writeFileSync(half, "x")
    utimesSync(half, 1e9, 1e9)
    const [segment = ""] = readdirSync(join(store, "actions"))
    utimesSync(join(store, "actions", segment), 4e9, 4e9)
    writeFileSync(join(store, "index.sqlite"), "no database at all".repeat(100))
    const warned = checked(project)
    assert.isTrue(warned.healthy)
    const warnings = warned.checks.filter(({ health }) => health === "warning")
    assert.includeMembers(
      warnings.map(({ name }) => name),
      ["index", "runs", "quarantine", "leftovers", "clock"]
    )
    assert.isTrue(warnings.every(({ advice = "" }) => advice !== ""))
    assert.match(named(warned, "runs")?.fact ?? "", /^1, 1 without an end \(\w+-\w+\)$/u)
    writeFileSync(join(store, "catalogue.json"), "{")
    const { status, stdout } = project.run("doctor")
    assert.strictEqual(status, 1)
    assert.match(stdout, /^[✗x] catalogue .*\n\s+(?:→|->) mend it by hand, or delete it/mu)
    writeFileSync(join(store, "format.json"), '{"store":99}')
    const newer = checked(project)
    assert.isFalse(newer.healthy)
    assert.include(named(newer, "store")?.fact, "update athanor")
  })

  it("tells a run that died from one that goes on, whoever else is at work", () => {
    const project = makeProject(TINY)
    project.run("run", "tiny.yaml")
    const store = join(project.folder, "artifacts-cache")
    const [run = ""] = readdirSync(join(store, "runs"))
    const journal = join(store, "runs", run, "journal.jsonl")
    const [beginning = ""] = readFileSync(journal, "utf8").split("\n")
    const { sequence, event } = decodeLine(beginning) as { sequence: number; event: object }
    const lease = Lease.take(join(store, "locks"))
    onTestFinished(() => lease.end())
    const runs = () => named(checked(project), "runs")
    writeFileSync(journal, `${beginning}\n`)
    assert.match(runs()?.fact ?? "", /^1, 1 process at work, 1 without an end/u)
    writeFileSync(journal, `${encodeLine({ sequence, event: { ...event, holder: lease.id } })}\n`)
    assert.deepInclude(runs(), { health: "good", fact: "1, 1 process at work" })
    // Of a version that did not say it: whoever is at work may have begun it.
    writeFileSync(journal, `${encodeLine({ sequence, event: { ...event, holder: undefined } })}\n`)
    assert.deepInclude(runs(), { health: "good", fact: "1, 1 process at work" })
  })

  it("fits on a screen, and takes no longer than a person notices", () => {
    const project = makeProject(TINY)
    project.run("run", "tiny.yaml")
    const before = performance.now()
    const { stdout } = project.run("doctor")
    // 0.25 s where nothing else runs.
    assert.isBelow(performance.now() - before, 3000)
    assert.isBelow(stdout.split("\n").length, 25)
  })
})
