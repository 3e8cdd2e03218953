import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Scope } from "effect"
import { beforeEach, vi } from "vitest"
import type { Step } from "../../../core/fault/hooks.ts"
import { verifyStore } from "../../../core/maintain/verify-store.ts"
import { ActionStore } from "../../../core/store/ActionStore.ts"
import { Claims } from "../../../core/store/Claims.ts"
import { encodeLine } from "../../../core/store/checked-lines.ts"
import type { SegmentEntry } from "../../../core/store/IndexTables.ts"
import { Lease } from "../../../core/store/Lease.ts"
import { segmentName } from "../../../core/store/segment-name.ts"
import { temporaryName } from "../../../core/store/temporary-name.ts"
import { filesBelow } from "../../files-below.ts"
import { digest, inStore, record, temporaryFolder } from "../store/sample-store.ts"
import {
  at,
  collect,
  commit,
  DAY,
  foundBy,
  isHit,
  objectOf,
  openStore,
  pastRun,
  put,
  read
} from "./sample-collection.ts"

/** What happens when a step is reached: a death, or what another process does at that moment. */
const happenings = vi.hoisted(() => ({ on: new Map<string, () => void>() }))

vi.mock("../../../core/fault/hooks.ts", () => ({
  isGuarded: () => true,
  reach: (step: Step) => happenings.on.get(step)?.()
}))

beforeEach(() => happenings.on.clear())

const NOW = 1000 * DAY

/** What lies below a folder of a store. */
const below = (store: string, folder: string): ReadonlyArray<string> =>
  filesBelow(join(store, folder)).map((file) => basename(file))

/** Another process writes these entries, and ends. */
const say = (store: string, ...entries: ReadonlyArray<SegmentEntry>): void =>
  writeFileSync(
    join(store, "actions", segmentName(crypto.randomUUID())),
    entries.map((entry) => `${encodeLine(entry)}\n`).join("")
  )

describe("a collection without a measure", () => {
  it.live("keeps what holds and what runs refer to, and removes what nothing names", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      yield* pastRun(store, NOW, ["a"])
      yield* inStore(
        store,
        Effect.andThen(ActionStore, (actions) => actions.forget(digest("a")))
      )
      yield* inStore(store, put("nobody's"))
      yield* inStore(
        store,
        Effect.flatMap(put("made by hand"), (artifact) => commit("c", artifact))
      )
      yield* at(NOW, collect(store))
      assert.isTrue(yield* inStore(store, isHit("c")))
      const found = yield* inStore(store, Effect.all([read("a"), read("nobody's")]))
      assert.deepStrictEqual(
        found.map(({ _tag }) => _tag),
        ["Some", "None"]
      )
      assert.isEmpty(below(store, "trash"))
    })
  )

  it.live("removes lines of records that ended and to which no run refers, and nothing else of the segments", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      yield* inStore(
        store,
        Effect.gen(function* () {
          yield* commit("a", yield* put("old"))
          yield* (yield* ActionStore).forget(digest("a"))
          yield* commit("a", yield* put("new"))
          yield* commit("b", yield* put("other"))
        })
      )
      yield* collect(store)
      const records = yield* inStore(
        store,
        Effect.map(ActionStore, ({ recordsOf }) => recordsOf(digest("a")))
      )
      assert.lengthOf(records, 1)
      assert.isTrue(yield* inStore(store, isHit("a")))
      assert.isTrue(yield* inStore(store, isHit("b")))
      assert.lengthOf(below(store, "actions"), 1)
    })
  )

  it.live("leaves an index that answers, in processes that opened it before", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      yield* pastRun(store, NOW, ["a"])
      const reader = yield* openStore(store)
      yield* reader(isHit("a"))
      yield* at(NOW, collect(store, { keepLast: 1 }))
      for (let each = 0; each < 40; each++) yield* pastRun(store, NOW + each, [`b${each}`])
      yield* at(NOW + DAY, collect(store))
      assert.isTrue(yield* reader(isHit("a")))
      yield* reader(Effect.andThen(ActionStore, (actions) => actions.refresh))
      assert.isTrue(yield* reader(isHit("b7")))
    })
  )

  it.live("removes temporary files when those have ended who may write them, and no earlier", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      const scope = yield* Scope.make()
      yield* Scope.provide(openStore(store), scope)
      const temporary = temporaryName(join(store, "actions", "x.log"))
      writeFileSync(temporary, "half")
      yield* collect(store)
      assert.isTrue(existsSync(temporary))
      yield* Scope.close(scope, Exit.void)
      yield* collect(store)
      assert.isFalse(existsSync(temporary))
    })
  )
})

