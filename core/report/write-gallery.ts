/** Writes a report into a gallery: a page of Markdown and the figures of one study, and the index of all that are there. */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { darkSvg } from "../figure/dark-svg.ts"
import { attemptSync, writeDurably } from "../store/durable.ts"
import { figureNames, galleryIndex, galleryPage, isOfGallery, readEntry, studyName } from "./gallery-page.ts"
import type { ReportModel } from "./ReportModel.ts"

/** A page that a gallery would overwrite and that no gallery has written; `undefined` where there is none. */
export const foreignPage = Effect.fnUntraced(function* (model: Pick<ReportModel, "name">, folder: string) {
  return yield* attemptSync("read", folder, () =>
    [INDEX, `${studyName(model)}.md`]
      .map((name) => join(folder, name))
      .find((path) => existsSync(path) && !isOfGallery(readFileSync(path, "utf8")))
  )
})

/** Returns the paths of what was written. An earlier page of the same study gives way, its figures too. */
export const writeGallery = Effect.fn("writeGallery")(function* (model: ReportModel, folder: string) {
  const name = studyName(model)
  const written: Array<string> = []
  for (const [index, { image }] of model.figures.entries()) {
    if (image._tag === "Missing") continue
    const [light, dark] = figureNames(index)
    for (const [file, svg] of [
      [light, image.svg],
      [dark, darkSvg(image.svg)]
    ] as const) {
      const path = join(folder, name, file)
      yield* writeDurably(path, svg)
      written.push(path)
    }
  }
  yield* attemptSync("tidy", folder, () => removeEarlier(join(folder, name), written))
  const page = join(folder, `${name}.md`)
  yield* writeDurably(page, galleryPage(model))
  const index = join(folder, INDEX)
  yield* writeDurably(index, galleryIndex(yield* attemptSync("read", folder, () => pagesIn(folder))))
  return [index, page, ...written]
})

const INDEX = "README.md"

/** Figures of an earlier page that the new one has no more of. */
const removeEarlier = (folder: string, written: ReadonlyArray<string>): void => {
  for (const name of namesIn(folder)) {
    const path = join(folder, name)
    if (/^figure-\d+(?:-dark)?\.svg$/u.test(name) && !written.includes(path)) rmSync(path)
  }
}

const pagesIn = (folder: string) =>
  namesIn(folder)
    .filter((name) => name.endsWith(".md") && name !== INDEX)
    .toSorted()
    .flatMap((file) => {
      const entry = readEntry(readFileSync(join(folder, file), "utf8"))
      return entry === undefined ? [] : [{ file, entry }]
    })

const namesIn = (folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder)
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return []
    throw cause
  }
}
