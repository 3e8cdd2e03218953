import { mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Journal from "../../../core/record/Journal.ts"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { FLAWLESS } from "../../../core/record/JournalFlaws.ts"
import { FILES, type RunFolder } from "../../../core/record/RunFolder.ts"
import { encodeLine } from "../../../core/store/checked-lines.ts"
import { EVENTS, temporaryFolder } from "./sample-run.ts"

const newRun = Effect.map(temporaryFolder, (path): RunFolder => ({ id: "run", path }))

const entriesOf = (folder: RunFolder) => Journal.read(readFileSync(join(folder.path, FILES.journal)))

const messagesOf = (folder: RunFolder) =>
  entriesOf(folder).entries.map(({ event }) => (event._tag === "TaskLog" ? event.message : event._tag))

const log = (message: string): JournalEvent => ({ ...EVENTS.log, message })

describe("Journal.open", () => {
  it.live("keeps every kind of event as it was, numbered from 0", () =>
    Effect.gen(function* () {
      const folder = yield* newRun
      const events = Object.values(EVENTS)
      yield* Effect.scoped(
        Effect.gen(function* () {
          const journal = yield* Journal.open(folder)
          for (const event of events) yield* journal.append(event)
        })
      )
      assert.deepStrictEqual(entriesOf(folder), {
        entries: events.map((event, sequence) => ({ sequence, event })),
        flaws: FLAWLESS
      })
    })
  )

  it.live("has an event in the file when append returns, with all that were to come before it", () =>
    Effect.gen(function* () {
      const folder = yield* newRun
      yield* Effect.scoped(
        Effect.gen(function* () {
          const journal = yield* Journal.open(folder)
          yield* journal.append(log("a"))
          assert.deepStrictEqual(messagesOf(folder), ["a"])
          journal.appendLater(log("b"))
          journal.appendLater(log("c"))
          assert.deepStrictEqual(messagesOf(folder), ["a"])
          yield* journal.append(log("d"))
          assert.deepStrictEqual(messagesOf(folder), ["a", "b", "c", "d"])
        })
      )
    })
  )

  it.live("keeps the order of calls when many append at once, and has each in the file when its append returns", () =>
    Effect.gen(function* () {
      const folder = yield* newRun
      const names = Array.from({ length: 200 }, (_, index) => `${index}`)
      yield* Effect.scoped(
        Effect.gen(function* () {
          const journal = yield* Journal.open(folder)
          yield* Effect.forEach(
            names,
            (name, index) =>
              index % 3 === 0
                ? Effect.sync(() => journal.appendLater(log(name)))
                : Effect.map(journal.append(log(name)), () => assert.include(messagesOf(folder), name)),
            { concurrency: "unbounded" }
          )
        })
      )
      assert.deepStrictEqual(messagesOf(folder), names)
      assert.deepStrictEqual(
        entriesOf(folder).entries.map(({ sequence }) => sequence),
        names.map(Number)
      )
    })
  )

  it.live("writes what is pending when it closes", () =>
    Effect.gen(function* () {
      const folder = yield* newRun
      yield* Effect.scoped(Effect.map(Journal.open(folder), (journal) => journal.appendLater(log("last"))))
      assert.deepStrictEqual(messagesOf(folder), ["last"])
    })
  )

  it.live("writes what nobody waits for after a while", () =>
    Effect.gen(function* () {
      const folder = yield* newRun
      yield* Effect.scoped(
        Effect.gen(function* () {
          const journal = yield* Journal.open(folder)
          journal.appendLater(log("later"))
          while (messagesOf(folder).length === 0) yield* Effect.sleep(20)
          assert.deepStrictEqual(messagesOf(folder), ["later"])
        })
      )
    })
  )

  it.live("refuses a run that has a journal, and leaves that as it is", () =>
    Effect.gen(function* () {
      const folder = yield* newRun
      yield* Effect.scoped(Effect.flatMap(Journal.open(folder), (journal) => journal.append(log("first"))))
      const error = yield* Effect.flip(Effect.scoped(Journal.open(folder)))
      assert.strictEqual(error._tag, "StoreUnavailable")
      assert.deepStrictEqual(messagesOf(folder), ["first"])
    })
  )

  it.live("says where it could not open a journal", () =>
    Effect.gen(function* () {
      const folder = yield* newRun
      mkdirSync(join(folder.path, FILES.journal))
      const error = yield* Effect.flip(Effect.scoped(Journal.open(folder)))
      assert(error.message.startsWith(`cannot open ${join(folder.path, FILES.journal)}: `))
    })
  )
})

describe("Journal.read", () => {
  const lines = [log("a"), log("b"), log("c")].map((event, sequence) => encodeLine({ sequence, event }))
  const bytesOf = (text: string) => new Uint8Array(Buffer.from(text))
  const messages = (text: string) =>
    Journal.read(bytesOf(text)).entries.map(({ event }) => (event._tag === "TaskLog" ? event.message : event._tag))

  const flawsOf = (text: string) => Journal.read(bytesOf(text)).flaws

  it("reads nothing in an empty journal", () => {
    assert.deepStrictEqual(Journal.read(new Uint8Array(0)), { entries: [], flaws: FLAWLESS })
  })

  it("leaves out a torn last line, wherever it was torn, and does not call it damage", () => {
    const text = `${lines.join("\n")}\n`
    const start = text.length - (lines[2]?.length ?? 0) - 1
    for (let cut = start; cut < text.length; cut++) {
      assert.deepStrictEqual(messages(text.slice(0, cut)), ["a", "b"])
      assert.deepStrictEqual(Journal.read(bytesOf(text.slice(0, cut))).flaws, FLAWLESS)
    }
    assert.deepStrictEqual(messages(text), ["a", "b", "c"])
  })

  it("counts a damaged line and reads on behind it", () => {
    const text = `${lines[0]}\n${lines[1]?.replace("careful", "careless").replace('"b"', '"x"')}\n${lines[2]}\n`
    assert.deepStrictEqual(messages(text), ["a", "c"])
    assert.deepStrictEqual(Journal.read(bytesOf(text)).flaws, { damaged: 1, missing: 0, unknown: 0 })
  })

  it("counts lines that are not there, and such as are there again", () => {
    assert.deepStrictEqual(flawsOf(`${lines[0]}\n${lines[2]}\n`), { damaged: 0, missing: 1, unknown: 0 })
    assert.deepStrictEqual(flawsOf(`x\n${lines[2]}\n`), { damaged: 1, missing: 1, unknown: 0 })
    const twice = `${lines[0]}\n${lines[0]}\n${lines[1]}\n`
    assert.deepStrictEqual(messages(twice), ["a", "b"])
    assert.deepStrictEqual(flawsOf(twice), { damaged: 1, missing: 0, unknown: 0 })
  })

  it("leaves out what a newer version says, and counts it", () => {
    const newer = encodeLine({ sequence: 1, event: { _tag: "TaskDreamt", at: 1 } })
    const text = `${lines[0]}\n${newer}\n${lines[2]}\n`
    assert.deepStrictEqual(messages(text), ["a", "c"])
    assert.deepStrictEqual(flawsOf(text), { damaged: 0, missing: 0, unknown: 1 })
  })

  it("takes lines with a right checksum that are no entries for damage", () => {
    for (const value of [{ event: log("b") }, { sequence: 1 }, { sequence: "1", event: {} }]) {
      const text = `${lines[0]}\n${encodeLine(value)}\n${lines[2]}\n`
      assert.deepStrictEqual(flawsOf(text), { damaged: 1, missing: 0, unknown: 0 })
    }
  })
})
