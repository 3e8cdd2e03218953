import { Effect, Result } from "effect"
import { assert, describe, it } from "vitest"
import { decode } from "../../../core/document/decode.ts"
import { Reads } from "../../../core/document/Reads.ts"
import { chooseDevice, placeTasks, trainingOf } from "../../../core/plan/choose-device.ts"
import type { DeviceClass } from "../../../core/plan/device-class.ts"
import type { BackendState, MachineBackends } from "../../../core/plan/MachineBackends.ts"
import type { PlanTask } from "../../../core/plan/Plan.ts"
import type { Backend } from "../../../core/stage/Compute.ts"
import type { StageType } from "../../../core/stage/StageType.ts"

const TYPE = { name: "lab/fit" }

const stageOf = (backend?: string) => {
  const line = backend === undefined ? "" : `, backend: ${backend}`
  const document = Result.getOrThrow(
    decode("p.yaml", `name: p\nparams: { on: wasm }\nstages: { fit: { uses: lab/fit${line} } }`)
  )
  const [stage] = document.stages
  if (stage === undefined) throw new Error("the document has no stage")
  return stage
}

const STAGE = () => ({ document: stageOf(), type: TYPE, code: { file: "/stages/fit.ts" } })

/** A machine with these devices, that counts how often it is asked. */
const machine = (...devices: ReadonlyArray<DeviceClass>) => {
  const asked: Array<Backend> = []
  const backends: MachineBackends = (backend) =>
    Effect.sync((): BackendState => {
      asked.push(backend)
      const device = devices.find((each) => each.startsWith(backend))
      return device === undefined
        ? { _tag: "Absent", device: backend, reason: "it is not" }
        : { _tag: "Here", device, adapter: "" }
    })
  return { asked, backends }
}

const ALL: ReadonlyArray<Backend> = ["cpu", "wasm", "webgpu", "tensorflow-gpu"]

const chosen = (
  { backends }: { readonly backends: MachineBackends },
  { env = {}, named, usable = ALL }: { env?: NodeJS.ProcessEnv; named?: Backend; usable?: ReadonlyArray<Backend> } = {}
) => Effect.runSync(chooseDevice(STAGE(), { usable, named }, { reads: new Reads(), environment: env, backends }))

const deviceIn = (choice: Result.Result<DeviceClass, unknown>): DeviceClass => Result.getOrThrow(choice)

describe("chooseDevice", () => {
  it("takes the fastest that is here and that the stage can use, and asks for no slower one", () => {
    const one = machine("webgpu", "wasm", "cpu")
    assert.strictEqual(deviceIn(chosen(one)), "webgpu")
    assert.deepStrictEqual(one.asked, ["tensorflow-gpu", "webgpu"])
    const other = machine("webgpu", "wasm", "cpu")
    assert.strictEqual(deviceIn(chosen(other, { usable: ["cpu", "wasm"] })), "wasm")
    assert.deepStrictEqual(other.asked, ["wasm"])
  })

  it("takes what is named whether it is here or not, the file before the variable, and does not look", () => {
    const nothing = machine()
    const env = { PIPELINE_BACKEND: "cpu" }
    assert.strictEqual(deviceIn(chosen(nothing, { env })), "cpu")
    assert.strictEqual(deviceIn(chosen(nothing, { env, named: "webgpu" })), "webgpu")
    assert.deepStrictEqual(nothing.asked, [])
  })

  it("looks of what class WebGPU is where a program may take the place of a GPU", () => {
    const env = { PIPELINE_SOFTWARE_GPU: "1" }
    assert.strictEqual(deviceIn(chosen(machine("webgpu-software"), { env, named: "webgpu" })), "webgpu-software")
    assert.strictEqual(deviceIn(chosen(machine("webgpu"), { env, named: "webgpu" })), "webgpu")
    assert.strictEqual(deviceIn(chosen(machine(), { env, named: "webgpu" })), "webgpu")
  })

  it("says why nothing is taken", () => {
    const choice = chosen(machine(), { usable: ["webgpu"] })
    const [complaint] = Result.isFailure(choice) ? choice.failure : []
    assert.strictEqual(complaint?.message, `stage "fit": nothing is here that lab/fit can train on`)
    assert.strictEqual(complaint?.hint, "webgpu: it is not")
  })

  it("notes the variables that it goes by", () => {
    const reads = new Reads()
    const { backends } = machine("wasm")
    Effect.runSync(chooseDevice(STAGE(), { usable: ALL, named: undefined }, { reads, environment: {}, backends }))
    assert.isTrue(reads.environment.has("PIPELINE_BACKEND"))
  })
})

