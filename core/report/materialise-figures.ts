/** Writes the pictures of a report beside its page. */
import { join } from "node:path"
import { Effect } from "effect"
import { renderPng } from "../figure/render-png.ts"
import { writeDurably } from "../store/durable.ts"
import type { FigureFile } from "./ReportModel.ts"
import type { UnwrittenFile } from "./unwritten-file.ts"

/**
 * Writes each picture, whole or not at all, as SVG or PNG by its name. What cannot be drawn as PNG does not keep the rest
 * from it.
 */
export const materialiseFigures = Effect.fn("materialiseFigures")(function* (
  files: ReadonlyArray<FigureFile>,
  folder: string
) {
  const written: Array<string> = []
  const undrawn: Array<UnwrittenFile> = []
  for (const { svg, ...file } of files) {
    const failure = yield* writePicture(join(folder, file.path), svg)
    if (failure === undefined) written.push(file.path)
    else undrawn.push({ ...file, fault: "figure", reason: failure.reason })
  }
  return { written, undrawn }
})

const writePicture = (target: string, svg: string) =>
  Effect.gen(function* () {
    yield* writeDurably(target, target.toLowerCase().endsWith(".png") ? yield* renderPng(svg) : svg)
    return undefined
  }).pipe(Effect.catchTag("FigureError", (error) => Effect.succeed(error)))
