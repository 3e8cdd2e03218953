/** What this machine has of each backend. What takes long to find out is remembered as long as all that decides it is as it was. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { release } from "node:os"
import { delimiter, join } from "node:path"
import { Effect } from "effect"
import { Reads } from "../document/Reads.ts"
import { SOFTWARE_VARIABLE } from "../plan/choose-device.ts"
import type { DeviceClass } from "../plan/device-class.ts"
import type { BackendState, MachineBackends } from "../plan/MachineBackends.ts"
import { memoFile, readMemo, writeMemo } from "../record/memo-file.ts"
import { isAsItWas, type Watched, watched } from "../record/Watched.ts"
import type { Backend } from "../stage/Compute.ts"
import { DRIVER_FILES, DRIVER_VARIABLES, driverVariables } from "./driver-variables.ts"
import { WASM_PACKAGE } from "./open-backend.ts"
import { INSTALL_TENSORFLOW, TENSORFLOW_PACKAGE } from "./open-tensorflow.ts"
import { DAWN_PACKAGE } from "./open-webgpu.ts"
import { type Probed, probeBackend } from "./probe-backend.ts"
import { packagePlaces, versionIn } from "./resolve-package.ts"

export interface MachineSettings {
  /** The module that `probe-process.ts` was built to. */
  readonly probeModule: URL
  /** A file of the program, whose packages are taken where the code of a stage has none. */
  readonly contract: string
  readonly environment: NodeJS.ProcessEnv
  /** Takes note of what the answers depend on. */
  readonly reads: Reads
  /** The store that remembers answers; none remembers nothing. */
  readonly store: string | undefined
}

/** What there is on this machine. */
export const machineBackends = (settings: MachineSettings): MachineBackends => {
  const machine = new Machine(settings)
  return (backend, source) => Effect.promise(() => machine.stateOf(backend, source))
}

/** Name and version of the memo's form. */
const MEMO = "backend/1"

/** Answers that are kept: those of a few environments. */
const MOST_KEPT = 16

interface BackendMemo extends Watched {
  readonly state: BackendState
}

class Machine {
  private readonly settings: MachineSettings
  private readonly known = new Map<string, Promise<BackendState>>()

  constructor(settings: MachineSettings) {
    this.settings = settings
  }

  async stateOf(backend: Backend, source: string): Promise<BackendState> {
    switch (backend) {
      case "cpu":
        return { _tag: "Here", device: "cpu", adapter: "the processor" }
      case "wasm":
        return this.findWasm(source)
      case "webgpu":
        return this.findWebgpu(source)
      case "tensorflow-gpu":
        return this.findTensorflow(source)
    }
  }

  private findWasm(source: string): BackendState {
    const folder = this.folderOf(WASM_PACKAGE, source)
    if (folder === undefined) return notInstalled("wasm", WASM_PACKAGE, `npm install ${WASM_PACKAGE}`)
    return { _tag: "Here", device: "wasm", adapter: `the processor, ${WASM_PACKAGE} ${versionIn(folder)}` }
  }

  private async findWebgpu(source: string): Promise<BackendState> {
    const folder = this.folderOf(DAWN_PACKAGE, source)
    if (folder === undefined) return notInstalled("webgpu", DAWN_PACKAGE, `npm install ${DAWN_PACKAGE}`)
    const real = await this.probed("webgpu", folder)
    const allowsSoftware = this.settings.reads.variable(SOFTWARE_VARIABLE, this.settings.environment) === "1"
    if (real._tag === "Here" || !allowsSoftware) return real
    return this.probed("webgpu-software", folder)
  }

