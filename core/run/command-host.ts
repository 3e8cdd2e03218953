/**
 * Entry point of the process that starts commands: small, for a fork costs what its parent is big, and alive for a moment
 * longer than the orchestrator, so that no command outlives it.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, unlinkSync, writeSync } from "node:fs"
import { dirname } from "node:path"
import { createInterface } from "node:readline"
import { StringDecoder } from "node:string_decoder"
import { messageOf } from "../document/message-of.ts"
import { isGuarded } from "../fault/hooks.ts"
import { DoomedFolders } from "./DoomedFolders.ts"
import { EndedTimes } from "./EndedTimes.ts"
import { endStrays } from "./end-strays.ts"
import type { FromHost, ProcessEnd, ToHost } from "./host-protocol.ts"
import { sampleUsage, type Usage } from "./process-usage.ts"

/** Milliseconds that a command has to stop by itself after SIGTERM. */
const PATIENCE = 3000

/** Milliseconds between two looks at what the commands print. */
const INTERVAL = 100

/** Looks at what they print for each one at memory and processor time, after as many at which both were looked at. */
const LOOKS_A_SAMPLE = 10

/** Bytes that are read at a time: of more the first and the last half. */
const MOST_READ = 2 ** 20

/** Bytes after which a log begins anew: what it holds has been read. */
const LONGEST_LOG = 64 * 2 ** 20

/** Folders that one program removes: the words of a program have their bounds. */
const MOST_REMOVED = 1000

