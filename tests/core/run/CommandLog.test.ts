import { assert, describe, it } from "@effect/vitest"
import { CommandLog } from "../../../core/run/CommandLog.ts"
import type { LogLine } from "../../../core/run/Executor.ts"
import { Redaction } from "../../../core/run/Redaction.ts"
import type { ProgressReport } from "../../../core/stage/Progress.ts"

const listened = (secrets: { readonly [name: string]: string } = {}) => {
  const [lines, reports]: [Array<LogLine>, Array<ProgressReport>] = [[], []]
  const watch = {
    onLog: (line: LogLine) => lines.push(line),
    onProgress: (report: ProgressReport) => reports.push(report)
  }
  const log = new CommandLog(watch, new Redaction(secrets))
  return { log, reports, messages: () => lines.map(({ message }) => message) }
}

describe("CommandLog", () => {
  it("makes lines of whatever pieces come", () => {
    const { log, messages } = listened()
    for (const piece of ["on", "e\ntw", "o\r\n", "three"]) log.write(piece)
    assert.deepStrictEqual(messages(), ["one", "two"])
    log.end()
    assert.deepStrictEqual(messages(), ["one", "two", "three"])
  })

  it("keeps of a line that writes over itself what a terminal would show", () => {
    const { log, messages } = listened()
    for (const piece of ["10 %\r20", " %\r", "30 %\r\n", "done\n"]) log.write(piece)
    log.end()
    assert.deepStrictEqual(messages(), ["30 %", "done"])
  })

  it("takes reports of progress out", () => {
    const { log, messages, reports } = listened()
    log.write("athanor: progress 3/10 epochs\nathanor: progress 0.5/1\nathanor: progress\n")
    assert.deepStrictEqual(reports, [
      { done: 3, total: 10, unit: "epochs" },
      { done: 0.5, total: 1, unit: "steps" }
    ])
    assert.deepStrictEqual(messages(), ["athanor: progress"])
  })

  it("passes on a thousand lines and the last twenty, and says how many it left out", () => {
    const { log, messages } = listened()
    log.write(Array.from({ length: 5000 }, (_, index) => `line ${index}\n`).join(""))
    log.end()
    assert.lengthOf(messages(), 1021)
    assert.strictEqual(messages()[1000], "… 4000 more lines; the last of them:")
    assert.strictEqual(messages().at(-1), "line 4999")
    assert.deepStrictEqual(log.tail, messages().slice(-20))
  })

  it("cuts what has no end of line, without letting a secret through the cut", () => {
    const { log, messages } = listened({ TOKEN: "0123456789abcdef" })
    const noise = "x".repeat(65_530)
    for (const piece of [noise, "01234567", "89abcdef", noise]) log.write(piece)
    log.end()
    assert.notInclude(messages().join(""), "01234567")
    assert.isBelow(Math.max(...messages().map(({ length }) => length)), 4098)
  })
})