  private async findTensorflow(source: string): Promise<BackendState> {
    const folder = this.folderOf(TENSORFLOW_PACKAGE, source)
    const install = `npm install ${TENSORFLOW_PACKAGE}@4.22.0 && ${INSTALL_TENSORFLOW}`
    if (folder === undefined) return notInstalled("tensorflow-gpu", TENSORFLOW_PACKAGE, install)
    const binary = this.nativePart(folder)
    if (binary === undefined) {
      const reason = `the native part of ${TENSORFLOW_PACKAGE} is not there, for npm does not fetch it`
      return { _tag: "Absent", device: "tensorflow-gpu", reason, advice: INSTALL_TENSORFLOW }
    }
    return this.probed("tensorflow-gpu", folder, binary)
  }

  /** The addon, in a folder by the version of Node's interface. */
  private nativePart(folder: string): string | undefined {
    const { reads } = this.settings
    const library = join(folder, "lib")
    reads.file(library)
    if (!existsSync(library)) return undefined
    const places = readdirSync(library).map((name) => join(library, name, "tfjs_binding.node"))
    for (const place of [...places, join(folder, "deps/lib")]) reads.file(place)
    return places.find((place) => existsSync(place))
  }

  /** The folder of a package; a copy that comes to lie before it is noticed later. */
  private folderOf(name: string, source: string): string | undefined {
    const { contract, reads } = this.settings
    for (const folder of packagePlaces(name, [source, contract])) {
      reads.file(join(folder, "package.json"))
      if (existsSync(join(folder, "package.json"))) return folder
    }
    return undefined
  }

  /** What a process of its own found, now or before, with the package in a folder. */
  private probed(device: DeviceClass, folder: string, ...files: ReadonlyArray<string>): Promise<BackendState> {
    const name = `${device} ${folder}`
    const known = this.known.get(name) ?? this.probe(device, folder, files)
    this.known.set(name, known)
    return known
  }

  private async probe(device: DeviceClass, folder: string, files: ReadonlyArray<string>): Promise<BackendState> {
    const { environment, probeModule, reads, store } = this.settings
    const description = join(folder, "package.json")
    const own = new Reads()
    for (const each of [reads, own]) {
      for (const path of [description, ...files, ...DRIVER_FILES, ...libraryFolders(environment)]) each.file(path)
      for (const name of DRIVER_VARIABLES) each.variable(name, environment)
    }
    const memo = store === undefined ? undefined : memoFile(store, "backend", wordsOf(this.settings, device, folder))
    const known = memo === undefined ? undefined : remembered(memo, environment)
    if (known !== undefined) return known
    const { isLasting, state } = await probeBackend(probeModule, { device, from: [description] }, environment)
    if (memo !== undefined && isLasting) remember(memo, own, state)
    return state
  }
}

/** Folders that change when a library comes or goes. */
const libraryFolders = ({ LD_LIBRARY_PATH = "" }: NodeJS.ProcessEnv): ReadonlyArray<string> =>
  LD_LIBRARY_PATH.split(delimiter).filter((folder) => folder !== "")

const notInstalled = (device: DeviceClass, name: string, advice: string): BackendState => ({
  _tag: "Absent",
  device,
  reason: `${name} is not installed`,
  advice
})

/** All that an answer depends on besides files and variables: a driver may be another after the machine was started anew. */
const wordsOf = (
  { environment, probeModule }: MachineSettings,
  device: DeviceClass,
  folder: string
): ReadonlyArray<string> => [
  ...[device, folder, probeModule.href, process.version, release(), bootId()],
  JSON.stringify(driverVariables(environment))
]

const bootId = (): string => {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()
  } catch {
    return ""
  }
}

const remembered = (file: string, environment: NodeJS.ProcessEnv): BackendState | undefined => {
  try {
    const memo = readMemo<BackendMemo>(file, MEMO)
    return memo !== undefined && isAsItWas(memo, environment) ? memo.state : undefined
  } catch {
    return undefined
  }
}

const remember = (file: string, reads: Reads, state: Probed["state"]): void => {
  try {
    const memo: BackendMemo = { ...watched(reads), state }
    writeMemo(file, MEMO, memo, MOST_KEPT)
  } catch {
    // A disk that takes no memo costs the next plan its time.
  }
}
