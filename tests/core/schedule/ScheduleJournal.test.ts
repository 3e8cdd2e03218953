import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { assert, describe, it } from "vitest"
import { appendBeside, compactJournal, snapshotsOf } from "../../../core/schedule/compact-journal.ts"
import { openNotices } from "../../../core/schedule/open-notices.ts"
import type { ScheduleEvent } from "../../../core/schedule/ScheduleEvent.ts"
import { placesIn, readJournal } from "../../../core/schedule/ScheduleJournal.ts"
import { foldSchedules } from "../../../core/schedule/ScheduleState.ts"
import { temporaryFolder } from "../store/sample-store.ts"

const MINUTE = 60_000

/** A schedule that has run each minute, and has a run going on and a notice that nobody has been told. */
const events = (minutes: number): ReadonlyArray<ScheduleEvent> => {
  const head = { at: 0, schedule: "s" }
  const notice = (tick: number) => ({ id: `${tick}`, hook: 0, body: {} }) as never
  return [
    { _tag: "Adopted", ...head, file: "/f.yaml", signature: "* * * * * UTC", considered: 0 },
    ...Array.from({ length: minutes }, (_, index): ReadonlyArray<ScheduleEvent> => {
      const tick = (index + 1) * MINUTE
      const start: ScheduleEvent = { _tag: "Started", ...head, tick, token: `${index}` }
      if (index === 3) return [start]
      const end: ScheduleEvent = { _tag: "Ended", ...head, tick, outcome: "success", notices: [notice(tick)] }
      return [
        start,
        end,
        ...(index === 2
          ? []
          : [{ _tag: "Notified", ...head, notice: `${tick}`, outcome: "delivered", attempts: 1 } as const])
      ]
    }).flat()
  ]
}

const withLocks = (store: string) => Effect.sync(() => mkdirSync(join(store, "locks")))

const inFolder = <A, E>(use: (store: string) => Effect.Effect<A, E>): Promise<A> =>
  Effect.runPromise(Effect.scoped(Effect.flatMap(Effect.tap(temporaryFolder, withLocks), use)))

describe("the journal of schedules", () => {
  it("tells what was appended, past a write that was cut off at any byte", () =>
    inFolder((store) =>
      Effect.gen(function* () {
        const [first, second, third] = events(1)
        if (first === undefined || second === undefined || third === undefined) return
        const { journal } = placesIn(store)
        yield* appendBeside(store, [first])
        const { size } = statSync(journal)
        yield* appendBeside(store, [second])
        const whole = readFileSync(journal)
        for (let length = size; length < whole.length - 1; length += 7) {
          writeFileSync(journal, whole.subarray(0, length))
          yield* appendBeside(store, [third])
          const read = yield* readJournal(store)
          assert.deepStrictEqual(read.events, [first, third])
        }
      })
    ))

  it("says the same of where schedules stand when it was shortened", () =>
    inFolder((store) =>
      Effect.gen(function* () {
        const all = events(50)
        yield* appendBeside(store, all)
        yield* compactJournal(store, 1, 12)
        const read = yield* readJournal(store)
        assert.lengthOf(read.events, 13)
        assert.deepStrictEqual(foldSchedules(read.events), foldSchedules(all))
        assert.deepStrictEqual(openNotices(read.events), openNotices(all))
        assert.deepStrictEqual([...openNotices(all).keys()], ["180000"])
      })
    ))

  it("may be shortened anywhere", () => {
    const all = events(6)
    for (let cut = 0; cut <= all.length; cut++) {
      const shortened = [...snapshotsOf(all.slice(0, cut)), ...all.slice(cut)]
      assert.deepStrictEqual(foldSchedules(shortened), foldSchedules(all))
      assert.deepStrictEqual(openNotices(shortened), openNotices(all))
    }
  })
})
