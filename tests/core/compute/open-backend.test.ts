import { assert, describe, it } from "vitest"
import { BackendUnavailable } from "../../../core/compute/BackendUnavailable.ts"
import { openBackend } from "../../../core/compute/open-backend.ts"
import { hasSwiftShader, loadSwiftShader } from "../../swiftshader.ts"

const HERE = [import.meta.filename]

describe("openBackend", () => {
  it("opens the processor without anything", async () => {
    assert.deepStrictEqual((await openBackend("cpu", [])).opened, { backend: "cpu", adapter: "", handle: undefined })
  })

  it("gives the folder of the wasm files, as TensorFlow.js wants it", async () => {
    const { opened } = await openBackend("wasm", HERE)
    assert.strictEqual(opened.backend, "wasm")
    assert.match(String(opened.handle), /tfjs-backend-wasm\/dist\/$/u)
  })

  it("says what is missing where a package is not installed", async () => {
    const failure = await openBackend("tensorflow-gpu", HERE).catch((error: unknown) => error)
    assert.instanceOf(failure, BackendUnavailable)
    assert.match(
      String(failure),
      /tensorflow-gpu is not available: @tensorflow\/tfjs-node-gpu is not installed; npm install/u
    )
  })

  it.runIf(hasSwiftShader)("opens a software adapter, and tells what the device refuses", async () => {
    loadSwiftShader()
    const { opened, watch } = await openBackend("webgpu-software", HERE)
    assert.strictEqual(opened.backend, "webgpu")
    assert.match(opened.adapter, /SwiftShader/u)
    const device = opened.handle as GPUDevice
    const fault = new Promise<string>((resolve) => watch(resolve))
    device.createShaderModule({ code: "no program" })
    assert.match(await fault, /^the GPU refused a command: /u)
  })
})
