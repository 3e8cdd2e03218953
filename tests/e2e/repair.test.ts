import { once } from "node:events"
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "vitest"
import { Lease } from "../../core/store/Lease.ts"
import { filesBelow } from "../files-below.ts"
import { makeProject, type Project, TINY } from "./project.ts"

interface Verified {
  readonly damages: ReadonlyArray<{ readonly what: string }>
  readonly repair: {
    readonly restored: ReadonlyArray<string>
    readonly ended: ReadonlyArray<unknown>
    readonly segments: number
    readonly removed: number
    readonly remaining: ReadonlyArray<unknown>
  }
}

const storeOf = ({ folder }: Project): string => join(folder, "artifacts-cache")

/** Files with the numbers of tasks, which are too many for a record. */
const numbersOf = (study: Project): ReadonlyArray<string> =>
  filesBelow(join(storeOf(study), "objects")).filter((file) => readFileSync(file).includes("NUMPY"))

const damage = (file: string, change: (bytes: Buffer) => Buffer): void => {
  chmodSync(file, 0o644)
  writeFileSync(file, change(readFileSync(file)))
}

const counts = (study: Project, ...args: ReadonlyArray<string>): unknown =>
  (study.json("run", ...args, "--json") as { readonly counts: unknown }).counts

describe("pipeline cache verify --repair", () => {
  it("changes nothing in a store that is whole, and is not to be mixed with --rerun", () => {
    const study = makeProject(TINY)
    study.run("run", "tiny.yaml")
    const { status, stdout } = study.run("cache", "verify", "--repair")
    assert.strictEqual(status, 0)
    assert.match(stdout, /all as they were written\n0 results restored, 0 ended\n$/u)
    assert.strictEqual(study.run("cache", "verify", "--repair", "--all").status, 2)
  })

  it("takes the damaged line out of a segment, and keeps the others: a run computes what that told of", () => {
    const study = makeProject(TINY)
    study.run("run", "tiny.yaml")
    const actions = join(storeOf(study), "actions")
    const [segment = ""] = readdirSync(actions)
    const text = readFileSync(join(actions, segment), "utf8")
    writeFileSync(join(actions, segment), text.replace('"task":"total"', '"task":"tital"'))
    const { damages, repair } = study.json("cache", "verify", "--repair", "--json") as Verified
    assert.deepStrictEqual(
      damages.map(({ what }) => what),
      ["segment"]
    )
    assert.deepInclude(repair, { segments: 1, remaining: [] })
    assert.strictEqual(study.run("cache", "verify").status, 0)
    assert.lengthOf(readdirSync(join(storeOf(study), "quarantine")), 1)
    assert.deepInclude(counts(study, "tiny.yaml"), { ran: 1, hit: 3 })
  })

  it("makes an index anew that does not say what the segments say, and what else can be made anew", () => {
    const study = makeProject(TINY)
    study.run("run", "tiny.yaml")
    const store = storeOf(study)
    const db = new DatabaseSync(join(store, "index.sqlite"))
    db.exec("DELETE FROM action WHERE task = 'total'")
    db.close()
    writeFileSync(join(store, "catalogue.json"), "{")
    mkdirSync(join(store, "checkpoints/key"), { recursive: true })
    writeFileSync(join(store, "checkpoints/key/checkpoint"), '{"crc":"00000000","format":1}\n')
    mkdirSync(join(store, "trash/a-collection"), { recursive: true })
    writeFileSync(join(store, "trash/a-collection/collection.json"), '{"holders":[')
    const { damages, repair } = study.json("cache", "verify", "--repair", "--json") as Verified
    assert.deepStrictEqual(damages.map(({ what }) => what).sort(), ["catalogue", "checkpoint", "index", "trash"])
    assert.deepInclude(repair, { removed: 3, remaining: [], ended: [], restored: [] })
    assert.isFalse(existsSync(join(store, "catalogue.json")))
    assert.strictEqual(study.run("cache", "verify").status, 0)
    assert.deepInclude(counts(study, "tiny.yaml"), { ran: 0, hit: 4 })
    assert.include(readFileSync(join(store, "catalogue.json"), "utf8"), '"tiny"')
  })

  it("says what cannot be mended, and ends with 4: what a journal or a plan has lost", () => {
    const study = makeProject(TINY)
    study.run("run", "tiny.yaml")
    const runs = join(storeOf(study), "runs")
    const folder = join(runs, readdirSync(runs)[0] ?? "")
    damage(join(folder, "journal.jsonl"), (bytes) =>
      Buffer.from(bytes.toString().replace("TaskFinished", "TaskFinishad"))
    )
    damage(join(folder, "plan.json"), () => Buffer.from("{"))
    const { status, stdout } = study.run("cache", "verify", "--repair")
    assert.strictEqual(status, 4)
    assert.match(stdout, /^stays {4}journal \S+: 1 line not as written$/mu)
    assert.match(stdout, /^stays {4}plan \S+: its plan.json cannot be read$/mu)
    assert.match(stdout, /, 2 cannot be mended$/mu)
  })

  it("removes no file that somebody at work may be writing, however old it seems", () => {
    const study = makeProject(TINY)
    study.run("run", "tiny.yaml")
    const file = join(storeOf(study), `.catalogue.json.${crypto.randomUUID()}.tmp`)
    writeFileSync(file, "{")
    utimesSync(file, 1e9, 1e9)
    const other = Lease.take(join(storeOf(study), "locks"))
    const removed = () => (study.json("cache", "verify", "--repair", "--json") as Verified).repair.removed
    assert.strictEqual(removed(), 0)
    assert.isTrue(existsSync(file))
    other.end()
    assert.strictEqual(removed(), 1)
    assert.isFalse(existsSync(file))
  })

  it("mends beside a run that wants the same results, and neither does harm to the other", async () => {
    const study = makeProject(TINY)
    study.run("run", "tiny.yaml", "-S", "n=1000", "-S", "millis=1")
    for (const file of numbersOf(study)) rmSync(file, { force: true })
    const commands = [
      study.start("cache", "verify", "--repair"),
      study.start("run", "tiny.yaml", "-S", "n=1000", "-S", "millis=1")
    ]
    const ends = await Promise.all(commands.map((child) => once(child, "exit")))
    assert.deepStrictEqual(
      ends.map(([status]) => status),
      [0, 0]
    )
    assert.strictEqual(study.run("cache", "verify").status, 0)
    assert.deepInclude(counts(study, "tiny.yaml", "-S", "n=1000", "-S", "millis=1"), { ran: 0, hit: 4 })
  })
})
