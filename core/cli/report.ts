/** `pipeline report`: the page of a run. */
import { relative } from "node:path"
import { Effect, Option } from "effect"
import { chooseProgress } from "../observe/choose-progress.ts"
import { hasHolder } from "../record/has-holder.ts"
import { RunHistory } from "../record/RunHistory.ts"
import { collectReport } from "../report/collect-report.ts"
import type { ReportModel } from "../report/ReportModel.ts"
import { renderTerminal } from "../report/terminal-report.ts"
import { unwrittenText } from "../report/unwritten-file.ts"
import { writeReport } from "../report/write-report.ts"
import { storeAround } from "../store/store-around.ts"
import { EXIT, type ExitStatus } from "./exit-status.ts"
import { openInBrowser } from "./open-in-browser.ts"
import { print, printError, printJson } from "./output.ts"
import { pageFolder } from "./page-folder.ts"
import { wantsColor } from "./Settings.ts"
import { storeLayer } from "./services.ts"
import { flawsField, tellFlaws } from "./tell-flaws.ts"
import { UsageError } from "./UsageError.ts"
import { noteWritten } from "./write-stamp.ts"

export interface ReportChoices {
  readonly run: string
  readonly open: boolean
  readonly check: boolean
  /** A folder that gets a page of Markdown and the figures, to be committed. */
  readonly gallery: Option.Option<string>
  readonly json: boolean
}

/** Writes the page of a run, as its results were then, and prints the card of expectations. */
export const report = (choices: ReportChoices) =>
  Effect.gen(function* () {
    const history = yield* RunHistory
    const run = yield* history.load(yield* history.resolve(choices.run))
    tellFlaws(run.folder.id, run.state)
    const hasDied = run.state.outcome === undefined && !(yield* hasHolder(run.state))
    const model = yield* collectReport({ ...run, hasDied })
    const { folder, isPart } = pageFolder(run)
    const { html, files, undrawn } = yield* writeReport(model, folder, { run: run.folder.path, outputs: [] })
    if (!isPart) yield* noteWritten(folder, files)
    const shelved = Option.isNone(choices.gallery) ? [] : yield* shelve(model, choices.gallery.value)
    if (choices.json)
      printJson({
        ...{ run: run.folder.id, html, files, expectations: model.expectations },
        ...(shelved.length > 0 ? { gallery: shelved } : {}),
        ...flawsField(run.state)
      })
    else {
      const text = renderTerminal(model, {
        color: wantsColor(process.stdout),
        unicode: chooseProgress(process.env, false).unicode,
        columns: process.stdout.columns || undefined
      })
      print([text, html, ...shelved.slice(0, 2)].join("\n"))
    }
    for (const line of new Set(undrawn.map(unwrittenText))) printError(`warning: ${line}`)
    if (choices.open) openInBrowser(html)
    const isMet = model.expectations.every(({ verdict }) => verdict === "met")
    const status: ExitStatus = choices.check && !isMet ? EXIT.unmet : EXIT.success
    return status
  }).pipe(Effect.provide(storeLayer))

/** Writes into a gallery, unless that would put a page in the place of somebody's own. */
const shelve = Effect.fnUntraced(function* (model: ReportModel, folder: string) {
  const { foreignPage, writeGallery } = yield* Effect.promise(() => import("../report/write-gallery.ts"))
  const store = storeAround(folder)
  if (store !== undefined) {
    const reason = `--gallery: ${folder} lies in the store ${relative("", store) || "."}, in which nobody else may write`
    return yield* new UsageError({ reason })
  }
  const foreign = yield* foreignPage(model, folder)
  if (foreign !== undefined) {
    const reason = `--gallery: ${foreign} is there and was not written by this command: choose another folder, or remove it`
    return yield* new UsageError({ reason })
  }
  return yield* writeGallery(model, folder)
})
