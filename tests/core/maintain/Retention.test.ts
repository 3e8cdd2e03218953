import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it, onTestFinished } from "vitest"
import { decide, type Pinned, type RetentionPolicy } from "../../../core/maintain/Retention.ts"
import type { RunUse } from "../../../core/maintain/RunUse.ts"
import { StoredRecords } from "../../../core/maintain/StoredRecords.ts"
import { encodeLine } from "../../../core/store/checked-lines.ts"
import { digest, record } from "../store/sample-store.ts"
import { DAY } from "./sample-collection.ts"

const NOW = 1000 * DAY

/** Records by task, each committed so many days ago; their output is an object of so many bytes. */
interface Made {
  readonly daysAgo: number
  readonly bytes?: number
  readonly runId?: string
}

const recordsOf = (made: { readonly [task: string]: Made }, ended: ReadonlyArray<string> = []): StoredRecords => {
  const folder = mkdtempSync(join(tmpdir(), "athanor-retention-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const lines = Object.entries(made).map(([task, { daysAgo, bytes = 5000, runId = "gone" }]) => {
    const files = [{ path: "content.json", digest: digest(`object ${task}`), bytes }]
    const outputs = { out: { kind: "Json" as const, digest: digest(`artifact ${task}`), files } }
    return encodeLine({ record: record(task, task, { outputs, runId }), at: NOW - daysAgo * DAY })
  })
  const ends = ended.map((task) => encodeLine({ forget: digest(task), at: NOW }))
  writeFileSync(join(folder, "one.log"), [...lines, ...ends, ""].join("\n"))
  return new StoredRecords(folder)
}

const run = (id: string, daysAgo: number, results: RunUse["results"] = new Set(), isAlive = false): RunUse => ({
  folder: { id, path: id },
  pipeline: "study",
  startedAt: NOW - daysAgo * DAY,
  holder: undefined,
  isAlive,
  results,
  isFlawed: false
})

/** The results of these tasks. */
const resultsOf = (records: StoredRecords, ...tasks: ReadonlyArray<string>) =>
  new Set(tasks.flatMap((task) => records.of(digest(task))))

/** What stays of the records, and why; and what goes. */
const decided = (
  policy: Partial<RetentionPolicy>,
  records: StoredRecords,
  runs: ReadonlyArray<RunUse> = [],
  pinned: Partial<Pinned> = {}
) => {
  const decision = decide(
    { runs: false, ...policy },
    { records, runs, evictions: new Map(), pinned: { runs: new Set(), artifacts: new Set(), ...pinned }, now: NOW }
  )
  const verdicts = [...decision.kept, ...decision.dropped].map(([{ task }, verdict]) => [task, verdict])
  return { verdicts: Object.fromEntries(verdicts), runs: [...decision.droppedRuns].map(({ folder }) => folder.id) }
}

