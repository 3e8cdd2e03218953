import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { pathToFileURL } from "node:url"
import { Effect } from "effect"
import { assert, describe, it, onTestFinished } from "vitest"
import { machineBackends } from "../../../core/compute/machine-backends.ts"
import { Reads } from "../../../core/document/Reads.ts"
import type { Backend } from "../../../core/stage/Compute.ts"

/** A process that says what it is told in a file, and notes that it was asked. */
const PROBE = (folder: string): string => `
import { appendFileSync, readFileSync } from "node:fs"
appendFileSync(${JSON.stringify(join(folder, "asked"))}, process.argv[2] + "\\n")
const answer = readFileSync(${JSON.stringify(join(folder, "answer"))}, "utf8")
if (answer === "crash") process.kill(process.pid, "SIGSEGV")
else process.send(JSON.parse(answer))
`

/** Milliseconds after which a file tells of every later change. */
const SETTLED = 100

/** A machine that has a driver for WebGPU, as its probe says; everything in a folder of its own. */
const machineWith = async (answer: object | "crash") => {
  const folder = mkdtempSync(join(tmpdir(), "athanor-machine-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const write = (file: string, text: string): void => {
    mkdirSync(join(folder, file, ".."), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  write("probe.mjs", PROBE(folder))
  write("node_modules/webgpu/package.json", '{ "version": "1.0.0" }')
  const say = (said: object | "crash"): void => write("answer", said === "crash" ? said : JSON.stringify(said))
  say(answer)
  await pause(SETTLED)
  const ask = (backend: Backend, environment: NodeJS.ProcessEnv = {}, reads = new Reads()) =>
    Effect.runPromise(
      machineBackends({
        probeModule: pathToFileURL(join(folder, "probe.mjs")),
        contract: join(folder, "elsewhere/contract.ts"),
        store: join(folder, "store"),
        environment,
        reads
      })(backend, join(folder, "stage.ts"))
    )
  const asked = (): number =>
    existsSync(join(folder, "asked")) ? readFileSync(join(folder, "asked"), "utf8").trim().split("\n").length : 0
  return { folder, write, say, ask, asked }
}

const HERE = { _tag: "Here", device: "webgpu", adapter: "a GPU" } as const

const ABSENT = { _tag: "Absent", device: "webgpu", reason: "no adapter was found" } as const

describe("machineBackends", () => {
  it("has a processor, and knows without looking where packages are missing", async () => {
    const { ask, asked } = await machineWith(HERE)
    assert.strictEqual((await ask("cpu"))._tag, "Here")
    assert.deepInclude(await ask("tensorflow-gpu"), {
      _tag: "Absent",
      reason: "@tensorflow/tfjs-node-gpu is not installed"
    })
    assert.deepInclude(await ask("wasm"), { _tag: "Absent", reason: "@tensorflow/tfjs-backend-wasm is not installed" })
    assert.strictEqual(asked(), 0)
  })

  it("says what to do where the native part of TensorFlow is missing", async () => {
    const { ask, write } = await machineWith(HERE)
    write("node_modules/@tensorflow/tfjs-node-gpu/package.json", "{}")
    const state = await ask("tensorflow-gpu")
    assert.match(state._tag === "Absent" ? (state.advice ?? "") : "", /^npm explore .* npm run install$/u)
  })

  it("remembers what it found, as long as variables and packages are the same", async () => {
    const { ask, asked, say, write } = await machineWith(HERE)
    assert.deepStrictEqual(await ask("webgpu"), HERE)
    say(ABSENT)
    assert.deepStrictEqual(await ask("webgpu"), HERE)
    assert.strictEqual(asked(), 1)
    assert.deepStrictEqual(await ask("webgpu", { VK_ICD_FILENAMES: "/nowhere" }), ABSENT)
    assert.strictEqual(asked(), 2)
    write("node_modules/webgpu/package.json", '{ "version": "1.0.10" }')
    assert.deepStrictEqual(await ask("webgpu"), ABSENT)
  })

  it("looks again after a driver has crashed", async () => {
    const { ask, say } = await machineWith("crash")
    assert.deepInclude(await ask("webgpu"), {
      _tag: "Absent",
      reason: "its driver ended the process that looked for it (SIGSEGV)"
    })
    say(HERE)
    assert.deepStrictEqual(await ask("webgpu"), HERE)
  })

  it("takes a program in place of a GPU only when it may, and only where there is none", async () => {
    const { ask, asked } = await machineWith(ABSENT)
    assert.deepStrictEqual(await ask("webgpu"), ABSENT)
    assert.strictEqual(asked(), 1)
    await ask("webgpu", { PIPELINE_SOFTWARE_GPU: "1" })
    // The second question is for the program.
    assert.strictEqual(asked(), 2)
  })

  it("notes all that its answer depends on", async () => {
    const { ask, folder } = await machineWith(HERE)
    const reads = new Reads()
    await ask("webgpu", { LD_LIBRARY_PATH: folder }, reads)
    assert.isTrue(reads.files.has(join(folder, "node_modules/webgpu/package.json")))
    assert.isTrue(reads.files.has(folder))
    assert.isTrue(reads.files.has("/dev/dri"))
    assert.isTrue(reads.environment.has("VK_ICD_FILENAMES"))
  })
})
