/**
 * Worker processes: Node lets them read, and neither write, nor start programs, nor load native code, whatever a package
 * does. They see nothing of the orchestrator's environment.
 */
import { type ChildProcess, fork } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { driverVariables } from "../compute/driver-variables.ts"
import { faultVariables, isGuarded } from "../fault/hooks.ts"
import { type DeviceClass, isNative } from "../plan/device-class.ts"
import type { BlasLibrary } from "../plan/MachineBlas.ts"
import { messageFault, untrue } from "./AnswerCheck.ts"
import { AttemptTurns } from "./AttemptTurns.ts"
import type { CommandHost } from "./CommandHost.ts"
import { beyondLimit, outOfHeap } from "./out-of-memory.ts"
import { residentMemory } from "./process-usage.ts"
import type { OpenChannel, WorkerEnd } from "./WorkerChannel.ts"
import type { FromWorker, WorkerSettings } from "./worker-protocol.ts"

/** What attempts have to have in common to follow each other in one process. */
export interface ProcessTraits {
  /** Bytes that an attempt may take; `undefined` for no limit of its own. */
  readonly memory: number | undefined
  /** The native library that they use; `undefined` for none. */
  readonly blas: BlasLibrary | undefined
  /** What they train on; `undefined` where they do not train. */
  readonly device: DeviceClass | undefined
  /** Ids of the devices that it has for itself. */
  readonly devices: ReadonlyArray<string>
  /** Helper threads that are lent to them; only where the rules for stages have read all of their code. */
  readonly helpers: number
  /** Files and folders that it may read; nothing else of the disk. */
  readonly readable: ReadonlyArray<string>
}

/** Milliseconds between two looks at the memory of a process that has a limit. */
const INTERVAL = 50

/** MiB of heap that the program takes itself, on top of what an attempt may have. */
const OWN_HEAP = 64

/** Characters of what a process has printed that are kept: the engine tells there what it died of. */
const TAIL = 4096

/** Starts a process; `module` is what `worker-process.ts` was built to. */
export const processChannel =
  (module: URL, settings: WorkerSettings, traits: ProcessTraits, host: CommandHost): OpenChannel =>
  ({ onEnd, onGone, onMessage }) => {
    const child = fork(fileURLToPath(module), [JSON.stringify(settings)], {
      execArgv: [...flagsOf(traits)],
      env: environmentOf(traits),
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // Away from the terminal, whose signals are for the orchestrator.
      detached: true
    })
    // One that is in a loop hears nothing, not even that the orchestrator is dead.
    const release = child.pid === undefined ? () => {} : host.guard(child.pid)
    const printed = tailOf(child)
    const guard = new MemoryGuard(child, traits.memory)
    let isGone = false
    const end = (why: WorkerEnd): void => {
      if (!isGone) onGone()
      isGone = true
      release()
      guard.stop()
      onEnd(why)
    }
    child.on("message", (message: unknown) => {
      const fault = messageFault(message)
      if (fault !== undefined) {
        guard.end ??= untrue(fault)
        return void child.kill("SIGKILL")
      }
      const told = message as FromWorker
      if (told._tag === "Ready") guard.setOwn(told.memory)
      else onMessage(told)
    })
    child.once("error", ({ message }) =>
      end({ tag: "WorkerDied", message: `its process cannot be started: ${message}`, detail: "" })
    )
    // All that it has said is read then.
    child.once("close", (status, signal) => end(guard.end ?? endOf(status, signal, printed(), traits.memory)))
    return {
      isTrusted: false,
      ref: () => keepAlive(child, true),
      unref: () => keepAlive(child, false),
      post: (message) => {
        if (message._tag !== "Run") return void send(child, message)
        // Nothing is shared with a process: what it has been given it has begun.
        const turns = new AttemptTurns(message.turns)
        for (const position of message.attempts.keys()) turns.begin(position)
        send(child, { ...message, turns: new Int32Array(message.attempts.length) })
      },
      terminate: () =>
        new Promise((resolve) => {
          if (isGone || child.pid === undefined) return resolve()
          child.once("close", () => resolve())
          child.kill("SIGKILL")
        })
    }
  }

/** One that has ended hears nothing; that it has ended is told by its end. */
const send = (child: ChildProcess, message: object): void => {
  if (child.connected) child.send(message, () => {})
}

