/** Writes a report into a folder. */
import { join } from "node:path"
import { Effect } from "effect"
import { REPORT_FILES } from "../document/report-files.ts"
import { writeDurably } from "../store/durable.ts"
import { renderHtml } from "./html-report.ts"
import { materialiseFigures } from "./materialise-figures.ts"
import type { ReportModel } from "./ReportModel.ts"
import type { UnwrittenFile } from "./unwritten-file.ts"

/**
 * Writes the pictures, then the page that links to them; each file whole or not at all, over an earlier one.
 *
 * Returns the path of the page, the paths of all files, relative to the folder, and the pictures that could not be drawn.
 */
export const writeReport = Effect.fn("writeReport")(function* (model: ReportModel, folder: string) {
  const { written, undrawn } = yield* materialiseFigures(model.figureFiles, folder)
  const html = join(folder, REPORT_FILES.page)
  yield* writeDurably(html, renderHtml(withoutLinks(model, undrawn)))
  return { html, files: [REPORT_FILES.page, ...written], undrawn: [...model.undrawn, ...undrawn] }
})

/** The page links to no file that is not there. */
const withoutLinks = (model: ReportModel, undrawn: ReadonlyArray<UnwrittenFile>): ReportModel => {
  const absent = new Set(undrawn.map(({ path }) => path))
  const figures = model.figures.map((figure) => ({
    ...figure,
    files: figure.files.filter((path) => !absent.has(path))
  }))
  return { ...model, figures }
}
