import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { assert, vi } from "vitest"
import * as Journal from "../../core/record/Journal.ts"
import type { JournalEntry } from "../../core/record/JournalEvent.ts"
import { FLAWLESS } from "../../core/record/JournalFlaws.ts"
import { ActionStore } from "../../core/store/ActionStore.ts"
import { encodeLine } from "../../core/store/checked-lines.ts"
import { EVENTS } from "../core/record/sample-run.ts"
import { digest, inStore, record, temporaryFolder } from "../core/store/sample-store.ts"
import { type Project, TINY } from "../e2e/project.ts"
import { faultRow, prepared } from "./fault-row.ts"

vi.mock("../../core/fault/hooks.ts", () => import("./hooks.ts"))

const ENTRIES: ReadonlyArray<JournalEntry> = Object.values(EVENTS).map((event, sequence) => ({ sequence, event }))
const LINES = ENTRIES.map((entry) => `${encodeLine(entry)}\n`)
const TEXT = Buffer.from(LINES.join(""))

faultRow(
  {
    fault: "torn or damaged journal line: torn at every byte of the last record",
    expected: "the torn tail is cut off, everything before it is told, and nothing is called damage",
    protections: ["cut-torn-tail"]
  },
  () => {
    const last = TEXT.length - Buffer.byteLength(LINES.at(-1) ?? "")
    for (let cut = last; cut < TEXT.length; cut++) {
      assert.deepStrictEqual(Journal.read(TEXT.subarray(0, cut)), { entries: ENTRIES.slice(0, -1), flaws: FLAWLESS })
    }
  }
)

faultRow(
  {
    fault: "torn or damaged journal line: every byte in the middle flipped",
    expected: "what is told is what was written, and what is left out is reported",
    protections: ["line-checksum"]
  },
  () => {
    const written = new Set(ENTRIES.map((entry) => JSON.stringify(entry)))
    const last = TEXT.length - Buffer.byteLength(LINES.at(-1) ?? "")
    for (let at = 0; at < last; at++) {
      const bytes = Buffer.from(TEXT)
      bytes[at] = (bytes[at] ?? 0) ^ 1
      const { entries, flaws } = Journal.read(bytes)
      for (const entry of entries) assert.isTrue(written.has(JSON.stringify(entry)), `byte ${at} gives another entry`)
      const isWhole = entries.length === ENTRIES.length
      assert.isTrue(isWhole || flaws.damaged > 0, `byte ${at} goes unreported`)
      assert.isAtLeast(entries.length, ENTRIES.length - 2)
    }
  }
)

faultRow(
  {
    fault: "torn or damaged journal line: a line in the middle is gone, doubled or out of place",
    expected: "reported, and told once and in order",
    protections: ["journal-sequence"]
  },
  () => {
    for (let index = 0; index < LINES.length - 1; index++) {
      const rest = LINES.toSpliced(index, 1)
      assert.strictEqual(Journal.read(Buffer.from(rest.join(""))).flaws.missing, 1)
      const twice = Journal.read(Buffer.from(LINES.toSpliced(index, 0, LINES[index] ?? "").join("")))
      assert.deepStrictEqual(twice, { entries: ENTRIES, flaws: { ...FLAWLESS, damaged: 1 } })
    }
  }
)

const TOLD = ["show", "report", "runs", "diff", "trace"] as const

/** What a person reads who looks at the latest run in each of the ways. */
const lookedAt = (study: Project): ReadonlyArray<readonly [command: string, told: string]> =>
  TOLD.map((command) => {
    const runs = command === "runs" ? [] : command === "diff" ? ["latest", "latest"] : ["latest"]
    const { status, stderr } = study.run(command, ...runs)
    assert.strictEqual(status, 0, `${command}: ${stderr}`)
    return [command, stderr]
  })

faultRow(
  {
    fault: "torn or damaged journal line: whoever looks at the run",
    expected:
      "show, report, runs, diff and trace say in one line that the journal is damaged, and JSON has a field for it",
    protections: ["line-checksum"]
  },
  ({ project }) => {
    const study = project(TINY)
    prepared(study.run("run", "tiny.yaml"))
    const runs = join(study.folder, "artifacts-cache/runs")
    const file = join(runs, readdirSync(runs)[0] ?? "", "journal.jsonl")
    for (const [, told] of lookedAt(study)) assert.notInclude(told, "damaged")
    // One value of a metric becomes another: no parser would notice.
    const text = readFileSync(file, "utf8")
    assert.include(text, '"sum":12')
    writeFileSync(file, text.replace('"sum":12', '"sum":13'))
    for (const [command, told] of lookedAt(study)) {
      assert.match(told, /the journal of run \S+ is damaged: 1 line not as written/u, command)
    }
    const shown = study.json("show", "latest", "--json")
    assert.deepInclude(shown, { journal: { damaged: 1, missing: 0, unknown: 0 } })
    assert.include(study.read("reports/tiny/report.html"), "is damaged: 1 line not as written")
  }
)

