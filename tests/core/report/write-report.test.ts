import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { writeReport } from "../../../core/report/write-report.ts"
import { reportOf, SUCCESS, temporaryFolder } from "./example-report.ts"

describe("writeReport", () => {
  it.effect("writes the page and each picture in its format, and leaves nothing else", () =>
    Effect.gen(function* () {
      const folder = join(yield* temporaryFolder, "ntk-study")
      const model = yield* reportOf(SUCCESS)
      yield* writeReport(model, folder)
      const { html, files } = yield* writeReport(model, folder)
      const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
      assert.strictEqual(html, join(folder, "report.html"))
      assert.sameMembers(
        found.map(({ name }) => name),
        files.map((file) => file.split("/").at(-1) ?? "")
      )
      assert.match(readFileSync(join(folder, "figures/kernel.svg"), "utf8"), /^<svg/u)
      assert.strictEqual(readFileSync(join(folder, "figures/learning.figure.png")).toString("latin1", 1, 4), "PNG")
      for (const file of files.slice(1)) assert.include(readFileSync(html, "utf8"), `href="./${file}"`)
    })
  )

  it.effect(
    "writes the page and the rest when a picture cannot be drawn as PNG, and links to none that is not there",
    () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        const model = yield* reportOf(SUCCESS)
        const figureFiles = model.figureFiles.map((file) =>
          file.path === "figures/curves.figure.png" ? { ...file, svg: "<svg" } : file
        )
        const { html, files, undrawn } = yield* writeReport({ ...model, figureFiles }, folder)
        assert.deepStrictEqual(
          undrawn.map(({ path, stage, reference, isDeclared, fault }) => [path, stage, reference, isDeclared, fault]),
          [["figures/curves.figure.png", "curves", "curves.figure", false, "figure"]]
        )
        assert.notInclude(files, "figures/curves.figure.png")
        assert.include(files, "figures/learning.figure.png")
        assert.notInclude(readFileSync(html, "utf8"), "curves.figure.png")
      })
  )

  it.effect("says which file it could not write", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const model = yield* reportOf(SUCCESS)
      yield* writeReport(model, folder)
      const error = yield* Effect.flip(writeReport(model, join(folder, "report.html")))
      assert.strictEqual(error._tag, "StoreUnavailable")
      assert.include(error.message, "report.html")
    })
  )
})
