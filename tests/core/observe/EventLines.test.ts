import { assert, describe, it } from "@effect/vitest"
import { EventLines } from "../../../core/observe/EventLines.ts"
import { harmless } from "../../../core/observe/terminal-style.ts"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { event } from "./sample-plan.ts"

const style = { color: false, unicode: true }

/** The lines of one event. */
const eventLines = (one: JournalEvent) => new EventLines(style).of(one)

describe("EventLines", () => {
  it("shortens a long error and says by how much", () => {
    const message = Array.from({ length: 50 }, (_, n) => `line ${n}`).join("\n")
    const lines = eventLines(event.attemptFailed(0, "limit", message))
    assert.lengthOf(lines, 27)
    assert.strictEqual(lines[0], "✗ limit  NotConverged: line 0")
    assert.strictEqual(lines[25], "    line 25")
    assert.strictEqual(lines[26], "    … 24 more lines")
  })

  it("says in short what it has said of a task before, with the line that is new", () => {
    const lines = new EventLines(style)
    const failed = (folder: string, retryIn?: number, first = "sh ended with status 3") =>
      lines.of(event.attemptFailed(0, "it", `${first}\nfolder: work/${folder}\nit printed nothing`, retryIn))
    assert.lengthOf(failed("a", 1000), 3)
    assert.deepStrictEqual(failed("b", 1000), [
      "! it (attempt 1; again in 1.0s)  NotConverged: as before",
      "    folder: work/b"
    ])
    assert.deepStrictEqual(failed("b"), ["✗ it  NotConverged: as before"])
    assert.lengthOf(failed("b", undefined, "sh ended with status 4"), 3)
  })

  it("counts failures of a stage that begin alike, after the first five", () => {
    const lines = new EventLines(style)
    const fail = (stage: string, number: number, message = `status 3\ncommand: sh ${number}`) =>
      lines.of(event.attemptFailed(0, `${stage}@n=${number}`, message))
    const shown = Array.from({ length: 60 }, (_, number) => fail("fit", number))
    assert.deepStrictEqual(
      shown.map(({ length }) => length),
      [2, 2, 2, 2, 2, ...Array.from({ length: 55 }, () => 0)]
    )
    assert.lengthOf(fail("fit", 60, "status 4"), 1)
    assert.lengthOf(fail("other", 0), 2)
    assert.deepStrictEqual(lines.counted(), ["✗ fit: 55 more like these  NotConverged: status 3"])
    assert.deepStrictEqual(lines.counted(), [])
  })

  it.each(["warn", "WARNING", "error", "fatal"])("shows a log of level %s", (level) => {
    assert.lengthOf(eventLines(event.log(0, "limit", level, "hot")), 1)
  })

  it.each(["info", "debug", "trace"])("leaves a log of level %s to the journal", (level) => {
    assert.lengthOf(eventLines(event.log(0, "limit", level, "warm")), 0)
  })

  it("tells few of failures and warnings that all say something else, and counts the others", () => {
    const lines = new EventLines(style)
    const failures = Array.from({ length: 500 }, (_, index) =>
      event.attemptFailed(1, `a@n=${index}`, `no line ${index}`)
    )
    const warnings = Array.from({ length: 500 }, (_, index) =>
      event.log(1, `a@n=${index}`, "warn", `odd line ${index}`)
    )
    assert.lengthOf(
      [...failures, ...warnings].flatMap((one) => lines.of(one)),
      40
    )
    assert.deepStrictEqual(lines.counted(), [
      "! 480 more failures of other kinds; `pipeline show latest` has them all",
      "! 480 more warnings of other kinds; `pipeline show latest` has them all"
    ])
    assert.deepStrictEqual(lines.counted(), [])
  })

  it("counts warnings that repeat themselves", () => {
    const lines = new EventLines(style)
    const warnings = Array.from({ length: 9 }, (_, index) => event.log(1, `a@n=${index}`, "warn", "slow"))
    assert.lengthOf(
      warnings.flatMap((one) => lines.of(one)),
      5
    )
    assert.deepStrictEqual(lines.counted(), ["! a: 4 more like these  warn: slow"])
  })

  it("has no line for what the frame shows", () => {
    for (const one of [event.hit(0, "a"), event.ready(0, "a"), event.attempt(0, "a"), event.failed(0, "a")]) {
      assert.lengthOf(eventLines(one), 0)
    }
  })
})

describe("harmless", () => {
  it.each([
    ["colour", "\u001b[1;31mred\u001b[0m", "red"],
    ["cursor", "up\u001b[3Aup", "upup"],
    ["title", "\u001b]0;owned\u0007after", "after"],
    ["link", "\u001b]8;;http://x\u001b\\text\u001b]8;;\u001b\\", "text"],
    ["bell and backspace", "a\u0007\u0008b", "ab"],
    ["8-bit control", "a\u009bb\u0085c", "abc"],
    ["carriage return", "50 %\r100 %\r\ndone", "50 %\n100 %\ndone"],
    ["tab", "a\tb", "a  b"],
    ["text beyond ASCII", "σ ≤ 0.3 ✓ 数", "σ ≤ 0.3 ✓ 数"]
  ])("takes the power out of a %s", (_, text, expected) => {
    assert.strictEqual(harmless(text), expected)
  })
})
