import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { afterEach, beforeEach, vi } from "vitest"
import { cacheFolder, indexFile, reportsFolder, wantsColor } from "../../../core/cli/Settings.ts"

beforeEach(() => {
  for (const name of ["PIPELINE_CACHE", "PIPELINE_INDEX", "PIPELINE_REPORTS", "NO_COLOR", "FORCE_COLOR", "TERM"]) {
    vi.stubEnv(name, undefined)
  }
})

afterEach(() => {
  vi.unstubAllEnvs()
})

describe("folders", () => {
  it("lie where the command was started unless variables say otherwise; an empty one says nothing", () => {
    for (const value of [undefined, ""]) {
      vi.stubEnv("PIPELINE_CACHE", value)
      vi.stubEnv("PIPELINE_REPORTS", value)
      vi.stubEnv("PIPELINE_INDEX", value)
      assert.strictEqual(cacheFolder(), "artifacts-cache")
      assert.strictEqual(reportsFolder("ntk"), join("reports", "ntk"))
      assert.strictEqual(indexFile(), undefined)
    }
    vi.stubEnv("PIPELINE_CACHE", "/big/disk")
    vi.stubEnv("PIPELINE_REPORTS", "/www")
    vi.stubEnv("PIPELINE_INDEX", "/local/index.sqlite")
    assert.deepStrictEqual(
      [cacheFolder(), reportsFolder("ntk-study"), indexFile()],
      ["/big/disk", join("/www", "ntk-study"), "/local/index.sqlite"]
    )
  })
})

describe("wantsColor", () => {
  it.each<[string, { readonly [name: string]: string }, boolean, boolean]>([
    ["a terminal", {}, true, true],
    ["no terminal", {}, false, false],
    ["a dumb terminal", { TERM: "dumb" }, true, false],
    ["a terminal with NO_COLOR", { NO_COLOR: "1" }, true, false],
    ["a terminal with an empty NO_COLOR", { NO_COLOR: "" }, true, true],
    ["no terminal, with FORCE_COLOR", { FORCE_COLOR: "1" }, false, true],
    ["no terminal, with FORCE_COLOR=0", { FORCE_COLOR: "0" }, false, false],
    ["both variables", { NO_COLOR: "1", FORCE_COLOR: "1" }, true, false]
  ])("answers for %s", (_, env, isTTY, expected) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    assert.strictEqual(wantsColor({ isTTY }), expected)
  })
})
