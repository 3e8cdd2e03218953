import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Queue } from "effect"
import { TestClock } from "effect/testing"
import { assert, describe, it } from "vitest"
import { Desk } from "../../../core/schedule/Desk.ts"
import { HookKeeper } from "../../../core/schedule/HookKeeper.ts"
import { ScheduleFiles } from "../../../core/schedule/ScheduleFiles.ts"
import { ScheduleLedger } from "../../../core/schedule/ScheduleLedger.ts"
import { StoreUnavailable } from "../../../core/store/StoreError.ts"
import { until } from "../../until.ts"
import { temporaryFolder } from "../store/sample-store.ts"

/** A desk with a notice that nobody has been told, of a hook that adds a line to a file. */
const deskIn = Effect.fnUntraced(function* (store: string) {
  const told = join(store, "told")
  const hook = { on: "success", run: ["sh", "-c", `echo >> ${told}`] }
  const file = join(store, "a.json")
  const document = { name: "a", stages: { a: { uses: "x/y" } }, schedule: { cron: "@daily", hooks: [hook] } }
  writeFileSync(file, JSON.stringify(document))
  const files = new ScheduleFiles([file])
  files.refresh()
  const ledger = yield* ScheduleLedger.open(store)
  const notice = { id: "n", hook: 0, body: { event: "success" } } as never
  ledger.record([{ _tag: "Ended", at: 0, schedule: "a", tick: 0, outcome: "success", notices: [notice] }])
  const options = { store, files, launcher: ["false"], history: undefined as never, isVisit: false } as const
  const said: Array<string> = []
  const desk = new Desk({ ...options, say: ({ text }) => said.push(text) }, ledger, yield* Queue.sliding<void>(1))
  const lines = (): number => (existsSync(told) ? readFileSync(told, "utf8").length : 0)
  return { desk, ledger, lines, said }
})

describe("the hooks of a daemon", () => {
  it("are told once, though the disk takes no word of it for a while", () =>
    Effect.gen(function* () {
      const { desk, ledger, lines, said } = yield* deskIn(yield* temporaryFolder)
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
})
