/** A child process with all that it starts: one group, which ends as a whole. */
import { type ChildProcess, spawn } from "node:child_process"
import { sampleUsage, type Usage } from "./process-usage.ts"

/** Milliseconds that a command has to stop by itself after SIGTERM. */
const PATIENCE = 3000

/** Milliseconds for what was printed to arrive when the process itself has ended. */
const LAST_WORDS = 500

/** Milliseconds until the first look at memory and processor time, and between later ones. */
const FIRST_LOOK = 50
const LOOK_INTERVAL = 1000

export interface ProcessSettings {
  readonly program: string
  readonly words: ReadonlyArray<string>
  readonly cwd: string
  readonly environment: { readonly [name: string]: string }
  readonly onOutput: (stream: "stdout" | "stderr", chunk: Uint8Array) => void
}

/** How a process ended. */
export type ProcessEnd =
  | { readonly _tag: "Exited"; readonly status: number; readonly usage: Usage }
  | { readonly _tag: "Killed"; readonly signal: string; readonly usage: Usage }
  /** It never ran. */
  | { readonly _tag: "NotStarted"; readonly code: string; readonly message: string }

const running = new Set<ChildProcess>()

// What outlives this program would go on unseen.
process.on("exit", () => {
  for (const child of running) signalGroup(child, "SIGKILL")
})

/** Starts a process. `onEnd` is called once, when it has ended and nothing of its group is left. */
export const startProcess = (
  settings: ProcessSettings,
  onEnd: (end: ProcessEnd) => void
): { readonly stop: () => void } => {
  const child = spawn(settings.program, settings.words, {
    cwd: settings.cwd,
    env: settings.environment,
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that a signal reaches everything that it starts.
    detached: true
  })
  let usage: Usage = { cpuMillis: 0, peakMemory: 0 }
  let timer: NodeJS.Timeout | undefined
  let killer: NodeJS.Timeout | undefined
  let isOver = false
  const finish = (end: ProcessEnd): void => {
    if (isOver) return
    isOver = true
    clearTimeout(timer)
    clearTimeout(killer)
    running.delete(child)
    onEnd(end)
  }
  if (child.pid === undefined) {
    child.once("error", (error) => {
      finish({ _tag: "NotStarted", code: "code" in error ? String(error.code) : "", message: error.message })
    })
    return { stop: () => {} }
  }
  const { pid } = child
  running.add(child)
  child.stdout.on("data", (chunk: Uint8Array) => settings.onOutput("stdout", chunk))
  child.stderr.on("data", (chunk: Uint8Array) => settings.onOutput("stderr", chunk))
  const look = (): void => {
    usage = sampleUsage(pid, usage)
    timer = setTimeout(look, LOOK_INTERVAL).unref()
  }
  timer = setTimeout(look, FIRST_LOOK).unref()
  child.once("exit", (status, signal) => {
    clearTimeout(timer)
    // What it left behind holds its pipes open, and would write into a folder that is being read.
    signalGroup(child, "SIGKILL")
    const end: ProcessEnd =
      status === null ? { _tag: "Killed", signal: signal ?? "a signal", usage } : { _tag: "Exited", status, usage }
    child.once("close", () => finish(end))
    // What has left the group may hold the pipes for ever.
    timer = setTimeout(() => {
      child.stdout.destroy()
      child.stderr.destroy()
      finish(end)
    }, LAST_WORDS)
  })
  const stop = (): void => {
    if (isOver) return
    signalGroup(child, "SIGTERM")
    killer = setTimeout(() => signalGroup(child, "SIGKILL"), PATIENCE)
  }
  return { stop }
}

const signalGroup = ({ pid }: ChildProcess, signal: NodeJS.Signals): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // Nothing of it is left.
  }
}