describe("trainingOf", () => {
  const training = (
    backend: string | undefined,
    usable: ReadonlyArray<Backend> | undefined,
    determinism: StageType["determinism"] = { tolerance: 0.01 }
  ) => trainingOf(stageOf(backend), { ...TYPE, determinism }, usable, { params: { on: "wasm" } })

  it("is refused where the digits are promised to be the same everywhere", () => {
    for (const determinism of ["bitwise", "libm"] as const) {
      const found = training(undefined, ALL, determinism)
      const [complaint] = Result.isFailure(found) ? found.failure : []
      assert.strictEqual(complaint?.message, `stage "fit": lab/fit trains, and is declared "${determinism}"`)
      assert.include(complaint?.hint, "declare a tolerance")
      assert.isTrue(Result.isSuccess(training(undefined, undefined, determinism)))
    }
  })

  it("is what the file names, by an expression too, and auto is as if it named nothing", () => {
    assert.deepStrictEqual(
      training(`"\${{ params.on }}"`, ALL),
      Result.succeed({ training: { usable: ALL, named: "wasm" } })
    )
    assert.deepStrictEqual(training("auto", ALL), Result.succeed({ training: { usable: ALL, named: undefined } }))
    assert.deepStrictEqual(training(undefined, undefined), Result.succeed({}))
  })

  it.each([
    ["wasm", undefined, `stage "fit": lab/fit does not train, and takes no backend`],
    ["webgpu", ["wasm", "cpu"], `stage "fit": lab/fit cannot train on webgpu, only on wasm, cpu`],
    [`"\${{ params.on }}2"`, ALL, `stage "fit": there is no backend "wasm2"`],
    [undefined, ["gpu"], `stage "fit": lab/fit says that it trains on "gpu": there is no backend "gpu"`]
  ] as const)("refuses %s for %s", (backend, usable, message) => {
    const refused = training(backend, usable as ReadonlyArray<Backend> | undefined)
    assert.deepStrictEqual(Result.isFailure(refused) ? refused.failure.map((each) => each.message) : [], [message])
  })
})

describe("placeTasks", () => {
  const placed = (device: DeviceClass, gpu: number) => {
    const task = { resources: { cpu: 1, memory: 0, gpu } } as PlanTask
    const { backends } = machine(device)
    const tasks = [{ ...task, training: { usable: ALL, named: undefined } }, task]
    const surroundings = { reads: new Reads(), environment: {}, backends }
    return Result.getOrThrow(Effect.runSync(placeTasks(STAGE(), tasks, surroundings)))
  }

  it("leaves those as they are that do not train", () => {
    assert.deepStrictEqual(placed("wasm", 2)[1]?.resources, { cpu: 1, memory: 0, gpu: 2 })
  })

  it("has TensorFlow hold a GPU, WebGPU what is asked for, and the processor none", () => {
    const held = (device: DeviceClass, gpu: number) => placed(device, gpu)[0]?.resources.gpu
    assert.deepStrictEqual([held("tensorflow-gpu", 0), held("tensorflow-gpu", 2)], [1, 2])
    assert.deepStrictEqual([held("webgpu", 0), held("webgpu", 1)], [undefined, 1])
    assert.deepStrictEqual([held("wasm", 1), held("webgpu-software", 1)], [undefined, undefined])
  })
})
