/**
 * `pipeline run` where nothing has changed since a run with the same words: from its memo, before the planner, the store's
 * index or anything else is loaded.
 *
 * It leaves what such a run always leaves: a folder with journal and plan, an entry in the catalogue, and the answer.
 */
import { copyFileSync, existsSync, fdatasyncSync, fsyncSync, linkSync, readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { messageOf } from "../document/message-of.ts"
import { REPORT_FILES } from "../document/report-files.ts"
import { wantsExport } from "../observe/export-target.ts"
import { progressObserver } from "../observe/progress-observer.ts"
import { CATALOGUE_WRITER, openCatalogue, withRun } from "../record/catalogue-file.ts"
import type { JournalEvent } from "../record/JournalEvent.ts"
import { memoFile, readMemo } from "../record/memo-file.ts"
import { claim, FILES, type RunFolder } from "../record/RunFolder.ts"
import { RUN_MEMO, type RunMemo, stillHolds } from "../record/RunMemo.ts"
import { parentOf, spanId, traceId } from "../record/trace-ids.ts"
import { sourceCommit, withoutCommit } from "../run/source-commit.ts"
import { steadyMillis } from "../run/steady-time.ts"
import { TICK_VARIABLE } from "../schedule/announced-tick.ts"
import { encodeLine } from "../store/checked-lines.ts"
import { DURABILITY } from "../store/durability.ts"
import { tryLock } from "../store/kernel-lock.ts"
import { syncPath } from "../store/place-synced.ts"
import { VERIFICATION } from "../store/verification.ts"
import { commandWords } from "./command-words.ts"
import { EXIT, type ExitStatus } from "./exit-status.ts"
import { print, printError, printJson } from "./output.ts"
import { printClosing } from "./print-closing.ts"
import { isWhole, readStamp, type Stamp, standingText } from "./report-stamp.ts"
import { cacheFolder } from "./Settings.ts"

/** The exit status; `undefined` when something may have changed, and then nothing has been done. */
export const repeatRun = async (): Promise<ExitStatus | undefined> => {
  // Who wants a trace gets one of every run.
  if (wantsExport(process.env) || wantsExport(process.env, "metrics")) return undefined
  // Whoever is started by a schedule has to begin its tick first.
  if (process.env[TICK_VARIABLE]) return undefined
  // What is not as usual is said, and results that are to be compared are read.
  if (process.env[DURABILITY.variable] || process.env[VERIFICATION.variable]) return undefined
  const root = resolve(cacheFolder())
  const found = findMemo(root)
  return found === undefined ? undefined : leave(found, root)
}

interface Found {
  readonly memo: RunMemo
  readonly stamp: Stamp
}

const findMemo = (root: string): Found | undefined => {
  try {
    const memo = readMemo<RunMemo>(memoFile(root, "run", commandWords()), RUN_MEMO)
    if (memo === undefined || !isOf(root, memo) || !stillHolds(memo, root, process.env)) return undefined
    const stamp = readStamp(memo.report.folder)
    const stands = stamp?.shown === memo.report.shown && isWhole(memo.report.folder, stamp)
    return stamp !== undefined && stands ? { memo, stamp } : undefined
  } catch {
    // The way through the planner says what is wrong, if anything is.
    return undefined
  }
}

/** Whether a store is the one of a memo, with the run that it refers to. */
const isOf = (root: string, { store, run }: RunMemo): boolean => {
  const { id } = JSON.parse(readFileSync(join(root, "format.json"), "utf8"))
  return id === store && INHERITED.every(([name]) => existsSync(join(root, "runs", run, name)))
}

/** What the folder of the new run has of the earlier one, and under which name. */
const INHERITED = [
  [FILES.plan, FILES.plan],
  [FILES.pipeline, FILES.pipeline],
  [FILES.journal, FILES.before]
] as const

/** The same of what only some runs have: files that the pipeline includes, sources. */
const OPTIONAL = [FILES.included, FILES.sources].map((name) => [name, name] as const)

const leave = async ({ memo, stamp }: Found, root: string): Promise<ExitStatus | undefined> => {
  const startedAt = Math.floor(performance.timeOrigin)
  const { pipeline: name } = memo.started
  const stages = Object.entries(memo.stages).map(([id, length]) => ({ id, tasks: { length } }))
  const folder = attempt(() => claim(join(root, "runs"), startedAt))
  if (folder === undefined) return undefined
  const events = eventsOf(memo, folder, startedAt)
  if (attempt(() => writeRun(memo, root, folder, events)) === undefined) return undefined
  const progress = progressObserver({ name, stages }, { env: process.env, stream: process.stderr })
  for (const event of events) progress.onEvent(event)
  const remark = await enterInCatalogue(memo, root, folder)
  const html = join(memo.report.folder, REPORT_FILES.page)
  progress.finish(html)
  if (remark !== undefined) printError(remark)
  return answer(memo, stamp, { run: folder.id, html })
}

const attempt = <A>(run: () => A): A | undefined => {
  try {
    return run()
  } catch {
    return undefined
  }
}

const eventsOf = (
  { run, started, stages }: RunMemo,
  { id }: RunFolder,
  startedAt: number
): ReadonlyArray<JournalEvent> => {
  const parent = parentOf(process.env["TRACEPARENT"])
  const ids = {
    traceId: parent?.traceId ?? traceId(),
    spanId: spanId(),
    ...(parent === undefined ? {} : { parentSpanId: parent.spanId })
  }
  // What was committed since has changed nothing that matters here, and is told all the same.
  const environment = { ...withoutCommit(started.environment), ...sourceCommit("", started.file) }
  // By the same clock: that of the machine may have gone back since.
  const at = steadyMillis()
  const counts = { ran: 0, hit: started.tasks, failed: 0, skipped: 0 }
  return [
    { _tag: "RunStarted", at: startedAt, runId: id, ...started, environment, targets: [], ...ids },
    { _tag: "AllHit", at, of: run, stages },
    { _tag: "RunFinished", at, outcome: "success", counts }
  ]
}

/** Files first, the journal that says what they are for last; all of it is durable when this returns. */
const writeRun = ({ run }: RunMemo, root: string, { path }: RunFolder, events: ReadonlyArray<JournalEvent>): true => {
  const earlier = join(root, "runs", run)
  const inherited = [...INHERITED, ...OPTIONAL.filter(([name]) => existsSync(join(earlier, name)))]
  for (const [from, to] of inherited) linkOrCopy(join(earlier, from), join(path, to))
  const lines = events.map((event, sequence) => `${encodeLine({ sequence, event })}\n`).join("")
  const journal = join(path, FILES.journal)
  writeFileSync(journal, lines)
  syncPath(journal, fdatasyncSync)
  for (const folder of [path, join(root, "runs")]) syncPath(folder, fsyncSync)
  return true
}

/** Both names of a file that nobody changes any more; some file systems have only one name for each. */
const linkOrCopy = (from: string, to: string): void => {
  try {
    linkSync(from, to)
  } catch {
    copyFileSync(from, to)
  }
}

/** Milliseconds between two tries for the catalogue while another process writes it, and until that is said. */
const [INTERVAL, PATIENCE] = [20, 2000]

/** A catalogue that cannot be written costs a remark. */
const enterInCatalogue = async ({ started }: RunMemo, root: string, { id }: RunFolder): Promise<string | undefined> => {
  try {
    let lock = tryLock(join(root, "locks", "catalogue"))
    for (let waited = 0; lock === undefined; waited += INTERVAL) {
      if (waited === PATIENCE) printError(`waiting for ${CATALOGUE_WRITER}`)
      await pause(INTERVAL)
      lock = tryLock(join(root, "locks", "catalogue"))
    }
    try {
      const db = await openCatalogue(join(root, "catalogue.json"))
      db.data = withRun(db.data, started.pipeline, { file: started.file, latestRun: id })
      await db.write()
    } finally {
      lock.close()
    }
    return undefined
  } catch (cause) {
    return `warning: the run is not in the catalogue: ${messageOf(cause)}`
  }
}

const answer = (
  { asked, started }: RunMemo,
  stamp: Stamp,
  { run, html }: { readonly run: string; readonly html: string }
) => {
  const met = stamp.met === stamp.expected
  const counts = { ran: 0, hit: started.tasks, failed: 0, skipped: 0 }
  if (asked.json) printJson({ run, outcome: "success", counts, report: html, met, recorded: true })
  else if (stamp.expected > 0) {
    print(standingText(stamp))
    printClosing(stamp.closing ?? [])
  }
  return asked.check && !met ? EXIT.unmet : EXIT.success
}