describe("a collection after others", () => {
  it.live(
    "takes what they wrote down for absent where it is damaged, and empties the trash of whatever lies in it",
    () =>
      Effect.gen(function* () {
        const store = yield* temporaryFolder
        const scope = yield* Scope.make()
        const writer = yield* Scope.provide(openStore(store), scope)
        yield* writer(put("a"))
        yield* collect(store)
        const [collection = ""] = readdirSync(join(store, "trash"))
        const notes = join(store, "trash", collection, "collection.json")
        writeFileSync(notes, readFileSync(notes, "utf8").replace('"holders"', '"holdres"'))
        const { damages } = yield* inStore(store, verifyStore())
        assert.deepStrictEqual(
          damages.map(({ what, name }) => [what, name]),
          [["trash", `trash/${collection}/collection.json`]]
        )
        // Who has not ended may rely on it all the same.
        yield* collect(store)
        assert.include(below(store, "trash"), objectOf("a"))
        assert.isEmpty((yield* inStore(store, verifyStore())).damages)
        yield* Scope.close(scope, Exit.void)
        for (const file of [".DS_Store", `${collection}/.DS_Store`, `${collection}/.collection.json.x.tmp`]) {
          writeFileSync(join(store, "trash", file), "x")
        }
        mkdirSync(join(store, "trash/zzz-1/runs"), { recursive: true })
        writeFileSync(join(store, "trash/zzz-1/collection.json"), '{"holders":[')
        yield* collect(store)
        assert.deepStrictEqual(below(store, "trash"), [".DS_Store"])
      })
  )
})

describe("a collection by age", () => {
  it.live("removes damaged objects and checkpoints that have lain there as long", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      yield* inStore(store, Effect.void)
      for (const file of ["quarantine/damaged", "checkpoints/key/checkpoint"]) {
        mkdirSync(dirname(join(store, file)), { recursive: true })
        writeFileSync(join(store, file), "x")
      }
      const left = () => [...below(store, "quarantine"), ...below(store, "checkpoints")]
      yield* collect(store)
      yield* at(Date.now() + 29 * DAY, collect(store, { olderThan: 30 * DAY }))
      assert.lengthOf(left(), 2)
      const { freed } = yield* at(Date.now() + 31 * DAY, collect(store, { olderThan: 30 * DAY }))
      assert.isEmpty(left())
      assert.deepStrictEqual(freed, { files: 2, bytes: 2 })
    })
  )
})

describe("a collection by age beside a run that begins", () => {
  it.live("leaves the checkpoint that this goes on from", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      yield* inStore(store, Effect.void)
      const checkpoints = ["taken", "other"].map((key) => join(store, "checkpoints", digest(key)))
      for (const folder of checkpoints) mkdirSync(folder, { recursive: true })
      const locks = join(store, "locks")
      const taken: Array<{ readonly lease: Lease; readonly claims: Claims }> = []
      happenings.on.set("gc.listed", () => {
        const lease = Lease.take(locks)
        const claims = new Claims(locks, lease)
        taken.push({ lease, claims })
        claims.watch()
        const table = new DatabaseSync(join(locks, "claims.sqlite"))
        table.prepare("INSERT INTO claim VALUES (?, ?)").run(digest("taken"), lease.id)
        table.close()
      })
      yield* at(Date.now() + 31 * DAY, collect(store, { olderThan: 30 * DAY }))
      assert.deepStrictEqual(
        checkpoints.map((folder) => existsSync(folder)),
        [true, false]
      )
      for (const { lease, claims } of taken) {
        claims.close()
        lease.end()
      }
    })
  )
})

