/** Opens WebGPU by Dawn: Vulkan, Metal or Direct3D 12. */

import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { BackendUnavailable } from "./BackendUnavailable.ts"
import type { OpenBackend } from "./OpenBackend.ts"
import { packageFolder, versionIn } from "./resolve-package.ts"

export const DAWN_PACKAGE = "webgpu"

type Dawn = Pick<typeof import("webgpu"), "create" | "globals">

/** Dawn crashes when what `create` gave is collected while anything made from it lives. */
const alive: Array<GPU> = []

/** Adapters that are programs, by what their drivers call themselves. */
const SOFTWARE = /llvmpipe|lavapipe|swiftshader|basic render|warp/iu

/** Limits that kernels of TensorFlow.js come up against: all that the adapter has is asked for. */
const LIMITS = [
  "maxBufferSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupsPerDimension",
  "maxComputeWorkgroupStorageSize",
  "maxStorageBufferBindingSize"
] as const

/** An adapter by its name, and whether it is a program. */
const describeAdapter = ({ info }: GPUAdapter): { readonly title: string; readonly isSoftware: boolean } => {
  const { architecture, description, device, isFallbackAdapter, vendor } = info
  const isSoftware = isFallbackAdapter || SOFTWARE.test(`${device} ${architecture} ${description}`)
  const name = [vendor, device].filter((word) => word !== "").join(" ") || "adapter without a name"
  return { title: description === "" ? name : `${name} (${description})`, isSoftware }
}

/** What an adapter needs that nobody has seen. */
const NEEDS = "it needs a GPU with its driver, and on Linux the loader of Vulkan (libvulkan1)"

/** The adapter of a class: a real one, or a program. */
const requestAdapter = async (gpu: GPU, isSoftware: boolean): Promise<GPUAdapter> => {
  const device = isSoftware ? "webgpu-software" : "webgpu"
  const adapter = await gpu.requestAdapter(
    isSoftware ? { forceFallbackAdapter: true } : { powerPreference: "high-performance" }
  )
  if (adapter === null) throw new BackendUnavailable({ device, reason: "no adapter was found", advice: NEEDS })
  const found = describeAdapter(adapter)
  if (found.isSoftware === isSoftware) return adapter
  throw new BackendUnavailable({
    device,
    reason: isSoftware
      ? `the adapter, ${found.title}, is no program`
      : `the only adapter, ${found.title}, is a program that does as if it were a GPU`,
    ...(isSoftware ? {} : { advice: "PIPELINE_SOFTWARE_GPU=1 takes it all the same" })
  })
}

/** Loads Dawn; what it gives lives as long as the process. */
const loadDawn = async (
  from: ReadonlyArray<string>
): Promise<{ readonly gpu: GPU; readonly dawn: Dawn; readonly version: string }> => {
  const folder = packageFolder(DAWN_PACKAGE, from)
  if (folder === undefined)
    throw new BackendUnavailable({
      device: "webgpu",
      reason: `${DAWN_PACKAGE} is not installed`,
      advice: `npm install ${DAWN_PACKAGE}`
    })
  const dawn: Dawn = await import(pathToFileURL(join(folder, "index.js")).href)
  const gpu = dawn.create([])
  alive.push(gpu)
  return { gpu, dawn, version: versionIn(folder) }
}

/** Opens the device, and puts what kernels look for among the globals where they look. */
export const openWebgpu = async (isSoftware: boolean, from: ReadonlyArray<string>): Promise<OpenBackend> => {
  const { gpu, dawn, version } = await loadDawn(from)
  const adapter = await requestAdapter(gpu, isSoftware)
  const device = await adapter.requestDevice({
    requiredFeatures: adapter.features.has("timestamp-query") ? ["timestamp-query"] : [],
    requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]]))
  })
  Object.assign(globalThis, dawn.globals)
  const navigator = { gpu, userAgent: "node" }
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true, writable: true })
  return {
    opened: {
      backend: "webgpu",
      adapter: `${describeAdapter(adapter).title}, ${DAWN_PACKAGE} ${version}`,
      handle: device
    },
    ...faultsOf(device)
  }
}

const faultsOf = (device: GPUDevice): Omit<OpenBackend, "opened"> => {
  const listeners = new Set<(fault: string) => void>()
  let first: string | undefined
  const tell = (fault: string): void => {
    first ??= fault
    for (const listener of listeners) listener(fault)
  }
  device.addEventListener("uncapturederror", (event) => {
    // Dawn prints what nobody has taken.
    event.preventDefault()
    tell(`the GPU refused a command: ${event.error.message.trim().replace(/\n\s*\n/gu, "\n")}`)
  })
  void device.lost.then(({ message, reason }) => tell(`the GPU was lost (${reason}): ${message}`))
  return {
    fault: () => first,
    watch: (onFault) => {
      listeners.add(onFault)
      return () => listeners.delete(onFault)
    },
    settled: () => device.queue.onSubmittedWorkDone().catch(() => {})
  }
}
