/** Writes the pictures of a report beside its page. */
import { join } from "node:path"
import { Effect } from "effect"
import { renderPng } from "../figure/render-png.ts"
import { writeDurably } from "../store/durable.ts"
import type { FigureFile } from "./ReportModel.ts"

/** Writes each picture, whole or not at all, as SVG or PNG by its name; the paths written, relative to the folder. */
export const materialiseFigures = Effect.fn("materialiseFigures")(function* (
  files: ReadonlyArray<FigureFile>,
  folder: string
) {
  yield* Effect.forEach(
    files,
    Effect.fnUntraced(function* ({ path, svg }: FigureFile) {
      const content = path.toLowerCase().endsWith(".png") ? yield* renderPng(svg) : svg
      yield* writeDurably(join(folder, path), content)
    })
  )
  return files.map(({ path }) => path)
})
