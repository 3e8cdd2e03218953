/** What a command costs: processor time of its whole tree, wall time, peak memory. Needs bash; GNU time for memory. */
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export interface Command {
  readonly program: string
  readonly args: ReadonlyArray<string>
  readonly env?: { readonly [name: string]: string }
}

export interface Cost {
  /** Seconds of the process and all that it waited for. */
  readonly cpu: number
  readonly wall: number
  /** MiB of the largest process of the tree at its peak; `undefined` where nothing tells. */
  readonly memory: number | undefined
  readonly stdout: string
}

const GNU_TIME = "/usr/bin/time"
const hasGnuTime = existsSync(GNU_TIME)

/**
 * Bash's `time` asks the kernel what its child and the children of that one used, to the millisecond; Node has no such
 * call for children. What it prints goes to descriptor 3.
 */
const SCRIPT = `TIMEFORMAT="%3U %3S %3R"; { time "$@" 2>&4; } 4>&2 2>&3`

/** Runs a command in a folder; fails when it does. */
export const measure = (folder: string, { program, args, env }: Command): Promise<Cost> => {
  const own = mkdtempSync(join(tmpdir(), "athanor-cost-"))
  const memoryFile = join(own, "memory")
  const measured = hasGnuTime ? [GNU_TIME, "-f", "%M", "-o", memoryFile, program, ...args] : [program, ...args]
  return new Promise<Cost>((resolve, reject) => {
    const child = spawn("bash", ["-c", SCRIPT, "bash", ...measured], {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe", "pipe"]
    })
    const texts = ["", "", "", ""]
    for (const descriptor of [1, 2, 3]) {
      child.stdio[descriptor]?.on("data", (part: Buffer) => {
        const kept = (texts[descriptor] ?? "") + part.toString()
        // What went wrong stands at the end; answers are needed whole.
        texts[descriptor] = descriptor === 2 ? kept.slice(-4000) : kept
      })
    }
    child.on("error", reject)
    child.on("close", (status) => {
      const [, stdout = "", stderr = "", times = ""] = texts
      if (status !== 0) {
        reject(
          new Error(`${program} ${args.join(" ").slice(0, 200)} ended with ${status}: ${stderr}${stdout.slice(-2000)}`)
        )
        return
      }
      const [user = Number.NaN, system = Number.NaN, wall = Number.NaN] = times.trim().split(" ").map(Number)
      const memory = hasGnuTime ? Number(readFileSync(memoryFile, "utf8").trim().split("\n").at(-1)) / 1024 : undefined
      resolve({ cpu: user + system, wall, memory, stdout })
    })
  }).finally(() => rmSync(own, { recursive: true, force: true }))
}

/** The cheapest of several runs, by processor time. */
export const best = async (count: number, run: () => Promise<Cost>): Promise<Cost> => {
  let least = await run()
  for (let round = 1; round < count; round++) {
    const cost = await run()
    if (cost.cpu < least.cpu) least = cost
  }
  return least
}
