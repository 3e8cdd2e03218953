/** Devices and tokens, from the words on the command line to what a stage sees. */
import { assert, describe, it } from "vitest"
import { makeProject } from "./project.ts"

const STAGE = `import { Effect, Schema } from "effect"
import { Device, StageType } from "athanor/stage"

export default StageType.make({
  name: "my/look",
  summary: "Says where it runs",
  determinism: "bitwise",
  params: Schema.Struct({ n: Schema.Int }),
  inputs: {},
  outputs: { out: "Json" },
  resources: () => ({ gpu: 1 }),
  run: () => Effect.map(Device.Assigned, (devices) => ({ out: [...devices] }))
})
`

const FILE = `name: looks
limits: { seat: 1 }
stages:
  look:
    uses: ./look.ts
    matrix: { n: [1, 2] }
    with: { n: "\${{ matrix.n }}" }
    resources: { tokens: { seat: 1 } }
`

const project = (env: NodeJS.ProcessEnv = { CUDA_VISIBLE_DEVICES: "" }) =>
  makeProject({ "look.ts": STAGE, "looks.yaml": FILE }, env)

describe("devices", () => {
  it("are given on the command line or by a variable, and reach the stage", () => {
    const { run, read } = project({ PIPELINE_GPUS: "5" })
    assert.strictEqual(run("run", "looks.yaml", "--gpus", "GPU-3", "look@n=1").status, 0)
    assert.strictEqual(run("run", "looks.yaml").status, 0)
    const outputs = [1, 2].map((n) => {
      run("get", `latest:look@n=${n}.out`, `${n}.json`)
      return JSON.parse(read(`${n}.json`))
    })
    assert.deepStrictEqual(outputs, [["GPU-3"], ["5"]])
  })

  it("that are not there fail the task, with the way to declare them; what is cached needs none", () => {
    const { run } = project()
    const { status, stderr } = run("run", "looks.yaml")
    assert.strictEqual(status, 1)
    assert.include(stderr, "it asks for 1 gpu, and the machine offers none: say which it has with --gpus 0,1")
    assert.strictEqual(run("run", "looks.yaml", "--gpus", "0").status, 0)
    assert.strictEqual(run("run", "looks.yaml", "--gpus", "none").status, 0)
  })
})

describe("a command", () => {
  it("sees the devices that it has for itself, and nothing of them when it has none", () => {
    const text = `name: commands
stages:
  with: { uses: command, shell: true, run: 'echo "\\"$CUDA_VISIBLE_DEVICES\\"" >o.json', resources: { gpu: 2 }, outputs: { o: { path: o.json, kind: Json } } }
  without: { uses: command, shell: true, run: 'echo "\\"\${CUDA_VISIBLE_DEVICES-unset}\\"" >o.json', outputs: { o: { path: o.json, kind: Json } } }
`
    const { run, read } = makeProject({ "commands.yaml": text }, { CUDA_VISIBLE_DEVICES: "9" })
    assert.strictEqual(run("run", "commands.yaml", "--gpus", "4,6,7").status, 0)
    const outputs = ["with", "without"].map((stage) => {
      run("get", `latest:${stage}.o`, `${stage}.json`)
      return JSON.parse(read(`${stage}.json`))
    })
    assert.deepStrictEqual(outputs, ["4,6", "unset"])
  })
})

describe("--limit", () => {
  it.each([
    ["sead=2", '--limit: the pipeline has no limit "sead"; did you mean "seat"?'],
    ["seat=many", "--limit seat=many: expected a whole number, as in seat=2"]
  ])("refuses %s", (limit, words) => {
    const { status, stderr } = project().run("run", "looks.yaml", "--gpus", "0", "--limit", limit)
    assert.strictEqual(status, 2)
    assert.include(stderr, words)
  })

  it("offers fewer than the file, down to none", () => {
    const { status, stderr } = project().run("run", "looks.yaml", "--gpus", "0", "--limit", "seat=0")
    assert.strictEqual(status, 1)
    assert.include(stderr, 'it asks for 1 of "seat", and there are 0')
  })
})
