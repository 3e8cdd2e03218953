import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Queue } from "effect"
import { TestClock } from "effect/testing"
import { assert, describe, it } from "vitest"
import { appendBeside } from "../../../core/schedule/compact-journal.ts"
import { Desk } from "../../../core/schedule/Desk.ts"
import { HookKeeper } from "../../../core/schedule/HookKeeper.ts"
import { ScheduleFiles } from "../../../core/schedule/ScheduleFiles.ts"
import { placesIn } from "../../../core/schedule/ScheduleJournal.ts"
import { ScheduleLedger } from "../../../core/schedule/ScheduleLedger.ts"
import { hold } from "../../../core/schedule/starts.ts"
import { StoreUnavailable } from "../../../core/store/StoreError.ts"
import { until } from "../../until.ts"
import { temporaryFolder } from "../store/sample-store.ts"

/** The end of a run, of which a hook is to be told. */
const endedIn = (id: string) => {
  const notice = { id, hook: 0, body: { event: "success" } } as never
  return { _tag: "Ended", at: 0, schedule: "a", tick: 0, outcome: "success", notices: [notice] } as const
}

/** A desk with a notice that nobody has been told, of a hook that adds a line to a file, and ends with a status. */
const deskIn = Effect.fnUntraced(function* (store: string, { isVisit = false, status = 0 } = {}) {
  mkdirSync(join(store, "locks"), { recursive: true })
  const told = join(store, "told")
  const hook = { on: "success", run: ["sh", "-c", `echo >> ${told}; exit ${status}`] }
  const file = join(store, "a.json")
  const document = { name: "a", stages: { a: { uses: "x/y" } }, schedule: { cron: "@daily", hooks: [hook] } }
  writeFileSync(file, JSON.stringify(document))
  const files = new ScheduleFiles([file])
  files.refresh()
  const ledger = yield* ScheduleLedger.open(store)
  const options = { store, files, launcher: ["false"], history: undefined as never, isVisit } as const
  const said: Array<string> = []
  const desk = new Desk({ ...options, say: ({ text }) => said.push(text) }, ledger, yield* Queue.sliding<void>(1))
  const lines = (): number => (existsSync(told) ? readFileSync(told, "utf8").length : 0)
  return { desk, ledger, lines, said }
})

describe("the hooks of a daemon", () => {
  it("are told once, though the disk takes no word of it for a while", () =>
    Effect.gen(function* () {
      const { desk, ledger, lines, said } = yield* deskIn(yield* temporaryFolder)
      ledger.record([endedIn("n")])
      const record = ledger.record.bind(ledger)
      let refusals = 0
      ledger.record = () => {
        refusals++
        throw new StoreUnavailable({ operation: "write to", path: "journal", cause: new Error("no space") })
      }
      const keeper = new HookKeeper(desk)
      yield* keeper.tellAll()
      yield* Effect.promise(() => until(() => refusals === 1))
      // Whatever wakes the daemon meanwhile.
      yield* keeper.tellAll()
      yield* TestClock.adjust("1 minute")
      yield* Effect.promise(() => until(() => refusals > 1))
      ledger.record = record
      yield* TestClock.adjust("1 minute")
      yield* Effect.promise(() => until(() => keeper.isIdle))
      assert.strictEqual(lines(), 1)
      assert.lengthOf(said, 1)
    }).pipe(Effect.scoped, Effect.provide(TestClock.layer()), Effect.runPromise))

  it("are told of what a run by hand has left, and not while that tells them itself", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      const { desk, ledger, lines } = yield* deskIn(store)
      const keeper = new HookKeeper(desk)
      const release = hold(placesIn(store).starts, "teller")
      yield* appendBeside(store, [{ ...endedIn("n"), byHand: true, teller: "teller" }])
      yield* ledger.settle
      yield* keeper.tellAll()
      assert.isTrue(keeper.isIdle)
      release()
      yield* keeper.tellAll()
      yield* Effect.promise(() => until(() => keeper.isIdle))
      assert.strictEqual(lines(), 1)
      assert.strictEqual(ledger.states.get("a")?.last, "success")
      assert.strictEqual(ledger.notices.size, 0)
    }).pipe(Effect.scoped, Effect.runPromise))

  it("are left to the next visit by one for whose end somebody waits, and given up by that", () =>
    Effect.gen(function* () {
      const store = yield* temporaryFolder
      for (const expected of ["put off", "given up"]) {
        const { desk, ledger, lines, said } = yield* deskIn(store, { isVisit: true, status: 3 })
        const keeper = new HookKeeper(desk)
        if (expected === "put off") ledger.record([endedIn("n")])
        yield* keeper.tellAll()
        const before = lines()
        yield* Effect.promise(() => until(() => lines() > before))
        for (; !keeper.isIdle; yield* TestClock.adjust("1 hour"))
          yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 5)))
        // Whatever wakes it after that.
        yield* keeper.tellAll()
        assert.isTrue(keeper.isIdle)
        assert.strictEqual(ledger.notices.size, expected === "put off" ? 1 : 0)
        assert.include(said.at(-1), expected === "put off" ? "not told yet" : "nobody could be told")
        assert.strictEqual(lines(), expected === "put off" ? 2 : 4)
      }
    }).pipe(Effect.scoped, Effect.provide(TestClock.layer()), Effect.runPromise))
})
