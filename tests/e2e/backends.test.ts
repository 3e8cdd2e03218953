/** Stages that train: which backend they get, that it is part of their key, and what is refused. */
import { mkdirSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"
import { DRIVER_VARIABLES } from "../../core/compute/driver-variables.ts"
import { hasSwiftShader, swiftShaderVariables } from "../swiftshader.ts"
import { makeProject, type Project } from "./project.ts"

const MODULES = fileURLToPath(new URL("../../node_modules", import.meta.url))

/** Fits a line by gradient descent, on whatever backend it is given. */
const STAGE = `
import { Effect, Schema } from "effect"
import { Compute, Metric, StageType } from "athanor/stage"
import * as tf from "@tensorflow/tfjs"
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm"
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu"
import { variables } from "spy"

const register = ({ backend, handle }) => {
  if (backend === "wasm") setWasmPaths(handle)
  if (backend !== "webgpu") return
  if (tf.findBackendFactory("webgpu") !== null) tf.removeBackend("webgpu")
  tf.registerBackend("webgpu", () => new WebGPUBackend(handle))
}

const fit = async (opened, steps) => {
  register(opened)
  await tf.setBackend(opened.backend === "tensorflow-gpu" ? "tensorflow" : opened.backend)
  const x = tf.tensor1d([0, 1, 2, 3])
  const y = tf.tensor1d([1, 3, 5, 7])
  const [slope, offset] = [tf.variable(tf.scalar(0)), tf.variable(tf.scalar(0))]
  const optimiser = tf.train.sgd(0.1)
  for (let step = 0; step < steps; step++) {
    optimiser.minimize(() => tf.losses.meanSquaredError(y, x.mul(slope).add(offset)))
  }
  const [found] = await slope.data()
  return found
}

export default StageType.make({
  name: "lab/fit",
  summary: "Fits a line.",
  params: Schema.Struct({ steps: Schema.Int, refused: Schema.optionalKey(Schema.Boolean) }),
  inputs: {},
  outputs: { variables: "Json" },
  determinism: { tolerance: 1e-3 },
  backends: ["tensorflow-gpu", "webgpu", "wasm", "cpu"],
  run: ({ params: { refused = false, steps } }) =>
    Effect.gen(function* () {
      const opened = yield* Compute.Current
      if (refused) opened.handle.createShaderModule({ code: "no program" })
      yield* Metric.record("slope", yield* Effect.promise(() => fit(opened, steps)))
      return { variables: variables() }
    })
})
`

const pipeline = (...more: ReadonlyArray<string>): string =>
  ["name: lab", "stages:", "  fit:", "    uses: ./fit.js", ...more.map((line) => `    ${line}`)].join("\n")

const PLAIN = pipeline("with: { steps: 60 }")

/** Backends that every machine has, in one study. */
const SEVERAL = pipeline("with: { steps: 60 }", "matrix: { on: [wasm, cpu] }", "backend: ${{ matrix.on }}")

/** A project with packages of its own beside those that it links to; which backend is taken does not depend on the machine. */
const project = (text: string, env: NodeJS.ProcessEnv = {}): Project => {
  const made = makeProject(
    {
      "fit.js": STAGE,
      "lab.yaml": text,
      "package.json": "{}",
      "node_modules/spy/package.json":
        '{ "name": "spy", "version": "1.0.0", "type": "module", "exports": "./index.js" }',
      "node_modules/spy/index.js": "export const variables = () => Object.keys(process.env).sort()"
    },
    { PIPELINE_BACKEND: "wasm", ...env }
  )
  mkdirSync(join(made.folder, "node_modules/@tensorflow"))
  for (const name of ["tfjs", "tfjs-backend-wasm", "tfjs-backend-webgpu"]) {
    symlinkSync(join(MODULES, "@tensorflow", name), join(made.folder, "node_modules/@tensorflow", name))
  }
  return made
}

/** As a machine without a GPU looks: no driver is found where none is looked for. */
const NOWHERE = { VK_DRIVER_FILES: "/nowhere", VK_ICD_FILENAMES: "/nowhere" }

/** What comes of a stage that tells which variables it sees. */
const variablesIn = (lab: Project): ReadonlyArray<string> => {
  lab.run("get", "latest:fit.variables", "variables.json")
  return JSON.parse(lab.read("variables.json"))
}

interface Shown {
  readonly tasks: ReadonlyArray<{
    readonly task: string
    readonly status: string
    readonly key: string
    readonly device: string
    readonly adapter?: string
    readonly metrics: { readonly slope: number }
  }>
}

const shown = (lab: Project): Shown["tasks"] => (lab.json("show", "latest", "--json") as Shown).tasks

const succeed = (lab: Project, ...args: ReadonlyArray<string>): string => {
  const { status, stderr } = lab.run("run", "lab.yaml", ...args)
  assert.strictEqual(status, 0, stderr)
  return stderr
}

describe("stages that train", () => {
  it("have their backend in the key, and find their results again", () => {
    const lab = project(SEVERAL)
    succeed(lab)
    const tasks = shown(lab)
    assert.deepStrictEqual(
      tasks.map(({ device }) => device),
      ["wasm", "cpu"]
    )
    assert.strictEqual(new Set(tasks.map(({ key }) => key)).size, 2)
    for (const { metrics } of tasks) assert.closeTo(metrics.slope, 2, 1e-2)
    assert.match(succeed(lab), /0 ran, 2 cached/u)
    // The key is the same whether the file names the backend or the variable does.
    lab.write("lab.yaml", PLAIN)
    assert.match(succeed(lab), /0 ran, 1 cached/u)
    assert.strictEqual(shown(lab)[0]?.key, tasks[0]?.key)
  })

  it("are computed anew where another backend is asked for, and why says so", () => {
    const lab = project(PLAIN, { PLANTED_SECRET: "canary" })
    succeed(lab)
    assert.deepStrictEqual(variablesIn(lab), ["TZ"])
    assert.match(lab.run("run", "lab.yaml").stderr, /0 ran, 1 cached/u)
    // The same words: what is remembered of the run and of its plan holds no longer.
    const other = "export PIPELINE_BACKEND=cpu"
    assert.match(lab.runAfter(other, "plan", "lab.yaml").stdout, /run +fit .*device wasm→cpu/u)
    assert.match(
      lab.runAfter(other, "why", "lab.yaml", "fit").stdout,
      /device wasm→cpu[^\n]*the variable PIPELINE_BACKEND/u
    )
    // It is made again by the backend of its record.
    assert.match(lab.runAfter(other, "cache", "verify", "--rerun", "1").stdout, /1 made again: 1 equal/u)
    assert.match(lab.runAfter(other, "run", "lab.yaml").stderr, /1 ran, 0 cached/u)
    const ids = (lab.json("runs", "--json") as ReadonlyArray<{ readonly run: string }>).map(({ run }) => run)
    assert.match(lab.run("diff", ids.at(-1) ?? "", ids[0] ?? "").stdout, /^devices\n +A +B *\n +fit +wasm +cpu *$/mu)
    lab.write("lab.yaml", pipeline("with: { steps: 60 }", "backend: cpu"))
    assert.match(succeed(lab), /0 ran, 1 cached/u)
    lab.write("lab.yaml", pipeline("with: { steps: 61 }", "backend: wasm"))
    assert.match(lab.run("why", "lab.yaml", "fit").stdout, /device cpu→wasm[^\n]*lab\.yaml:6:14/u)
  })

  it("refuse what is not here, what they cannot use, and what is none, and nothing takes its place", () => {
    const lab = project(PLAIN, NOWHERE)
    const only = (...backends: ReadonlyArray<string>) => {
      lab.write("fit.js", STAGE.replace(/backends: .*/u, `backends: ${JSON.stringify(backends)},`))
    }
    for (const [backend, reason] of [
      ["webgpu", /lab\.yaml:3:3 +error +stage "fit": the backend webgpu is not here: no adapter was found/u],
      ["tensorflow-gpu", /the backend tensorflow-gpu is not here: .* is not installed[\s\S]*npm install/u],
      ["wsam", /lab\.yaml:4:11 .*PIPELINE_BACKEND: there is no backend "wsam"[\s\S]*did you mean "wasm"/u]
    ] as const) {
      const { status, stderr } = lab.runAfter(`export PIPELINE_BACKEND=${backend}`, "run", "lab.yaml")
      assert.strictEqual(status, 2)
      assert.match(stderr, reason)
    }
    only("cpu")
    assert.match(
      lab.run("run", "lab.yaml").stderr,
      /PIPELINE_BACKEND=wasm: lab\/fit cannot train on wasm, only on cpu/u
    )
    lab.write("lab.yaml", pipeline("with: { steps: 1 }", "backend: wasm"))
    assert.match(lab.run("validate", "lab.yaml").stderr, /lab\.yaml:6:14 .*lab\/fit cannot train on wasm, only on cpu/u)
    lab.write("lab.yaml", pipeline("with: { steps: 1 }", "backend: webgup"))
    assert.match(lab.run("validate", "lab.yaml").stderr, /lab\.yaml:6:14 .*no backend "webgup"[\s\S]*"webgpu"\?/u)
    only("gpu")
    lab.write("lab.yaml", PLAIN)
    assert.match(lab.run("validate", "lab.yaml").stderr, /lab\/fit says that it trains on "gpu": there is no backend/u)
  })

  it("take the fastest that is here, and another when that has come", () => {
    const lab = project(PLAIN, { ...NOWHERE, PIPELINE_BACKEND: "auto", PIPELINE_GPUS: "0" })
    succeed(lab)
    assert.strictEqual(shown(lab)[0]?.device, "wasm")
    assert.match(succeed(lab), /0 ran, 1 cached/u)
    for (const [file, text] of Object.entries(TENSORFLOW)) {
      lab.write(`node_modules/@tensorflow/tfjs-node-gpu/${file}`, text)
    }
    assert.match(succeed(lab), /1 ran, 0 cached/u)
    const [task] = shown(lab)
    assert.deepInclude(task, { device: "tensorflow-gpu", adapter: "TensorFlow 2.9.1 on CUDA" })
    assert.include(variablesIn(lab), "CUDA_VISIBLE_DEVICES")
    assert.match(lab.run("doctor").stdout, /tensorflow-gpu +TensorFlow 2\.9\.1 on CUDA; taken, the first that is here/u)
    lab.write(
      "lab.yaml",
      pipeline("with: { steps: 1 }", "matrix: { on: '${{ machine.backends }}' }", "backend: ${{ matrix.on }}")
    )
    const names = ["tensorflow-gpu", "wasm", "cpu"].map((on) => `fit@on=${on}`)
    const { tasks } = lab.json("plan", "lab.yaml", "--json") as Pick<Shown, "tasks">
    assert.deepStrictEqual(
      tasks.map(({ task }) => task),
      names
    )
  })
})

/** What the package of TensorFlow's own library looks like from outside; it computes by that of the processor. */
const TENSORFLOW = {
  "package.json": '{ "name": "@tensorflow/tfjs-node-gpu", "version": "4.22.0", "main": "index.js" }',
  "lib/napi-v8/tfjs_binding.node": "",
  "index.js": `
    const tf = require("@tensorflow/tfjs")
    if (require("node:util").isNullOrUndefined(null) !== true) throw new Error("Node has no isNullOrUndefined")
    const backend = tf.findBackend("cpu")
    Object.assign(backend, { isUsingGpuDevice: true, binding: { TF_Version: "2.9.1" } })
    tf.registerBackend("tensorflow", () => backend)
    tf.copyRegisteredKernels("cpu", "tensorflow")
  `
}

describe("a stage that trains on WebGPU", () => {
  it.runIf(hasSwiftShader)(
    "has a class of its own where a program is in the place of a GPU, and fails with its device",
    () => {
      const lab = project(PLAIN, { ...swiftShaderVariables(), PIPELINE_BACKEND: "auto", PLANTED_SECRET: "canary" })
      succeed(lab)
      const [task] = shown(lab)
      assert.strictEqual(task?.device, "webgpu-software")
      assert.match(task?.adapter ?? "", /SwiftShader/u)
      assert.closeTo(task?.metrics.slope ?? 0, 2, 1e-2)
      assert.match(succeed(lab), /0 ran, 1 cached/u)
      assert.match(lab.run("cache", "verify", "--rerun", "1").stdout, /1 made again: 1 equal/u)
      const without = lab.runAfter(
        "export VK_DRIVER_FILES=/none VK_ICD_FILENAMES=/none",
        "cache",
        "verify",
        "--rerun",
        "1"
      )
      assert.match(without.stdout, /skipped[\s\S]*webgpu-software is not available: no adapter was found/u)
      assert.match(lab.read("reports/lab/report.html"), /webgpu-software: [^<]*SwiftShader/u)
      const known: ReadonlyArray<string> = [...DRIVER_VARIABLES, "TF_FORCE_GPU_ALLOW_GROWTH", "TZ"]
      assert.deepStrictEqual(
        variablesIn(lab).filter((name) => !known.includes(name)),
        []
      )
      const called = lab.run("call", "./fit.js", "--with", '{"steps": 60}', "--json")
      assert.strictEqual(called.status, 0, called.stderr)
      assert.include(called.stdout, '"slope": 2.00')
      // What the device refuses although nobody waits for it.
      lab.write("lab.yaml", pipeline("with: { steps: 1, refused: true }", "backend: webgpu"))
      const { status, stderr } = lab.run("run", "lab.yaml")
      assert.strictEqual(status, 1)
      assert.match(stderr, /✗ fit {2}DeviceFailed: the GPU refused a command: Error while parsing WGSL/u)
    }
  )
})
