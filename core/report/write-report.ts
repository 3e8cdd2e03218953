/** Writes a report into a folder. */
import { join } from "node:path"
import { Effect } from "effect"
import { writeDurably } from "../store/durable.ts"
import { renderHtml } from "./html-report.ts"
import { materialiseFigures } from "./materialise-figures.ts"
import type { ReportModel } from "./ReportModel.ts"

/** Name of the page in its folder. */
export const REPORT_FILE = "report.html"

/**
 * Writes the pictures, then the page that links to them; each file whole or not at all, over an earlier one.
 *
 * Returns the path of the page, and the paths of all files, relative to the folder.
 */
export const writeReport = Effect.fn("writeReport")(function* (model: ReportModel, folder: string) {
  const pictures = yield* materialiseFigures(model.figureFiles, folder)
  const html = join(folder, REPORT_FILE)
  yield* writeDurably(html, renderHtml(model))
  return { html, files: [REPORT_FILE, ...pictures] }
})
