import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { vi } from "vitest"
import * as Journal from "../../../core/record/Journal.ts"
import { FLAWLESS } from "../../../core/record/JournalFlaws.ts"
import { FILES } from "../../../core/record/RunFolder.ts"
import { EVENTS, temporaryFolder } from "./sample-run.ts"

/** Bytes that the disk still takes. */
let room = Number.POSITIVE_INFINITY

vi.mock("node:fs", async (load) => {
  const fs = await load<typeof import("node:fs")>()
  const writeSync = (descriptor: number, bytes: Uint8Array): number => {
    if (room === 0) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" })
    const written = fs.writeSync(descriptor, bytes, 0, Math.min(room, bytes.length))
    room -= written
    return written
  }
  return { ...fs, writeSync }
})

describe("Journal.open on a full disk", () => {
  it.live("closes all the same, with what somebody has waited for", () =>
    Effect.gen(function* () {
      const path = yield* temporaryFolder
      yield* Effect.scoped(
        Effect.gen(function* () {
          const journal = yield* Journal.open({ id: "run", path })
          yield* journal.append(EVENTS.runStarted)
          room = 0
          journal.appendLater(EVENTS.log)
        })
      )
      room = Number.POSITIVE_INFINITY
      assert.lengthOf(Journal.read(readFileSync(join(path, FILES.journal))).entries, 1)
    })
  )

  it.live("reports the event that did not fit, and has every event once there is room again", () =>
    Effect.gen(function* () {
      const path = yield* temporaryFolder
      const events = [EVENTS.runStarted, EVENTS.ready, EVENTS.started, EVENTS.finished, EVENTS.runFinished]
      yield* Effect.scoped(
        Effect.gen(function* () {
          const journal = yield* Journal.open({ id: "run", path })
          yield* journal.append(events[0]!)
          room = 40
          const { message } = yield* Effect.flip(journal.append(events[1]!))
          const file = join(path, FILES.journal)
          assert.include(message, `cannot write to ${file}: no space left on the device: `)
          assert.match(message, /: \d[\d.]* \w+ free of \d[\d.]* \w+$/u)
          room = 0
          assert.include((yield* Effect.flip(journal.append(events[2]!))).message, "no space left")
          room = Number.POSITIVE_INFINITY
          journal.appendLater(events[3]!)
          yield* journal.append(events[4]!)
        })
      )
      assert.deepStrictEqual(Journal.read(readFileSync(join(path, FILES.journal))), {
        entries: events.map((event, sequence) => ({ sequence, event })),
        flaws: FLAWLESS
      })
    })
  )
})
