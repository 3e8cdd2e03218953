/** What a run leaves for people: the page, the pictures, the files that `outputs:` asks for. */
import { join } from "node:path"
import { Effect } from "effect"
import { REPORT_FILES } from "../document/report-files.ts"
import type { PastRun } from "../record/RunHistory.ts"
import type { Closing } from "../report/closing-line.ts"
import { closingLines, standingLines } from "../report/closing-lines.ts"
import { collectReport } from "../report/collect-report.ts"
import { renderCard, type TerminalOptions } from "../report/terminal-report.ts"
import type { UnwrittenFile } from "../report/unwritten-file.ts"
import { writeReport } from "../report/write-report.ts"
import { copyOutputs } from "./copy-outputs.ts"
import { pageFolder } from "./page-folder.ts"
import { removeEarlier, removeUnwritten } from "./remove-stale.ts"
import { isWhole, readStamp, type Stamp, shownBy, standingText } from "./report-stamp.ts"
import { reportsFolder } from "./Settings.ts"
import { writeStamp } from "./write-stamp.ts"

/** What was left, and how the expectations stand. */
export interface LeftReport {
  readonly html: string
  /** The page for the last line of the run. */
  readonly note: string
  /** For standard output; empty when there is nothing new to say. */
  readonly text: string
  /** For the end of standard error: what to look at next. */
  readonly closing: ReadonlyArray<Closing>
  readonly isMet: boolean
  /** Files that should lie beside the page and could not be written. */
  readonly unwritten: ReadonlyArray<UnwrittenFile>
  /** What the page shows, where the next run may find that it shows the same. */
  readonly shown: { readonly folder: string; readonly shown: string } | undefined
}

/** Writes the report of a run that has just ended; where its page and files show the same already, they stay. */
export const writeRunReport = Effect.fn("writeRunReport")(function* (run: PastRun, options: TerminalOptions) {
  const { folder, isPart } = pageFolder(run)
  const shown = isPart ? undefined : shownBy(run)
  const previous = readStamp(folder)
  const isSame = previous !== undefined && previous.shown === shown && mayStay(run) && isWhole(folder, previous)
  if (isSame) return standing(folder, previous)
  const model = yield* collectReport(run)
  const copied = yield* copyOutputs(run, folder)
  const beside = { run: run.folder.path, outputs: copied.files }
  const { html, files, undrawn } = yield* writeReport(model, folder, beside)
  const unwritten = [...undrawn, ...copied.unwritten]
  const written = [...files, ...copied.files]
  const artifacts = artifactsOf(run, [...model.figureFiles, ...unwritten])
  const kept = yield* removeStale(folder, previous, { written, unwritten, artifacts })
  const met = model.expectations.filter(({ verdict }) => verdict === "met").length
  const expected = model.expectations.length
  // A page that lacks something is written again by the next run, which says so again.
  const isComplete = unwritten.length === 0 && run.state.outcome === "success"
  if (shown !== undefined) {
    yield* writeStamp(folder, [...written, ...kept], {
      shown: isComplete ? shown : INCOMPLETE,
      artifacts,
      met,
      expected,
      closing: standingLines(model)
    })
  }
  const study = join(reportsFolder(run.plan.name), REPORT_FILES.page)
  return {
    html,
    note: isPart ? `${html} (only a part was asked for: ${study} stays as it was)` : html,
    text: renderCard(model, options),
    closing: closingLines(model, html),
    isMet: met === expected,
    unwritten,
    shown: shown !== undefined && isComplete ? { folder, shown } : undefined
  } satisfies LeftReport
})

/** Nothing has this digest. */
const INCOMPLETE = ""

/** The digests of what a run gave, by the paths under which it lies, or should lie, beside the page. */
const artifactsOf = (
  { plan, state }: PastRun,
  figures: ReadonlyArray<{ readonly path: string; readonly reference: string }>
): NonNullable<Stamp["artifacts"]> => {
  const declared = plan.outputs.map(({ destination, from: { task, port } }) => ({
    path: destination,
    reference: `${plan.tasks[task]?.id ?? "?"}.${port}`
  }))
  return Object.fromEntries(
    [...declared, ...figures].flatMap(({ path, reference }) => {
      // A task's values may have dots, a port has none.
      const dot = reference.lastIndexOf(".")
      const digest = state.tasks.get(reference.slice(0, dot))?.outputs?.[reference.slice(dot + 1)]
      return digest === undefined ? [] : [[path, digest]]
    })
  )
}

interface LeftFiles {
  readonly written: ReadonlyArray<string>
  readonly unwritten: ReadonlyArray<UnwrittenFile>
  readonly artifacts: NonNullable<Stamp["artifacts"]>
}

/**
 * Removes what an earlier run left and this one did not write: beside the new page it would pass for this run's. What the
 * store has lost stays where an earlier run had the same, for it may be the last copy; these are returned.
 */
const removeStale = Effect.fnUntraced(function* (
  folder: string,
  previous: Stamp | undefined,
  { written, unwritten, artifacts }: LeftFiles
) {
  const lost = unwritten.flatMap(({ fault, path }) =>
    fault === "store" && previous?.artifacts?.[path] === artifacts[path] ? [path] : []
  )
  const isLost = (path: string): boolean => lost.some((one) => path === one || path.startsWith(`${one}/`))
  const kept = Object.entries(previous?.files ?? {}).flatMap(([path, digest]) =>
    isLost(path) && isWhole(folder, { files: { [path]: digest } }) ? [path] : []
  )
  const refused = unwritten.filter(({ fault, isDeclared }) => fault !== "store" && isDeclared)
  yield* removeUnwritten(
    folder,
    refused.map(({ path }) => path)
  )
  yield* removeEarlier(folder, previous?.files ?? {}, [...written, ...kept])
  return kept
})

/** A page that was computed anew, or that tells of a failure, tells of its own run. */
const mayStay = ({ state }: PastRun): boolean => state.counts.ran === 0 && state.outcome === "success"

const standing = (folder: string, stamp: Stamp): LeftReport => ({
  html: join(folder, REPORT_FILES.page),
  note: join(folder, REPORT_FILES.page),
  text: standingText(stamp),
  closing: stamp.closing ?? [],
  isMet: stamp.met === stamp.expected,
  unwritten: [],
  shown: { folder, shown: stamp.shown }
})
