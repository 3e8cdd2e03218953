import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { observedJournal } from "../../../core/run/observed-journal.ts"

const event = (task: string): JournalEvent => ({ _tag: "TaskFailed", at: 0, task })

/** A journal whose appends take their time, a sync of 20 ms each, and what an observer of it saw. */
const setting = (onEvent?: (event: JournalEvent) => void) => {
  const written: Array<string> = []
  const seen: Array<string> = []
  const write = (entry: JournalEvent): void => void written.push("task" in entry ? entry.task : "")
  const journal = observedJournal(
    {
      append: (entry) =>
        Effect.andThen(
          Effect.sync(() => write(entry)),
          Effect.sleep(20)
        ),
      appendNow: write,
      appendThisTurn: write,
      appendLater: write
    },
    {
      onEvent: (entry) => {
        seen.push("task" in entry ? entry.task : "")
        onEvent?.(entry)
      }
    }
  )
  return { journal, written, seen }
}

describe("observedJournal", () => {
  it.live("shows events in the order of the journal, those that are waited for when they are durable", () =>
    Effect.gen(function* () {
      const { journal, written, seen } = setting()
      journal.appendLater(event("a"))
      assert.deepStrictEqual(seen, ["a"])
      yield* Effect.all(
        [
          journal.append(event("b")),
          Effect.sync(() => {
            journal.appendLater(event("c"))
            assert.deepStrictEqual(seen, ["a"])
          }),
          journal.append(event("d"))
        ],
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(seen, ["a", "b", "c", "d"])
      assert.deepStrictEqual(seen, written)
    })
  )

  it.live("goes on without an observer that throws", () =>
    Effect.gen(function* () {
      const { journal, written, seen } = setting(() => {
        throw new Error("no room")
      })
      yield* journal.append(event("a"))
      journal.appendLater(event("b"))
      assert.deepStrictEqual([written, seen], [["a", "b"], ["a"]])
    })
  )
})
