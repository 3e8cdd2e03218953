import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { SpanBatch } from "../../../core/record/KeptSpan.ts"
import { readSpans, SpanLog } from "../../../core/record/SpanLog.ts"
import { temporaryFolder } from "../store/sample-store.ts"

const batchOf = (attempt: number, spans: number): SpanBatch => ({
  below: "attempt",
  attempt: attempt.toString(16).padStart(16, "0"),
  base: 1e12,
  spans: Array.from({ length: spans }, (_, n) => ({ id: n + 1, name: "step", start: n, end: n + 1 }))
})

const runIn = Effect.map(temporaryFolder, (path) => ({ id: "run", path }))

/** The turn of the loop is over, and all that was told in it is written. */
const turn = Effect.callback<void>((resume) => void setImmediate(() => setImmediate(() => resume(Effect.void))))

describe("the file of a run's spans", () => {
  it.live("misses none of 100,000, whoever looks while they come", () =>
    Effect.gen(function* () {
      const folder = yield* runIn
      const log = new SpanLog(folder)
      let seen = 0
      for (let attempt = 1; attempt <= 1000; attempt++) {
        log.keep(batchOf(attempt, 100))
        if (attempt % 100 !== 0) continue
        yield* turn
        const { batches, lost } = readSpans(folder)
        assert.strictEqual(lost, 0)
        assert.isAtLeast(batches.length, seen)
        seen = batches.length
      }
      log.close()
      const { batches, lost } = readSpans(folder)
      assert.strictEqual(lost, 0)
      assert.strictEqual(
        batches.reduce((sum, { spans }) => sum + spans.length, 0),
        100_000
      )
      assert.strictEqual(new Set(batches.map(({ attempt }) => attempt)).size, 1000)
    })
  )

  it.live("outlives its process when the turn of the loop is over", () =>
    Effect.gen(function* () {
      const folder = yield* runIn
      const log = new SpanLog(folder)
      log.keep(batchOf(1, 1))
      yield* turn
      assert.lengthOf(readSpans(folder).batches, 1)
      log.close()
    })
  )

  it.live("is not made where there is nothing to keep, and costs nothing where it cannot be made", () =>
    Effect.gen(function* () {
      const folder = yield* runIn
      const log = new SpanLog(folder)
      log.close()
      assert.deepStrictEqual(readSpans(folder), { batches: [], lost: 0 })
      const nowhere = new SpanLog({ id: "run", path: join(folder.path, "gone") })
      nowhere.keep(batchOf(1, 1))
      nowhere.close()
    })
  )

  it.live("has no torn last line, and counts those that are not as they were written", () =>
    Effect.gen(function* () {
      const folder = yield* runIn
      const log = new SpanLog(folder)
      for (let attempt = 1; attempt <= 3; attempt++) log.keep(batchOf(attempt, 2))
      log.close()
      const file = join(folder.path, "spans.jsonl")
      const whole = readFileSync(file, "utf8")
      const lastLine = whole.trimEnd().lastIndexOf("\n") + 1
      for (let length = lastLine; length < whole.length; length += 7) {
        writeFileSync(file, whole)
        truncateSync(file, length)
        const { batches, lost } = readSpans(folder)
        assert.deepStrictEqual([batches.length, lost], [2, 0])
      }
      writeFileSync(file, whole.replace('"step"', '"stop"'))
      assert.deepStrictEqual([readSpans(folder).batches.length, readSpans(folder).lost], [2, 1])
      writeFileSync(file, whole.slice(whole.indexOf("\n") + 1))
      assert.deepStrictEqual([readSpans(folder).batches.length, readSpans(folder).lost], [2, 1])
      appendFileSync(file, "garbage\n")
      assert.strictEqual(readSpans(folder).batches.length, 2)
    })
  )
})
