/** Puts the backend of the current attempt under TensorFlow.js, and takes it away again. */
import tf from "@tensorflow/tfjs"
import wasmBackend from "@tensorflow/tfjs-backend-wasm"
import webgpuBackend from "@tensorflow/tfjs-backend-webgpu"
import { Compute } from "athanor/stage"
import { Effect } from "effect"
import { BackendUnavailable } from "./BackendUnavailable.ts"
import { registerCpuKernels } from "./cpu/register.ts"
import { registerGradients } from "./gradients/register.ts"
import { orderTape } from "./gradients/tape.ts"
import { broadcastProduct } from "./kernels/broadcast-product.ts"
import { EINSUM } from "./kernels/einsum.ts"
import { replaceKernel } from "./kernels/replace-kernel.ts"
import { registerWasmKernels } from "./wasm/register.ts"
import { registerWebgpuKernels } from "./webgpu/register.ts"

type GpuParameters = ConstructorParameters<typeof webgpuBackend.WebGPUBackend>

/** A `GPUDevice`; TensorFlow.js knows an older draft of the standard, in which it does not tell what it is. */
type GpuDevice = GpuParameters[0] & { readonly adapterInfo: NonNullable<GpuParameters[1]> }

/** Names of the backends in TensorFlow.js. */
const NAMES: { readonly [B in Compute.Backend]: string } = {
  "tensorflow-gpu": "tensorflow",
  webgpu: "webgpu",
  wasm: "wasm",
  cpu: "cpu"
}

/**
 * Opens the backend that `Compute.Current` names, with kernels and gradients put right, and checks one product on it.
 *
 * The instance is new: no tensor of an earlier attempt in this process is on it.
 */
export const openBackend: Effect.Effect<Compute.Opened, BackendUnavailable> = Effect.gen(function* () {
  const opened = yield* Compute.Current
  const refuse = (cause: unknown): BackendUnavailable =>
    new BackendUnavailable({ backend: opened.backend, reason: cause instanceof Error ? cause.message : String(cause) })
  if (opened.isUndeclared) return yield* refuse(UNDECLARED)
  yield* Effect.try({ try: () => provide(opened), catch: refuse })
  yield* Effect.tryPromise({ try: () => start(NAMES[opened.backend]), catch: refuse })
  yield* Effect.try({ try: () => putRight(opened.backend), catch: refuse })
  const product = yield* Effect.tryPromise({ try: multiplyOnce, catch: refuse })
  if (product.join() === "7,10,15,22") return opened
  return yield* refuse(`a product of two matrices came out as ${product.join(", ")}`)
})

const UNDECLARED =
  'the stage type does not say that it computes on any: backends: ["tensorflow-gpu", "webgpu", "wasm", "cpu"], those that it can use'

/** Frees all that the backend holds. */
export const closeBackend = ({ backend }: Compute.Opened): Effect.Effect<void> =>
  Effect.sync(() => {
    const name = NAMES[backend]
    const factory = tf.findBackendFactory(name)
    tf.removeBackend(name)
    // TensorFlow.js forgets how to make a backend that was removed.
    tf.registerBackend(name, factory)
  })

/** Tells TensorFlow.js what the backend is made from. */
const provide = ({ backend, handle }: Compute.Opened): void => {
  // Without it the package recommends others of its family at each start.
  tf.enableProdMode()
  switch (backend) {
    case "wasm":
      wasmBackend.setWasmPaths(`${String(handle).replace(/[/\\]$/u, "")}/`)
      return
    case "webgpu": {
      const device = handle as GpuDevice
      if (tf.findBackendFactory("webgpu") !== null) tf.removeBackend("webgpu")
      tf.registerBackend("webgpu", () => new webgpuBackend.WebGPUBackend(device, device.adapterInfo))
      return
    }
    case "tensorflow-gpu":
      // The native package registers itself with the one TensorFlow.js of the process when it is loaded.
      if (tf.findBackendFactory("tensorflow") === null) throw new Error("the native package is not loaded")
      return
    case "cpu":
      return
  }
}

const start = async (name: string): Promise<void> => {
  if (!(await tf.setBackend(name))) throw new Error("it could not be started")
  await tf.ready()
}

const putRight = (backend: Compute.Backend): void => {
  orderTape()
  registerGradients()
  if (backend !== "tensorflow-gpu") replaceKernel(NAMES[backend], "Einsum", () => EINSUM)
  if (backend === "cpu") registerCpuKernels()
  if (backend === "cpu" || backend === "webgpu") replaceKernel(backend, "BatchMatMul", broadcastProduct)
  if (backend === "wasm") registerWasmKernels()
  if (backend === "webgpu") registerWebgpuKernels()
}

const multiplyOnce = async (): Promise<ReadonlyArray<number>> => {
  const product = tf.tidy(() => {
    const a = tf.tensor2d([1, 2, 3, 4], [2, 2])
    return tf.matMul(a, a)
  })
  const values = await product.data()
  product.dispose()
  return Array.from(values)
}