const send = (message: FromHost): void => {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`)
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at)
    } catch (cause) {
      // A pipe that is full for the moment; or nobody is there any more.
      if (!(cause instanceof Error && "code" in cause && cause.code === "EAGAIN")) return
    }
  }
}

class Running {
  private readonly id: number
  private readonly child: ChildProcess
  /** Of its environment, what only the processes of this attempt have. */
  private readonly mark: string
  private readonly log: number
  private readonly decoder = new StringDecoder("utf8")
  private position = 0
  private readonly startedAt = performance.now()
  private looks = 0
  private usage: Usage = { cpuMillis: 0, peakMemory: 0 }
  /** Bytes that it may take. */
  private readonly limit: number
  /** Whether it was ended for taking more. */
  private isTooBig = false
  private killer: NodeJS.Timeout | undefined

  constructor({ id, settings }: Extract<ToHost, { readonly _tag: "Start" }>) {
    this.id = id
    this.limit = settings.memory ?? Number.POSITIVE_INFINITY
    this.log = openSync(settings.log, "a+")
    // Whatever happens, nobody finds it there.
    if (settings.isSecret) unlinkSync(settings.log)
    const { CHECKPOINTS, TRACEPARENT } = settings.environment
    this.mark = `TRACEPARENT=${TRACEPARENT}`
    // An attempt whose orchestrator was killed may still have its moment to stop in: it would write there too.
    if (settings.mayMeetStrays) endStrays(`CHECKPOINTS=${CHECKPOINTS}`)
    this.child = spawn(settings.program, settings.words, {
      cwd: settings.cwd,
      env: settings.environment,
      stdio: ["ignore", this.log, this.log],
      // A group of its own, so that a signal reaches everything that it starts.
      detached: true
    })
    this.child.once("error", (error) => {
      if (this.child.pid !== undefined) return
      this.end({ _tag: "NotStarted", code: "code" in error ? String(error.code) : "", message: error.message })
    })
    this.child.once("exit", (status, signal) => {
      // What it left behind would write into a folder that is being read.
      this.signal("SIGKILL")
      endStrays(this.mark, this.child.pid)
      this.look()
      endedTimes.add(performance.now() - this.startedAt, (cpuMillis) => {
        const usage = { ...this.usage, cpuMillis: Math.max(this.usage.cpuMillis, cpuMillis) }
        if (this.isTooBig) this.end({ _tag: "OutOfMemory", used: usage.peakMemory, usage })
        else if (status === null) this.end({ _tag: "Killed", signal: signal ?? "a signal", usage })
        else this.end({ _tag: "Exited", status, usage })
      })
    })
  }

  /** Passes on what has been printed, and measures now and then. */
  look(): void {
    const { size } = fstatSync(this.log)
    const unread = size - this.position
    if (unread > 0) {
      const text = this.read(Math.min(unread, MOST_READ / 2))
      send({ _tag: "Output", id: this.id, skipped: 0, text })
      const skipped = Math.max(0, unread - MOST_READ)
      this.position += skipped
      if (unread > MOST_READ / 2) {
        send({ _tag: "Output", id: this.id, skipped, text: this.read(size - this.position) })
      }
    }
    if (size > LONGEST_LOG) {
      ftruncateSync(this.log, 0)
      this.position = 0
    }
    if (this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined) return
    const isDue = this.looks < LOOKS_A_SAMPLE || this.looks % LOOKS_A_SAMPLE === 0
    if (isDue || Number.isFinite(this.limit)) this.usage = sampleUsage(this.child.pid, this.usage)
    this.looks++
    if (this.usage.peakMemory <= this.limit) return
    this.isTooBig = true
    this.signal("SIGKILL")
  }

  private read(length: number): string {
    const bytes = Buffer.allocUnsafe(length)
    const count = readSync(this.log, bytes, 0, length, this.position)
    this.position += count
    return this.decoder.write(bytes.subarray(0, count))
  }

  stop(): void {
    this.signal("SIGTERM")
    this.killer ??= setTimeout(() => this.signal("SIGKILL"), PATIENCE)
  }

  private signal(signal: NodeJS.Signals): void {
    if (this.child.pid === undefined) return
    try {
      process.kill(-this.child.pid, signal)
    } catch {
      // Nothing of it is left.
    }
  }

  private end(end: ProcessEnd): void {
    clearTimeout(this.killer)
    closeSync(this.log)
    running.delete(this.id)
    send({ _tag: "Ended", id: this.id, end })
    if (running.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

const endedTimes = new EndedTimes()
const running = new Map<number, Running>()
let timer: NodeJS.Timeout | undefined

const start = (message: Extract<ToHost, { readonly _tag: "Start" }>): void => {
  try {
    running.set(message.id, new Running(message))
    timer ??= setInterval(() => {
      for (const one of running.values()) one.look()
    }, INTERVAL)
  } catch (cause) {
    const reason = messageOf(cause)
    send({ _tag: "Ended", id: message.id, end: { _tag: "NotStarted", code: "", message: reason } })
  }
}

/** A removal may wait for the disk: another program does it, for many folders at a time. */
const remove = async (folders: ReadonlyArray<string>): Promise<void> => {
  const removals: Array<Promise<void>> = []
  for (let from = 0; from < folders.length; from += MOST_REMOVED) {
    removals.push(removeTogether(folders.slice(from, from + MOST_REMOVED)))
  }
  await Promise.all(removals)
}

const removeTogether = (folders: ReadonlyArray<string>): Promise<void> =>
  new Promise((resolve) => {
    const startedAt = performance.now()
    const remover = spawn("/bin/rm", ["-rf", "--", ...folders], { stdio: "ignore", env: {} })
    remover.once("error", () => resolve())
    remover.once("exit", () => {
      endedTimes.add(performance.now() - startedAt, () => {})
      resolve()
    })
  })

/** Processes of the orchestrator that end with it. */
const guarded = new Set<number>()

const endGuarded = (): void => {
  if (!isGuarded("end-with-orchestrator")) return
  for (const pid of guarded) {
    try {
      process.kill(pid, "SIGKILL")
    } catch {
      // It has ended by itself.
    }
  }
}

const doomed = new DoomedFolders(remove)

const makeRoom = async (): Promise<void> => {
  await doomed.empty()
  send({ _tag: "RoomMade" })
}

const receive = (message: ToHost): void => {
  if (message._tag === "Start") {
    doomed.expect(dirname(message.settings.log))
    start(message)
  } else if (message._tag === "Stop") running.get(message.id)?.stop()
  else if (message._tag === "Guard") guarded.add(message.pid)
  else if (message._tag === "Release") guarded.delete(message.pid)
  else if (message._tag === "Remove") doomed.add(message.folder)
  else void makeRoom()
}

createInterface({ input: process.stdin })
  .on("line", (line) => receive(JSON.parse(line)))
  // The orchestrator has ended, in whatever way.
  .on("close", () => {
    void doomed.empty()
    endGuarded()
    for (const one of running.values()) one.stop()
  })
