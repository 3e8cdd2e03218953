import { assert, describe, it } from "vitest"
import { BoundedLog } from "../../../core/run/BoundedLog.ts"
import type { LogLine } from "../../../core/run/Executor.ts"

const logOf = (...lines: ReadonlyArray<LogLine>) => {
  const passed: Array<LogLine> = []
  const log = new BoundedLog((line) => passed.push(line))
  for (const line of lines) log.write(line)
  const meanwhile = passed.length
  log.end()
  assert.deepStrictEqual(log.lines, passed)
  return { log, passed, meanwhile }
}

const numbered = (count: number, level = "info"): ReadonlyArray<LogLine> =>
  Array.from({ length: count }, (_, index) => ({ level, message: `line ${index}` }))

describe("BoundedLog", () => {
  it("passes on what there is, as long as it is not too much", () => {
    assert.deepStrictEqual(logOf(...numbered(1000, "warning")).passed, numbered(1000, "warning"))
  })

  it("keeps the first thousand lines and the last twenty, and says how many are missing", () => {
    const { meanwhile, passed } = logOf(...numbered(40_000, "debug"))
    assert.strictEqual(meanwhile, 1000)
    assert.lengthOf(passed, 1021)
    assert.strictEqual(passed[1000]?.message, "… 39000 more lines; the last of them:")
    assert.deepStrictEqual(passed.slice(1001), numbered(40_000, "debug").slice(-20))
  })

  it("says no line twice", () => {
    const { passed } = logOf(...numbered(1003))
    assert.deepStrictEqual(passed.slice(1001), numbered(1003).slice(-3))
  })

  it("cuts a line that is too long", () => {
    assert.strictEqual(logOf({ level: "info", message: "x".repeat(10_000) }).passed[0]?.message, `${"x".repeat(4096)}…`)
  })
})
