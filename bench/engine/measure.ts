/** What a command costs: processor time of its whole tree, wall time, peak memory. */
import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"

export interface Cost {
  /** Seconds of the process and all that it waited for. */
  readonly cpu: number
  readonly wall: number
  /** MiB of the process at its peak; 0 where the system does not tell. */
  readonly memory: number
  readonly stdout: string
}

/** Ticks a second in /proc: the same on every Linux. */
const TICKS = 100

/** Processor seconds of children that have ended, with theirs. Linux only. */
const childSeconds = (): number => {
  const text = readFileSync("/proc/self/stat", "utf8")
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ")
  return (Number(fields[13]) + Number(fields[14])) / TICKS
}

const peakMiB = (pid: number): number => {
  try {
    return Number(/VmHWM:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

/** Runs a command in a folder; fails when it does. */
export const measure = (folder: string, command: string, args: ReadonlyArray<string>): Promise<Cost> =>
  new Promise((resolve, reject) => {
    const [cpu, start] = [childSeconds(), performance.now()]
    const child = spawn(command, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] })
    const texts = { stdout: "", stderr: "" }
    let memory = 0
    const poll = setInterval(() => {
      memory = Math.max(memory, peakMiB(child.pid ?? 0))
    }, 20)
    child.stdout.on("data", (part: Buffer) => {
      texts.stdout += part.toString()
    })
    child.stderr.on("data", (part: Buffer) => {
      texts.stderr = (texts.stderr + part.toString()).slice(-4000)
    })
    child.on("error", reject)
    child.on("close", (status) => {
      clearInterval(poll)
      if (status !== 0) reject(new Error(`${command} ${args.join(" ")} ended with ${status}: ${texts.stderr}`))
      else {
        const wall = (performance.now() - start) / 1000
        resolve({ cpu: childSeconds() - cpu, wall, memory, stdout: texts.stdout })
      }
    })
  })