const KEYS = ["one", "two", "three"] as const

/** The tasks of which a store has a result. */
const known = (folder: string) =>
  Effect.runPromise(
    inStore(
      folder,
      Effect.map(ActionStore, ({ find }) => KEYS.filter((key) => find(digest(key)) !== undefined))
    )
  )

/** A store with one segment of three records; the segment, and the bytes before its last line. */
const storeOfThree = async (folder: string) => {
  const commits = Effect.flatMap(ActionStore, ({ commit }) =>
    Effect.forEach(KEYS, (key) => commit(record(key, key, { format: 2 })))
  )
  await Effect.runPromise(inStore(folder, commits))
  const actions = join(folder, "actions")
  const file = join(actions, readdirSync(actions)[0] ?? "")
  const bytes = readFileSync(file)
  return { file, bytes, last: bytes.lastIndexOf("\n", bytes.length - 2) + 1 }
}

const inFolder = (use: (folder: string) => Promise<void>): Promise<void> =>
  Effect.runPromise(Effect.scoped(Effect.flatMap(temporaryFolder, (folder) => Effect.promise(() => use(folder)))))

faultRow(
  {
    fault: "torn or damaged journal line: a segment of action records torn at every byte of its last record",
    expected:
      "the results before it hold, with the index of before or without one; the whole line counts once it is there",
    protections: ["cut-torn-tail"]
  },
  () =>
    inFolder(async (folder) => {
      const { bytes, file, last } = await storeOfThree(folder)
      for (let cut = last; cut < bytes.length; cut += cut === last ? 1 : 7) {
        truncateSync(file, cut)
        assert.deepStrictEqual(await known(folder), ["one", "two"], `at byte ${cut}`)
        // Its writer lives, and completes the line.
        writeFileSync(file, bytes)
        assert.deepStrictEqual(await known(folder), [...KEYS], `completed at byte ${cut}`)
      }
    })
)

faultRow(
  {
    fault: "torn or damaged journal line: bytes of a segment of action records flipped",
    expected: "the record of that line is lost and found to be, the others hold, and none becomes another",
    protections: ["line-checksum"]
  },
  () =>
    inFolder(async (folder) => {
      const { bytes, file } = await storeOfThree(folder)
      const flipped = Buffer.from(bytes.toString().replace('"task":"two"', '"task":"tow"'))
      assert.strictEqual(flipped.length, bytes.length)
      writeFileSync(file, flipped)
      rmSync(join(folder, "index.sqlite"), { force: true })
      assert.deepStrictEqual(await known(folder), ["one", "three"])
    })
)

faultRow(
  {
    fault: "kill -9 of orchestrator: the journal or the records end at any byte",
    expected: "a run computes what has no record and nothing else",
    protections: ["cut-torn-tail"]
  },
  ({ project }) => {
    const study = project(TINY)
    prepared(study.run("run", "tiny.yaml"))
    const store = join(study.folder, "artifacts-cache")
    const onlyFile = (folder: string) => join(folder, readdirSync(folder)[0] ?? "")
    const journal = join(onlyFile(join(store, "runs")), "journal.jsonl")
    const told = readFileSync(journal)
    for (const cut of [0, 1, told.length >> 1, told.length - 1]) {
      truncateSync(journal, cut)
      rmSync(join(store, "memos"), { recursive: true, force: true })
      const { counts } = study.json("run", "tiny.yaml", "--json") as Answer
      assert.deepInclude(counts, { ran: 0, hit: 4 }, `journal of ${cut} bytes`)
      assert.notInclude(study.run("show", "latest").stderr, "damaged")
      writeFileSync(journal, told)
    }
    const [segment] = readdirSync(join(store, "actions"))
    const file = join(store, "actions", segment ?? "")
    const records = readFileSync(file)
    const last = records.lastIndexOf("\n", records.length - 2) + 1
    for (const cut of [last, last + 1, (last + records.length) >> 1, records.length - 1]) {
      rmSync(join(store, "actions"), { recursive: true })
      mkdirSync(join(store, "actions"))
      writeFileSync(file, records.subarray(0, cut))
      assert.notInclude(study.run("cache", "verify").stdout, "damaged", `records of ${cut} bytes`)
      const { counts } = study.json("run", "tiny.yaml", "--json") as Answer
      assert.deepInclude(counts, { ran: 1, hit: 3 }, `records of ${cut} bytes`)
    }
  }
)

interface Answer {
  readonly counts: { readonly ran: number; readonly hit: number }
}