describe("a collection beside a process", () => {
  it.live("removes nothing that the process may have seen, and puts back what it has come to need", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      const scope = yield* Scope.make()
      const writer = yield* Scope.provide(openStore(store), scope)
      const artifact = yield* writer(put("a"))
      yield* collect(store)
      assert.include(below(store, "trash"), objectOf("a"))
      yield* writer(commit("a", artifact))
      yield* Scope.close(scope, Exit.void)
      yield* collect(store)
      assert.isEmpty(below(store, "trash"))
      assert.isTrue(yield* inStore(store, isHit("a")))
    })
  )

  it.live("gives back at once what somebody misses", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      const writer = yield* openStore(store)
      const artifact = yield* writer(put("a"))
      yield* collect(store)
      // Bytes that are there already cost nothing: they are not written again.
      assert.deepStrictEqual(yield* writer(put("a")), artifact)
      assert.notInclude(below(store, "trash"), objectOf("a"))
      assert.strictEqual((yield* writer(read("a")))._tag, "Some")
    })
  )

  it.live("does not end what the process commits while it ends the record of before", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      const now = NOW + 100 * DAY
      yield* pastRun(store, NOW, ["a"])
      const artifact = yield* inStore(store, put("a"))
      happenings.on.set("gc.marked", () =>
        say(
          store,
          { forget: digest("a"), at: now },
          { record: record("a", "a", { outputs: { out: artifact } }), at: now + 1 }
        )
      )
      yield* at(now, collect(store, { olderThan: DAY }))
      assert.isTrue(yield* inStore(store, isHit("a")))
      yield* at(now, collect(store, { olderThan: DAY }))
      assert.isTrue(yield* inStore(store, isHit("a")))
    })
  )

  it.live.each([
    { measures: {}, stays: true },
    { measures: { olderThan: DAY }, stays: false }
  ])("removes no object of what a process commits that comes and goes meanwhile: $measures", ({ measures, stays }) =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      const artifact = yield* inStore(store, put("a"))
      happenings.on.set("gc.moved", () =>
        say(store, { record: record("a", "a", { outputs: { out: artifact } }), at: NOW })
      )
      yield* at(NOW + 100 * DAY, collect(store, measures))
      assert.strictEqual(yield* inStore(store, isHit("a")), stays)
      assert.isEmpty((yield* inStore(store, verifyStore())).damages.filter(({ what }) => what === "object"))
    })
  )

  it.live("keeps the lines of records until those have ended who may have found them", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      yield* pastRun(store, NOW, ["a"])
      const scope = yield* Scope.make()
      const reader = yield* Scope.provide(openStore(store), scope)
      yield* at(NOW + 100 * DAY, collect(store, { olderThan: DAY }))
      const known = Effect.map(ActionStore, ({ recordsOf }) => recordsOf(digest("a")).length)
      assert.strictEqual(yield* reader(known), 1)
      assert.isFalse(yield* inStore(store, isHit("a")))
      yield* Scope.close(scope, Exit.void)
      yield* at(NOW + 100 * DAY, collect(store, { olderThan: DAY }))
      assert.strictEqual(yield* inStore(store, known), 0)
      yield* at(NOW + 100 * DAY, collect(store))
      // The end of a record goes with the collection after the one that its line went with.
      yield* at(NOW + 100 * DAY, collect(store))
      assert.isEmpty(below(store, "actions"))
    })
  )
})

