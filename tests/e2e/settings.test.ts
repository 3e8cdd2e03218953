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

describe("settings and choices that mean harm", () => {
  /** One complaint with this status, and no stack. */
  const refused = (env: NodeJS.ProcessEnv, status: number, ...words: ReadonlyArray<string>): string => {
    const project = makeProject({ ...TINY, "polluted.json": '{ "__proto__": { "x": 1 } }' }, env)
    const outcome = project.run(...(words.length === 0 ? ["run", "tiny.yaml"] : words))
    assert.strictEqual(outcome.status, status, outcome.stderr)
    assert.notMatch(outcome.stderr, /^\s+at \S.*:\d+/mu)
    assert.notMatch(outcome.stderr, /[^\P{Cc}\n]|[\u202a-\u202e]/u)
    assert.strictEqual(project.read("tiny.yaml"), TINY["tiny.yaml"])
    return outcome.stderr
  }

  it("leaves alone what lies where the index is asked for", () => {
    assert.include(refused({ PIPELINE_INDEX: "tiny.yaml" }, 4), "it holds something else; name another file")
  })

  it.skipIf(process.platform !== "linux").each(["PIPELINE_CACHE", "PIPELINE_REPORTS"])(
    "ends where no folder can be made: %s",
    (variable) => assert.match(refused({ [variable]: "/proc/nope" }, 4), /cannot (?:create|write) .*ENOENT/u)
  )

  it("goes without an index where none can be", () => {
    refused({ PIPELINE_INDEX: "/proc/nope/index.sqlite" }, 0)
  })

  it.each(["PIPELINE_DURABILITY", "PIPELINE_VERIFY"])("names a word that it does not know: %s", (variable) => {
    for (const word of ["__proto__", "constructor", "\u001b[2J\u202e"]) {
      assert.include(refused({ [variable]: word }, 2), `${variable} is "`)
    }
  })

  it.each(["bad", "00-0-0-0", `00-${"0".repeat(32)}-${"0".repeat(16)}-00`, "00-\u001b[2J", "a".repeat(50_000)])(
    "has no parent of a trace that is none: %#",
    (parent) => {
      refused({ TRACEPARENT: parent }, 0)
    }
  )

  it.each([
    "__proto__=1",
    "n.__proto__=1",
    "n={ __proto__: 1 }",
    "constructor.x=1",
    "n=!!js/function x",
    `n=${"[".repeat(3000)}`,
    "\u001b[2J=1",
    "n=\u001b[2J",
    "n=9007199254740993"
  ])("refuses a parameter: %#", (choice) => {
    refused({}, 2, "plan", "tiny.yaml", "-S", choice)
  })

  it("refuses a file of parameters that would change more than parameters", () => {
    assert.include(
      refused({}, 2, "plan", "tiny.yaml", "--params", "polluted.json"),
      "1:3  error  a key cannot be __pro"
    )
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

  it("is refused by whatever command opens the store", () => {
    const study = makeProject(TINY, { PIPELINE_VERIFY: "allways" })
    study.write("artifacts-cache/format.json", '{"store":2,"id":"a"}')
    for (const words of [
      ["plan", "tiny.yaml"],
      ["cache", "verify"],
      ["cache", "gc", "--apply"],
      ["doctor", "--deep"]
    ]) {
      const { status, stderr } = study.run(...words)
      assert.strictEqual(status, 2, words.join(" "))
      assert.include(stderr, 'PIPELINE_VERIFY is "allways"; write read or always')
    }
  })
})
