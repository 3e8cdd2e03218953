import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { codeText, plainText } from "../../../core/report/markdown-text.ts"
import { foreignPage, writeGallery } from "../../../core/report/write-gallery.ts"
import { reportOf, SUCCESS, temporaryFolder } from "./example-report.ts"

describe("writeGallery", () => {
  it.effect("writes a page with the figures for light and for dark, and an index of all studies", () =>
    Effect.gen(function* () {
      const folder = join(yield* temporaryFolder, "gallery")
      const model = yield* reportOf(SUCCESS)
      yield* writeGallery(model, folder)
      yield* writeGallery({ ...model, name: "another", expectations: [], figures: [] }, folder)
      assert.sameMembers(readdirSync(folder), ["README.md", "another.md", "ntk-study", "ntk-study.md"])
      const page = readFileSync(join(folder, "ntk-study.md"), "utf8")
      const pictures = [...page.matchAll(/(?:src|srcset)="(?<file>[^"]*)"/gu)].map(
        ({ groups }) => groups?.["file"] ?? ""
      )
      assert.strictEqual(pictures.length, 4)
      for (const file of pictures) assert.isTrue(existsSync(join(folder, file)), file)
      for (const part of [
        "**5 of 7 expectations of profile default met, 1 missed, 1 not recorded.**",
        "| ✗ | `pca.lambda_2` |",
        "pipeline run"
      ]) {
        assert.include(page, part)
      }
      const index = readFileSync(join(folder, "README.md"), "utf8")
      assert.include(index, "| [ntk-study](ntk-study.md) | default | 5 of 7 met |")
      assert.include(index, "| [another](another.md) | default | none |")
    })
  )

  it.effect("takes away what an earlier page had of its own, and nothing that others wrote", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const model = yield* reportOf(SUCCESS)
      yield* writeGallery(model, folder)
      writeFileSync(join(folder, "ntk-study", "notes.txt"), "mine")
      writeFileSync(join(folder, "notes.md"), "# Mine")
      yield* writeGallery({ ...model, figures: model.figures.slice(0, 1) }, folder)
      assert.sameMembers(readdirSync(join(folder, "ntk-study")), ["figure-1-dark.svg", "figure-1.svg", "notes.txt"])
      assert.notInclude(readFileSync(join(folder, "README.md"), "utf8"), "notes")
    })
  )

  it.effect("knows pages that it would overwrite and that are not its own", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const model = yield* reportOf(SUCCESS)
      assert.isUndefined(yield* foreignPage(model, join(folder, "new")))
      yield* writeGallery(model, folder)
      assert.isUndefined(yield* foreignPage(model, folder))
      for (const name of ["ntk-study.md", "README.md"]) {
        writeFileSync(join(folder, name), "# Mine\n")
        assert.strictEqual(yield* foreignPage(model, folder), join(folder, name))
      }
    })
  )

  it.effect("leaves no name the means to be more than text", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const model = yield* reportOf(SUCCESS)
      const hostile = "--> <img src=x onerror=alert(1)> ](javascript:x) `|` \n# heading"
      const expectations = model.expectations.map((row) => ({
        ...row,
        metric: hostile,
        note: hostile,
        source: hostile
      }))
      const figures = model.figures.map((figure) => ({ ...figure, title: hostile }))
      yield* writeGallery({ ...model, name: hostile, description: hostile, expectations, figures }, folder)
      const [file = ""] = readdirSync(folder).filter((name) => name.endsWith(".md") && name !== "README.md")
      for (const page of [file, "README.md"]) {
        const text = readFileSync(join(folder, page), "utf8")
        // A comment, attributes and code are no Markdown.
        const outside = text.replace(/^<!--.*?-->/u, "").replace(/alt="[^"\n]*"|`+[^`\n]*`+/gu, "")
        assert.notMatch(outside, /(?<!\\)<img src=x|^# heading|(?<!\\)\]\(javascript/mu)
        for (const row of outside.split("\n").filter((line) => line.startsWith("| ✓"))) {
          assert.strictEqual(row.split(/(?<!\\)\|/u).length, 10)
        }
      }
    })
  )
})

describe("text in Markdown", () => {
  it("stays what it is", () => {
    assert.strictEqual(plainText("a_b *c* [d](e) <f> 1 | 2"), "a\\_b \\*c\\* \\[d\\](e) \\<f\\> 1 \\| 2")
    assert.strictEqual(plainText("1. first\n- second"), "1\\. first - second")
    assert.strictEqual(codeText("a`b"), "``a`b``")
    assert.strictEqual(codeText("`"), "`` ` ``")
    assert.strictEqual(codeText("a|b"), "`a\\|b`")
  })
})
