import { assert, describe, it } from "@effect/vitest"
import { chooseProgress } from "../../../core/observe/choose-progress.ts"
import type { Environment } from "../../../core/observe/Environment.ts"

const utf8 = { LANG: "en_GB.UTF-8", TERM: "xterm-256color" }

describe("chooseProgress", () => {
  it.each<[string, Environment, boolean, string]>([
    ["a terminal", utf8, true, "terminal color unicode"],
    ["a pipe", utf8, false, "plain unicode"],
    ["continuous integration", { ...utf8, CI: "true" }, true, "plain unicode"],
    ["CI=false", { ...utf8, CI: "false" }, true, "terminal color unicode"],
    ["a dumb terminal", { ...utf8, TERM: "dumb" }, true, "plain unicode"],
    ["NO_COLOR", { ...utf8, NO_COLOR: "1" }, true, "terminal unicode"],
    ["an empty NO_COLOR", { ...utf8, NO_COLOR: "" }, true, "terminal color unicode"],
    ["NO_COLOR against FORCE_COLOR", { ...utf8, NO_COLOR: "1", FORCE_COLOR: "1" }, true, "terminal unicode"],
    ["FORCE_COLOR in a pipe", { ...utf8, FORCE_COLOR: "1" }, false, "plain color unicode"],
    ["FORCE_COLOR=0", { ...utf8, FORCE_COLOR: "0" }, true, "terminal unicode"],
    ["the C locale", { LANG: "C" }, true, "terminal color"],
    ["LC_ALL over LANG", { ...utf8, LC_ALL: "POSIX" }, true, "terminal color"],
    ["the console of Linux", { ...utf8, TERM: "linux" }, true, "terminal color"],
    ["Windows Terminal", { WT_SESSION: "1" }, true, "terminal color unicode"]
  ])("fits %s", (_, env, isTTY, expected) => {
    const { form, color, unicode } = chooseProgress(env, isTTY)
    assert.strictEqual([form, ...(color ? ["color"] : []), ...(unicode ? ["unicode"] : [])].join(" "), expected)
  })
})
