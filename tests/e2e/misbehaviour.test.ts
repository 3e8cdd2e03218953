/** Stages, readers and disks that do what they should not. */
import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { filesBelow } from "../files-below.ts"
import { COMMAND, makeProject, TINY } from "./project.ts"

/** A stage type with a `run` of these statements; `which` is its matrix value. */
const stage = (body: string): string => `import { Effect, Schema } from "effect"
import { StageType } from "athanor/stage"

const blob = new Uint8Array(6000)

export default StageType.make({
  name: "my/odd",
  summary: "Does what it should not",
  determinism: "bitwise",
  params: Schema.Struct({ which: Schema.Int }),
  inputs: {},
  outputs: { out: "Directory" },
  run: ({ params: { which } }): Effect.Effect<any, any> =>
    Effect.gen(function* () {
      ${body}
      return { out: { files: { "which.bin": blob, "which.txt": new Uint8Array([which]) } } }
    })
})
`

const PIPELINE = `name: odd
stages:
  odd:
    uses: ./odd.ts
    matrix: { which: [0, 1, 2] }
    with: { which: "\${{ matrix.which }}" }
`

const runOdd = (body: string) =>
  makeProject({ "odd.yaml": PIPELINE, "odd.ts": stage(body) }).run("run", "odd.yaml", "-k", "-j", "1")

describe("a stage", () => {
  it.each([
    [
      "an error of the language",
      'if (which === 1) return yield* Effect.fail(new RangeError("too far"))',
      /RangeError: too far/u
    ],
    ["a text", 'if (which === 1) return yield* Effect.fail("too hot")', /too hot/u],
    ["null", "if (which === 1) return yield* Effect.fail(null)", /null/u],
    [
      "a message that cannot be sent",
      'if (which === 1) return yield* Effect.fail({ _tag: "Odd", message: { deep: () => 1 } })',
      /Odd: /u
    ],
    ["an interruption", "if (which === 1) return yield* Effect.interrupt", /interrupted itself/u]
  ])("that fails with %s costs its own task alone", (_, body, words) => {
    const { status, stderr } = runOdd(body)
    assert.strictEqual(status, 1, stderr)
    assert.match(stderr, words)
    assert.match(stderr, /2 ran, 0 cached, 1 failed/u)
    assert.include(stderr, "odd@which=1")
  })

  it("that throws when its attempt is long over costs nothing", () => {
    const { status, stderr } = runOdd(
      'if (which === 0) setTimeout(() => { throw new Error("late") }, 20)\nyield* Effect.sleep(100 * which)'
    )
    assert.strictEqual(status, 0, stderr)
  })

  it("that returns bytes that it holds on to can return them again", () => {
    const { status, stderr } = runOdd("")
    assert.strictEqual(status, 0, stderr)
  })
})

/** Changes a byte of every object, keeping sizes. */
const damageObjects = (folder: string): number => {
  const objects = join(folder, "artifacts-cache/objects")
  const files = filesBelow(objects)
  for (const file of files) {
    const bytes = readFileSync(file)
    bytes[bytes.length >> 1]! ^= 1
    rmSync(file)
    writeFileSync(file, bytes)
  }
  return files.length
}

describe("a store in which bytes have changed", () => {
  it("mends itself: what is damaged is made again, and what needed it gets it", () => {
    const project = makeProject(TINY)
    project.edit("tiny.yaml", "n: 4", "n: 4000")
    project.run("run", "tiny.yaml")
    const expected = project.read("reports/tiny/total.json")
    assert.isAbove(damageObjects(project.folder), 2)
    const { status, stderr } = project.run("run", "tiny.yaml", "-f", "total")
    assert.strictEqual(status, 0, stderr)
    assert.strictEqual(project.read("reports/tiny/total.json"), expected)
    assert.isAbove(readdirSync(join(project.folder, "artifacts-cache/quarantine")).length, 0)
  })
})

describe("a reader that goes away", () => {
  it("does not end the run", () => {
    const project = makeProject(TINY)
    project.edit("tiny.yaml", "millis: 0", "millis: 30")
    const command = `'${process.execPath}' '${COMMAND}' run tiny.yaml 2>&1 | head -n 1`
    spawnSync("sh", ["-c", command], { cwd: project.folder })
    const { counts, outcome } = project.json("show", "latest", "--json") as { counts: object; outcome: string }
    assert.strictEqual(outcome, "success")
    assert.deepInclude(counts, { ran: 4, failed: 0 })
  })
})
