/** Processes that are started, watched and killed. Which processes descend from one is read from Linux's `/proc`. */
import { type ChildProcess, spawn } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"

/** How a process ended. */
export interface Ending {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ending>
}

/** Starts a module with Node. */
export const start = (
  module: string,
  args: ReadonlyArray<string>,
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }
): Started => {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", module, ...args], { cwd, env })
  let [stdout, stderr] = ["", ""]
  child.stdout.on("data", (data: Buffer) => {
    stdout += data
  })
  child.stderr.on("data", (data: Buffer) => {
    stderr += data
  })
  // What a process leaves running may hold its pipes: its own end is what counts.
  const ended = new Promise<Ending>((resolve) => {
    child.once("exit", (status, signal) => setImmediate(() => resolve({ status, signal, stdout, stderr })))
  })
  return { child, ended }
}

/** Processes that descend from this one, in no order; none where there is no `/proc`. */
export const descendantsOf = (pid: number): ReadonlyArray<number> => {
  const children = new Map<number, Array<number>>()
  for (const name of readable(() => readdirSync("/proc")) ?? []) {
    if (!/^\d+$/u.test(name)) continue
    const stat = readable(() => readFileSync(`/proc/${name}/stat`, "utf8"))
    // The name of the program stands in parentheses, and may hold any character.
    const parent = Number(stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[1])
    children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const found: Array<number> = []
  for (let next = [...(children.get(pid) ?? [])]; next.length > 0; ) {
    found.push(...next)
    next = next.flatMap((each) => children.get(each) ?? [])
  }
  return found
}

/** Kills a process; whether it was there. */
export const kill = (pid: number | undefined): boolean => {
  if (pid === undefined) return false
  return readable(() => process.kill(pid, "SIGKILL")) === true
}

const readable = <A>(read: () => A): A | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}
