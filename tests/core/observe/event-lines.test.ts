import { assert, describe, it } from "@effect/vitest"
import { eventLines } from "../../../core/observe/event-lines.ts"
import { harmless } from "../../../core/observe/terminal-style.ts"
import { event } from "./sample-plan.ts"

const style = { color: false, unicode: true }

describe("eventLines", () => {
  it("shortens a long error and says by how much", () => {
    const message = Array.from({ length: 50 }, (_, n) => `line ${n}`).join("\n")
    const lines = eventLines(event.attemptFailed(0, "limit", message), style)
    assert.lengthOf(lines, 27)
    assert.strictEqual(lines[0], "✗ limit  NotConverged: line 0")
    assert.strictEqual(lines[25], "    line 25")
    assert.strictEqual(lines[26], "    … 24 more lines")
  })

  it.each(["warn", "WARNING", "error", "fatal"])("shows a log of level %s", (level) => {
    assert.lengthOf(eventLines(event.log(0, "limit", level, "hot"), style), 1)
  })

  it.each(["info", "debug", "trace"])("leaves a log of level %s to the journal", (level) => {
    assert.lengthOf(eventLines(event.log(0, "limit", level, "warm"), style), 0)
  })

  it("has no line for what the frame shows", () => {
    for (const one of [event.hit(0, "a"), event.ready(0, "a"), event.attempt(0, "a"), event.failed(0, "a")]) {
      assert.lengthOf(eventLines(one, style), 0)
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
