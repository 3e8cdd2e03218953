/** What a run leaves for people: the page, the pictures, the files that `outputs:` asks for. */
import { join } from "node:path"
import { Effect } from "effect"
import type { PastRun } from "../record/RunHistory.ts"
import { collectReport } from "../report/collect-report.ts"
import { renderTerminal } from "../report/terminal-report.ts"
import { REPORT_FILE, writeReport } from "../report/write-report.ts"
import { type CopiedOutputs, copyOutputs } from "./copy-outputs.ts"
import { pageFolder } from "./page-folder.ts"
import { readStamp, type Stamp, shownBy, writeStamp } from "./report-stamp.ts"
import { reportsFolder } from "./Settings.ts"

/** What was left, and how the expectations stand. */
export interface LeftReport {
  readonly html: string
  /** The page for the last line of the run. */
  readonly note: string
  /** For standard output; empty when there is nothing new to say. */
  readonly text: string
  readonly isMet: boolean
  /** Outputs that could not be copied out. */
  readonly failures: CopiedOutputs["failures"]
}

/** Writes the report of a run that has just ended; where its page and files show the same already, they stay. */
export const writeRunReport = Effect.fn("writeRunReport")(function* (
  run: PastRun,
  options: { readonly color: boolean }
) {
  const { folder, isPart } = pageFolder(run)
  const shown = isPart ? undefined : shownBy(run)
  const previous = mayStay(run) ? readStamp(folder) : undefined
  if (previous !== undefined && previous.shown === shown) return standing(join(folder, REPORT_FILE), previous)
  const model = yield* collectReport(run)
  const { html, files } = yield* writeReport(model, folder)
  const copied = yield* copyOutputs(run, folder)
  const met = model.expectations.filter(({ verdict }) => verdict === "met").length
  const expected = model.expectations.length
  if (shown !== undefined && copied.failures.length === 0) {
    yield* writeStamp(folder, [...files, ...copied.files], { shown, met, expected })
  }
  const study = join(reportsFolder(run.plan.name), REPORT_FILE)
  return {
    html,
    note: isPart ? `${html} (only a part was asked for: ${study} stays as it was)` : html,
    text: renderTerminal(model, { color: options.color }),
    isMet: met === expected,
    failures: copied.failures
  } satisfies LeftReport
})

/** A page that was computed anew, or that tells of a failure, tells of its own run. */
const mayStay = ({ state }: PastRun): boolean => state.counts.ran === 0 && state.outcome === "success"

const standing = (html: string, { met, expected }: Stamp): LeftReport => ({
  html,
  note: html,
  text: expected === 0 ? "" : `${met} of ${expected} expectations met`,
  isMet: met === expected,
  failures: []
})
