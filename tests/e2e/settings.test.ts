import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { makeProject, TINY } from "./project.ts"

describe("PIPELINE_DURABILITY=off", () => {
  it("is said each time, and stands in the journal", () => {
    const study = makeProject(TINY, { PIPELINE_DURABILITY: "off" })
    for (let round = 0; round < 2; round++) {
      const { status, stderr } = study.run("run", "tiny.yaml")
      assert.strictEqual(status, 0)
      assert.include(stderr, "warning: PIPELINE_DURABILITY=off: results may be lost when the machine loses its power")
    }
    const runs = join(study.folder, "artifacts-cache/runs")
    for (const run of readdirSync(runs)) {
      assert.include(readFileSync(join(runs, run, "journal.jsonl"), "utf8"), '"durability":"off"')
    }
  })
})

describe("a setting that means nothing", () => {
  it.each([
    ["PIPELINE_DURABILITY", "of", "on or off"],
    ["PIPELINE_VERIFY", "allways", "read or always"]
  ])("is refused: %s=%s", (variable, value, words) => {
    const { status, stderr } = makeProject(TINY, { [variable]: value }).run("run", "tiny.yaml")
    assert.strictEqual(status, 2)
    assert.include(stderr, `${variable} is "${value}"; write ${words}`)
  })
})