describe("what a collection has dropped", () => {
  const LATER = NOW + 100 * DAY

  it.live("goes with the next one that nobody keeps from it, though runs refer to it", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      yield* pastRun(store, NOW, ["a"])
      const scope = yield* Scope.make()
      yield* Scope.provide(openStore(store), scope)
      yield* at(LATER, collect(store, { olderThan: DAY }))
      assert.include(below(store, "trash"), objectOf("a"))
      yield* Scope.close(scope, Exit.void)
      const { survey } = yield* at(LATER, collect(store))
      assert.deepStrictEqual([...survey.decision.dropped.values()], ["dropped before"])
      assert.isEmpty([...below(store, "trash"), ...below(store, "objects")])
    })
  )

  it.live("goes with the next one also where it was killed before it had moved anything", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      yield* pastRun(store, NOW, ["a"])
      happenings.on.set("gc.evicted", () => {
        throw new Error("killed")
      })
      yield* Effect.exit(at(LATER, collect(store, { olderThan: DAY })))
      happenings.on.clear()
      const scope = yield* Scope.make()
      yield* Scope.provide(openStore(store), scope)
      yield* at(LATER, collect(store))
      yield* Scope.close(scope, Exit.void)
      yield* at(LATER, collect(store))
      assert.isEmpty([...below(store, "trash"), ...below(store, "objects")])
    })
  )

  it.live("counts again when somebody has pinned it meanwhile", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      const { id } = yield* pastRun(store, NOW, ["a", "b"])
      const scope = yield* Scope.make()
      yield* Scope.provide(openStore(store), scope)
      yield* at(LATER, collect(store, { olderThan: DAY }))
      yield* Scope.close(scope, Exit.void)
      assert.isFalse(yield* inStore(store, isHit("a")))
      yield* at(LATER, collect(store, {}, { runs: new Set([id]) }))
      assert.deepStrictEqual(yield* inStore(store, Effect.all([isHit("a"), isHit("b")])), [true, true])
      assert.isEmpty(below(store, "trash"))
      yield* at(LATER, collect(store))
      assert.isTrue(yield* inStore(store, isHit("a")))
      assert.lengthOf(below(store, "objects"), 2)
    })
  )

  it.live("counts again when a run had found it that said so too late", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      yield* pastRun(store, NOW, ["found", "other"])
      const scope = yield* Scope.make()
      const run = yield* Scope.provide(openStore(store), scope)
      assert.isTrue(yield* run(isHit("found")))
      yield* at(LATER, collect(store, { olderThan: DAY }))
      yield* run(Scope.provide(foundBy(LATER, ["found"]), scope))
      yield* Scope.close(scope, Exit.void)
      yield* at(LATER, collect(store))
      assert.deepStrictEqual(yield* inStore(store, Effect.all([isHit("found"), isHit("other")])), [true, false])
      assert.lengthOf(below(store, "objects"), 1)
    })
  )

  it.live("stays ended where a part of it has gone", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      const { id } = yield* pastRun(store, NOW, ["a"])
      const scope = yield* Scope.make()
      yield* Scope.provide(openStore(store), scope)
      yield* at(LATER, collect(store, { olderThan: DAY }))
      yield* Scope.close(scope, Exit.void)
      const [collection = ""] = readdirSync(join(store, "trash"))
      rmSync(join(store, "trash", collection, objectOf("a")))
      yield* at(LATER, collect(store, {}, { runs: new Set([id]) }))
      const { damages } = yield* inStore(store, verifyStore())
      assert.isEmpty(damages.filter(({ what }) => what === "object"))
      assert.isFalse(yield* inStore(store, isHit("a")))
    })
  )
})

describe("a collection that is killed", () => {
  const STEPS: ReadonlyArray<Step> = [
    "gc.marked",
    "gc.evicted",
    "gc.moved",
    "gc.listed",
    "gc.deleted",
    "gc.compacted",
    "gc.removed"
  ]

  it.live.each(STEPS)("at %s leaves a right store, and the next one does the rest", (step) =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      yield* pastRun(store, NOW, ["old", "older"])
      yield* pastRun(store, NOW + 90 * DAY, ["new"])
      yield* inStore(store, put("nobody's"))
      let isReached = false
      happenings.on.set(step, () => {
        isReached = true
        throw new Error("killed")
      })
      const now = NOW + 100 * DAY
      const policy = { olderThan: 30 * DAY }
      yield* Effect.exit(at(now, collect(store, policy)))
      assert.isTrue(isReached)
      happenings.on.clear()
      assert.isTrue(yield* inStore(store, isHit("new")))
      assert.isEmpty(
        (yield* inStore(store, verifyStore())).damages.filter(({ what }) => what === "object" || what === "segment")
      )
      yield* at(now, collect(store, policy))
      yield* at(now, collect(store, policy))
      assert.isEmpty(below(store, "trash"))
      assert.deepStrictEqual(
        below(store, "objects").map((name) => name.slice(0, 8)),
        [objectOf("new").slice(2, 10)]
      )
      assert.isTrue(yield* inStore(store, isHit("new")))
    })
  )

  it.live("while it puts something back has put it back, or the next one does", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      const scope = yield* Scope.make()
      const writer = yield* Scope.provide(openStore(store), scope)
      const artifacts = yield* Effect.all([writer(put("a")), writer(put("b"))])
      yield* collect(store)
      yield* writer(Effect.forEach(artifacts, (artifact, index) => commit(String(index), artifact)))
      yield* Scope.close(scope, Exit.void)
      happenings.on.set("gc.restored", () => {
        throw new Error("killed")
      })
      assert.isTrue(Exit.isFailure(yield* Effect.exit(collect(store))))
      happenings.on.clear()
      yield* collect(store)
      assert.isEmpty(below(store, "trash"))
      assert.deepStrictEqual(yield* inStore(store, Effect.all([isHit("0"), isHit("1")])), [true, true])
    })
  )
})
