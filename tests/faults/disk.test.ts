import { existsSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { assert, vi } from "vitest"
import { ActionStore } from "../../core/store/ActionStore.ts"
import { digest, inStore, record } from "../core/store/sample-store.ts"
import { type Outcome, type Project, TINY } from "../e2e/project.ts"
import { faultRow, prepared } from "./fault-row.ts"
import { fill, makeDisk, makeReadOnly, type SmallDisk, whyNoDisk } from "./mounts.ts"

vi.mock("../../core/fault/hooks.ts", () => import("./hooks.ts"))

// Each row fills a disk several times.
vi.setConfig({ testTimeout: 180_000 })

/** Eight artifacts of 160 kB, each an object of its own. */
const STUDY = { ...TINY, "tiny.yaml": TINY["tiny.yaml"].replace("seeds: 3, n: 4,", "seeds: 8, n: 20000,") }
const TASKS = 9

const partialFiles = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".tmp"))

interface Answer {
  readonly counts: { readonly ran: number; readonly hit: number }
}

const countsOf = ({ stdout }: Outcome): Answer["counts"] => (JSON.parse(stdout) as Answer).counts

/** A store that has met a fault is as it should be. */
const assertSound = (study: Project, disk: string): void => {
  assert.deepStrictEqual(partialFiles(disk), [])
  const verified = study.run("cache", "verify")
  assert.strictEqual(verified.status, 0, verified.stdout + verified.stderr)
}

/** KiB that are left: what fails is the first that needs more, from the folder of the run to the last object. */
const ROOM = [0, 8, 16, 32, 64, 128, 256, 512]

for (const kind of ["tmpfs", "ext4"] as const satisfies ReadonlyArray<SmallDisk>) {
  faultRow(
    {
      fault: `disk full: ${kind}`,
      expected: "said with the free space, nothing half-written stays, and with room the run goes on where it was",
      protections: kind === "ext4" ? ["remove-partial", "no-mapped-holes"] : ["remove-partial"],
      unless: whyNoDisk(kind)
    },
    ({ project }) => {
      for (const room of ROOM) {
        const disk = makeDisk(kind)
        const store = join(disk, "store")
        const study = project(STUDY, { PIPELINE_CACHE: store, PIPELINE_REPORTS: join(disk, "reports") })
        prepared(study.run("plan", "tiny.yaml"))
        const makeRoom = fill(disk, room * 1024)
        const { status, stderr } = study.run("run", "tiny.yaml")
        assert.strictEqual(status, 4, `${room} KiB: ${stderr}`)
        assert.match(stderr, /no space left on the device: \d[\d.]* \w+ free of \d[\d.]* MB/u, `${room} KiB`)
        assert.include(stderr, disk)
        assert.include(stderr, "; make room: `pipeline cache stats`", `${room} KiB`)
        makeRoom()
        assertSound(study, disk)
        const done = readdirSync(join(store, "objects"), { recursive: true, encoding: "utf8" })
        const again = prepared(study.run("run", "tiny.yaml", "--json"))
        const { hit, ran } = countsOf(again)
        assert.strictEqual(hit + ran, TASKS)
        if (room === 512) assert.isAbove(hit, 0, done.join())
      }
    }
  )
}

faultRow(
  {
    fault: "disk full: in the middle of a record",
    expected: "the records that follow are whole",
    protections: ["close-torn-record"],
    unless: whyNoDisk("tmpfs")
  },
  () =>
    Effect.gen(function* () {
      const disk = makeDisk("tmpfs")
      const store = join(disk, "store")
      const long = record("long", "long", { logs: [{ level: "info", message: "x".repeat(20_000) }] })
      yield* inStore(
        store,
        Effect.gen(function* () {
          const { commit } = yield* ActionStore
          yield* commit(record("first", "first"))
          const makeRoom = fill(disk, 8192)
          const failure = yield* Effect.flip(commit(long))
          assert.match(failure.message, /no space left on the device/u)
          makeRoom()
          yield* commit(record("next", "next"))
        })
      )
      // The segments are the truth: an index that is made of them has it too.
      for (const suffix of ["", "-wal", "-shm"]) rmSync(join(store, `index.sqlite${suffix}`), { force: true })
      const found = yield* inStore(
        store,
        Effect.map(ActionStore, ({ find }) => ["first", "next", "long"].map((key) => find(digest(key))?.task))
      )
      assert.deepStrictEqual(found, ["first", "next", undefined])
    }).pipe(Effect.runPromise)
)

faultRow(
  {
    fault: "file size limit",
    expected: "said in words, nothing half-written stays, and without the limit the run goes on",
    protections: ["remove-partial"],
    unless: process.platform === "win32" ? "Windows has no such limit" : undefined
  },
  ({ project }) => {
    const study = project(STUDY)
    prepared(study.run("plan", "tiny.yaml"))
    // Blocks of 512 bytes: less than an object.
    const { status, stderr } = study.runAfter("ulimit -f 256", "run", "tiny.yaml")
    assert.strictEqual(status, 4, stderr)
    assert.match(stderr, /larger than this process may write \(ulimit -f\)/u)
    assert.include(stderr, join(study.folder, "artifacts-cache/objects"))
    assertSound(study, join(study.folder, "artifacts-cache"))
    assert.strictEqual(countsOf(prepared(study.run("run", "tiny.yaml", "--json"))).ran, TASKS)
  }
)

faultRow(
  {
    fault: "read-only store",
    expected: "what only reads works, what writes says that the file system is read-only",
    protections: ["read-beside"],
    unless: whyNoDisk("tmpfs")
  },
  ({ project }) => {
    const study = project(STUDY)
    prepared(study.run("run", "tiny.yaml"))
    makeReadOnly(join(study.folder, "artifacts-cache"))
    const plan = study.run("plan", "tiny.yaml", "--exit-code")
    assert.strictEqual(plan.status, 0, plan.stdout + plan.stderr)
    for (const command of [
      ["show", "latest"],
      ["runs"],
      ["report", "latest"],
      ["get", "latest:total.total", "total.json"],
      ["cache", "verify"],
      ["why", "tiny.yaml", "total"]
    ]) {
      const { status, stderr } = study.run(...command)
      assert.strictEqual(status, 0, `${command.join(" ")}: ${stderr}`)
    }
    assert.isTrue(existsSync(join(study.folder, "total.json")))
    const found = study.run("run", "tiny.yaml", "--json")
    assert.strictEqual(countsOf(prepared(found)).ran, 0)
    assert.match(found.stderr, /this run is not recorded: .* the file system is read-only/u)
    for (const command of [
      ["run", "tiny.yaml", "--force", "total"],
      ["run", "tiny.yaml", "-S", "seeds=9"]
    ]) {
      const { status, stderr } = study.run(...command)
      assert.strictEqual(status, 4, `${command.join(" ")}: ${stderr}`)
      assert.match(stderr, /the file system is read-only/u)
    }
  }
)