const keepAlive = (child: ChildProcess, isNeeded: boolean): void => {
  const parts = [child, child.channel, child.stderr as { ref?: () => void; unref?: () => void } | null]
  for (const part of parts) (isNeeded ? part?.ref : part?.unref)?.call(part)
}

/** Whether native code drives something for it. */
const hasDriver = ({ blas, device, devices }: ProcessTraits): boolean =>
  blas !== undefined || devices.length > 0 || (device !== undefined && isNative(device))

const flagsOf = (traits: ProcessTraits): ReadonlyArray<string> => [
  ...(isGuarded("process-permission") ? ["--permission", ...allowedOf(traits.readable)] : []),
  "--disable-sigusr1",
  // It asks nobody whether it may write.
  "--no-experimental-sqlite",
  // A device is driven by native code.
  ...(hasDriver(traits) ? ["--allow-addons"] : []),
  ...(traits.helpers === 0 ? [] : ["--allow-worker"]),
  ...(traits.memory === undefined ? [] : [`--max-old-space-size=${Math.ceil(traits.memory / 2 ** 20) + OWN_HEAP}`]),
  "--no-warnings"
]

/** Node takes a path where nothing lies yet for a file: a folder that is made later needs its star. */
const allowedOf = (readable: ReadonlyArray<string>): ReadonlyArray<string> =>
  (isGuarded("limit-reading") ? readable.flatMap((path) => [path, join(path, "*")]) : ["*"]).map(
    (path) => `--allow-fs-read=${path}`
  )

/** The same everywhere, but for what leads to the devices and their libraries. */
const environmentOf = (traits: ProcessTraits): NodeJS.ProcessEnv => {
  const common = { ...faultVariables, TZ: "UTC" }
  if (!hasDriver(traits)) return common
  const { blas, devices } = traits
  return {
    ...common,
    ...driverVariables(process.env),
    // Otherwise it takes all memory of a device.
    TF_FORCE_GPU_ALLOW_GROWTH: "true",
    ...(blas === undefined ? {} : ONE_THREAD),
    ...(devices.length === 0 ? {} : { CUDA_VISIBLE_DEVICES: devices.join(",") })
  }
}

/** Libraries start their threads when they are loaded; with several, the bits would depend on how many. */
const ONE_THREAD = {
  BLIS_NUM_THREADS: "1",
  MKL_NUM_THREADS: "1",
  OMP_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
  VECLIB_MAXIMUM_THREADS: "1"
}

/** Reads what a process prints on standard error; gives the last of it. */
const tailOf = ({ stderr }: ChildProcess): (() => string) => {
  let tail = ""
  stderr?.setEncoding("utf8").on("data", (text: string) => {
    tail = (tail + text).slice(-TAIL)
  })
  return () => tail
}

const endOf = (
  status: number | null,
  signal: NodeJS.Signals | null,
  printed: string,
  limit: number | undefined
): WorkerEnd => {
  if (printed.includes("JavaScript heap out of memory")) return limit === undefined ? outOfHeap() : beyondLimit(limit)
  const how = signal === null ? `ended with code ${status}` : `was ended by ${signal}`
  const perhaps = signal === "SIGKILL" ? "; the system does that to programs when memory runs short" : ""
  const error = /^(?:\w*Error\b|FATAL ERROR).*/mu.exec(printed)?.[0]
  const said = error === undefined ? "" : `: ${error}`
  return { tag: "WorkerDied", message: `the process of the attempt ${how}${perhaps}${said}`, detail: printed }
}

/** Holds a process to its limit: heap and everything else together, as the system counts it. */
class MemoryGuard {
  /** Why the process was ended, if it was ended here. */
  end: WorkerEnd | undefined
  private readonly timer: NodeJS.Timeout | undefined
  /** Bytes that it has before any attempt. */
  private own: number | undefined

  constructor({ pid }: ChildProcess, limit: number | undefined) {
    if (limit === undefined || pid === undefined || !isGuarded("memory-limit")) return
    this.timer = setInterval(() => {
      const used = residentMemory(pid) - (this.own ?? Number.POSITIVE_INFINITY)
      if (used <= limit) return
      this.end ??= beyondLimit(limit, used)
      process.kill(pid, "SIGKILL")
    }, INTERVAL).unref()
  }

  /** Only what it says first is heard, before it has loaded any package. */
  setOwn(bytes: number): void {
    this.own ??= bytes
  }

  stop(): void {
    clearInterval(this.timer)
  }
}
