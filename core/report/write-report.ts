/** Writes a report into a folder. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { REPORT_FILES } from "../document/report-files.ts"
import { FILES } from "../record/RunFolder.ts"
import { attemptSync, writeDurably } from "../store/durable.ts"
import { renderHtml } from "./html-report.ts"
import { materialiseFigures } from "./materialise-figures.ts"
import type { ReportModel } from "./ReportModel.ts"
import { crateOf } from "./ro-crate.ts"
import type { UnwrittenFile } from "./unwritten-file.ts"

/** What lies in the folder besides the report, and where the run is. */
export interface ReportSurroundings {
  /** The folder of the run, which has the pipeline file as it was. */
  readonly run: string | undefined
  /** Paths of the outputs that were copied there, relative. */
  readonly outputs: ReadonlyArray<string>
}

/**
 * Writes the pictures, the pipeline file and the metadata, then the page that links to them; each file whole or not at all, over
 * an earlier one.
 *
 * Returns the path of the page, the paths of all files, relative to the folder, and the pictures that could not be drawn.
 */
export const writeReport = Effect.fn("writeReport")(function* (
  model: ReportModel,
  folder: string,
  { run, outputs }: ReportSurroundings = { run: undefined, outputs: [] }
) {
  const { written, undrawn } = yield* materialiseFigures(model.figureFiles, folder)
  const pipeline = run === undefined ? undefined : yield* pipelineText(run)
  if (pipeline !== undefined) yield* writeDurably(join(folder, REPORT_FILES.pipeline), pipeline)
  const shown = withoutLinks(model, undrawn)
  const crate = crateOf(shown, [...written, ...outputs])
  yield* writeDurably(join(folder, REPORT_FILES.crate), `${JSON.stringify(crate, null, 1)}\n`)
  const html = join(folder, REPORT_FILES.page)
  yield* writeDurably(html, renderHtml(shown, crate))
  const beside = [REPORT_FILES.crate, ...(pipeline === undefined ? [] : [REPORT_FILES.pipeline])]
  return { html, files: [REPORT_FILES.page, ...beside, ...written], undrawn: [...model.undrawn, ...undrawn] }
})

/** Old folders have none. */
const pipelineText = (run: string) =>
  attemptSync("read", run, () => {
    const file = join(run, FILES.pipeline)
    return existsSync(file) ? readFileSync(file) : undefined
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
