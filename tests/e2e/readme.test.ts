/** The samples of README.md, run as they stand. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { makeProject } from "./project.ts"

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8")

/** Fenced blocks of a language, with the file that their first line names. */
const blocks = (language: string): ReadonlyArray<readonly [file: string, text: string]> =>
  [...README.matchAll(new RegExp(`\`\`\`${language}\\n(?:#|//) (?<file>\\S+)\\n(?<text>[\\s\\S]*?)\`\`\``, "gu"))].map(
    ({ groups }) => [groups?.["file"] ?? "", groups?.["text"] ?? ""]
  )

describe("README.md", () => {
  it("shows a pipeline and a stage type that run, and meet what they expect", () => {
    const files = [...blocks("yaml"), ...blocks("ts")]
    assert.deepStrictEqual(
      files.map(([file]) => file),
      ["squares.yaml", "norms.ts"]
    )
    const project = makeProject(Object.fromEntries(files))
    const { status, stdout, stderr } = project.run("run", "squares.yaml", "--check")
    assert.strictEqual(status, 0, stderr)
    assert.include(stdout, "1 of 1 met")
  })
})
