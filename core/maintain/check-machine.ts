/** What this machine and its Node offer to runs. */
import { existsSync, readFileSync } from "node:fs"
import { cpus, totalmem } from "node:os"
import { dirname, join } from "node:path"
import manifest from "../../package.json" with { type: "json" }
import { describeBytes } from "../codec/describe.ts"
import { offeredDevices } from "../run/Devices.ts"
import { cores, type HostShape, memory } from "../run/Host.ts"
import { type CheckupLine, good, warning } from "./Checkup.ts"

/** Versions, cores, memory, devices, limits of the process, and the lock file of packages. */
export const checkMachine = (host: HostShape, folder: string, env: NodeJS.ProcessEnv): ReadonlyArray<CheckupLine> => [
  good(
    "versions",
    `Athanor ${host.version} on Node ${process.versions.node}, needed ${manifest.engines.node} (${process.execPath})`
  ),
  good("platform", `${process.platform}-${process.arch}, ${cpus()[0]?.model.trim() ?? "unknown processor"}`),
  coresLine(cpus().length),
  memoryLine(totalmem()),
  devicesLine(env),
  ...limitLines(readIfThere("/proc/self/limits")),
  ...lockFileLines(folder)
]

const coresLine = (all: number): CheckupLine =>
  good("cores", cores < all ? `${cores} of ${all}, as the container or the affinity allows` : `${cores}`)

const memoryLine = (all: number): CheckupLine => {
  const constrained = process.constrainedMemory()
  const limit = constrained > 0 && constrained < all ? `; the container may have ${describeBytes(constrained)}` : ""
  return good("memory", `${describeBytes(all)}${limit}: tasks get ${describeBytes(memory)}`)
}

const devicesLine = (env: NodeJS.ProcessEnv): CheckupLine => {
  const devices = offeredDevices(undefined, env)
  const from = ["PIPELINE_GPUS", "CUDA_VISIBLE_DEVICES"].find((name) => env[name] !== undefined)
  const source = from === undefined ? "" : `, by ${from}`
  return good("devices", devices.length === 0 ? `none${source}` : `${devices.join(", ")}${source}`)
}

/** Open files that a run with many threads and segments may need. */
const FEW_FILES = 1024

/** The limits of a process, from the text in which Linux lists them; none elsewhere. */
export const limitLines = (text: string | undefined): ReadonlyArray<CheckupLine> => {
  const soft = (name: string): number | undefined => {
    const found = new RegExp(`^${name}\\s+(\\S+)`, "mu").exec(text ?? "")?.[1]
    return found === undefined ? undefined : found === "unlimited" ? Number.POSITIVE_INFINITY : Number(found)
  }
  const [files, size] = [soft("Max open files"), soft("Max file size")]
  if (files === undefined || size === undefined) return []
  const fact = `${Number.isFinite(files) ? files : "any number of"} open files, of ${Number.isFinite(size) ? `at most ${describeBytes(size)}` : "any size"}`
  if (Number.isFinite(size)) {
    return [warning("limits", fact, "a larger artifact fails: raise the limit, `ulimit -f unlimited`")]
  }
  if (files < FEW_FILES)
    return [warning("limits", fact, `a long run may need more: raise the limit, \`ulimit -n 4096\``)]
  return [good("limits", fact)]
}

/** Packages enter keys by what npm wrote down about them. */
const lockFileLines = (folder: string): ReadonlyArray<CheckupLine> => {
  const root = nearestWith("package.json", folder)
  if (root === undefined) return []
  if (existsSync(join(root, "package-lock.json"))) return [good("packages", join(root, "package-lock.json"))]
  return [
    warning(
      "packages",
      `${root} has no package-lock.json: packages enter keys by the content of their files, which is slow`,
      "run `npm install` there"
    )
  ]
}

const nearestWith = (name: string, folder: string): string | undefined => {
  if (existsSync(join(folder, name))) return folder
  return dirname(folder) === folder ? undefined : nearestWith(name, dirname(folder))
}

const readIfThere = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return undefined
  }
}