describe("what a collection keeps", () => {
  it("is without a measure what holds, and what has ended and runs refer to", () => {
    const records = recordsOf({ a: { daysAgo: 900 }, b: { daysAgo: 900 }, c: { daysAgo: 900 } }, ["b", "c"])
    const { verdicts } = decided({}, records, [run("r", 900, resultsOf(records, "b"))])
    assert.deepStrictEqual(verdicts, { a: "valid", b: "referred to", c: "ended" })
  })

  it("is by age what was made within it, and never what is from the future", () => {
    const records = recordsOf({ old: { daysAgo: 31 }, young: { daysAgo: 29 }, future: { daysAgo: -5000 } })
    const { verdicts } = decided({ olderThan: 30 * DAY }, records)
    assert.deepStrictEqual(verdicts, { old: "too old", young: "valid", future: "valid" })
  })

  it("is by last use what a run has found or made within it", () => {
    const records = recordsOf({ found: { daysAgo: 500 }, not: { daysAgo: 500 } })
    const runs = [run("r", 10, resultsOf(records, "found")), run("s", 400, resultsOf(records, "found", "not"))]
    assert.deepStrictEqual(decided({ unusedFor: 30 * DAY }, records, runs).verdicts, {
      found: "valid",
      not: "unused"
    })
  })

  it("is by size what was used last, each object counted once", () => {
    const records = recordsOf({ a: { daysAgo: 3 }, b: { daysAgo: 2 }, c: { daysAgo: 1 } })
    const lines = records.all.reduce((sum, { bytes }) => sum + bytes, 0)
    assert.deepStrictEqual(decided({ maxSize: 15_000 + lines }, records).verdicts, {
      a: "valid",
      b: "valid",
      c: "valid"
    })
    assert.deepStrictEqual(decided({ maxSize: 14_999 + lines }, records).verdicts, {
      a: "over the size",
      b: "valid",
      c: "valid"
    })
  })

  it("is with nothing but a number of runs what those have, of each pipeline", () => {
    const records = recordsOf({ a: { daysAgo: 3 }, b: { daysAgo: 2 }, c: { daysAgo: 1 }, d: { daysAgo: 9 } })
    const runs = [
      run("one", 3, resultsOf(records, "a")),
      run("two", 2, resultsOf(records, "b")),
      run("three", 1, resultsOf(records, "b", "c")),
      { ...run("other", 9, resultsOf(records, "d")), pipeline: "another" }
    ]
    assert.deepStrictEqual(decided({ keepLast: 2, runs: true }, records, runs), {
      verdicts: { a: "not of the last runs", b: "of the last runs", c: "of the last runs", d: "of the last runs" },
      runs: ["one"]
    })
  })

  it("is with another measure what that keeps, and what the last runs have besides", () => {
    const records = recordsOf({ a: { daysAgo: 99 }, b: { daysAgo: 99 }, c: { daysAgo: 1 } })
    const runs = [run("one", 99, resultsOf(records, "a")), run("two", 98, resultsOf(records, "b"))]
    assert.deepStrictEqual(decided({ keepLast: 1, olderThan: 30 * DAY }, records, runs).verdicts, {
      a: "too old",
      b: "of the last runs",
      c: "valid"
    })
  })

  it("is what a run has whose pipeline is lost: it may have been one of the last", () => {
    const records = recordsOf({ a: { daysAgo: 9 }, b: { daysAgo: 2 } })
    const runs = [
      { ...run("damaged", 9, resultsOf(records, "a")), pipeline: undefined, isFlawed: true },
      { ...run("never begun", 8), pipeline: undefined },
      run("last", 2, resultsOf(records, "b"))
    ]
    assert.deepStrictEqual(decided({ keepLast: 1, runs: true }, records, runs), {
      verdicts: { a: "of the last runs", b: "of the last runs" },
      runs: ["never begun"]
    })
  })

  it("has what is pinned and what a run at work has, whatever is asked for", () => {
    const records = recordsOf({
      pinned: { daysAgo: 99 },
      named: { daysAgo: 99 },
      used: { daysAgo: 99 },
      made: { daysAgo: 99, runId: "alive" },
      rest: { daysAgo: 99 }
    })
    const runs = [
      run("paper", 99, resultsOf(records, "pinned")),
      run("alive", 99, resultsOf(records, "used"), true),
      run("last", 50)
    ]
    const pins = { runs: new Set(["paper"]), artifacts: new Set([digest("artifact named")]) }
    for (const policy of [{ olderThan: 1 }, { unusedFor: 1 }, { maxSize: 1 }, { keepLast: 1 }]) {
      const found = decided({ ...policy, runs: true }, records, runs, pins)
      assert.deepInclude(found.verdicts, { pinned: "pinned", named: "pinned", used: "in use", made: "in use" })
      assert.notInclude(["valid", "pinned", "in use"], found.verdicts["rest"])
      assert.notIncludeMembers(found.runs, ["paper", "alive"])
    }
  })
})
