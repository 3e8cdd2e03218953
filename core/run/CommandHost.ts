/** The process that starts commands, as the orchestrator sees it; started with the first of them. */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { faultVariables } from "../fault/hooks.ts"
import type { FromHost, ProcessEnd, ProcessSettings, ToHost } from "./host-protocol.ts"

/** What is told of a process. */
export interface ProcessWatch {
  readonly onOutput: (text: string, skipped: number) => void
  /** Called once; nothing of its group is left then. */
  readonly onEnd: (end: ProcessEnd) => void
}

export class CommandHost {
  private readonly module: URL
  private readonly watches = new Map<number, ProcessWatch>()
  /** Folders that are to be removed; some may be gone by now. */
  private doomed: Array<string> = []
  /** Processes that it ends when this one is dead. */
  private readonly guarded = new Set<number>()
  /** Who waits for room on the disk. */
  private waiting: Array<() => void> = []
  private child: ChildProcess | undefined
  private rest = ""
  /** Messages that go with the next ones: to write wakes the other side. */
  private unsent = ""
  private next = 0

  /** `module` is what `command-host.ts` was built to. */
  constructor(module: URL) {
    this.module = module
  }

  start(settings: ProcessSettings, watch: ProcessWatch): { readonly stop: () => void } {
    const id = this.next++
    this.watches.set(id, watch)
    this.send({ _tag: "Start", id, settings })
    return { stop: () => this.send({ _tag: "Stop", id }) }
  }

  /** Has a process ended that was started here, if this one dies before `release` is called. */
  guard(pid: number): () => void {
    this.guarded.add(pid)
    this.send({ _tag: "Guard", pid })
    return () => {
      this.guarded.delete(pid)
      if (this.child !== undefined) this.send({ _tag: "Release", pid })
    }
  }

  /** Removes a folder with all that is in it, some time before `close` is done. */
  remove(folder: string): void {
    this.doomed.push(folder)
    if (this.child !== undefined) this.sendLater({ _tag: "Remove", folder })
  }

  /** Removes now what waits for it; done when it is gone. */
  makeRoom(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve)
      this.send({ _tag: "MakeRoom" })
    })
  }

  /** Ends it, and all that it still runs. */
  async close(): Promise<void> {
    if (this.doomed.length > 0) this.child ??= this.launch()
    const { child } = this
    if (child === undefined) return
    child.ref()
    await new Promise<void>((resolve) => {
      child.once("close", () => resolve()).once("error", () => resolve())
      child.stdin?.end(this.unsent)
    })
    this.doomed = []
  }

  private send(message: ToHost): void {
    this.child ??= this.launch()
    this.sendLater(message)
    this.child.stdin?.write(this.unsent)
    this.unsent = ""
  }

  private sendLater(message: ToHost): void {
    this.unsent += `${JSON.stringify(message)}\n`
  }

  private launch(): ChildProcess {
    // Nothing of the environment gets there by itself. Away from the terminal, whose signals are for the orchestrator.
    const flags = ["--max-semi-space-size=1", "--disable-sigusr1"]
    const child = spawn(process.execPath, [...flags, fileURLToPath(this.module)], {
      stdio: ["pipe", "pipe", "ignore"],
      env: { ...faultVariables },
      detached: true
    })
    child.stdin.on("error", () => {})
    child.stdout.setEncoding("utf8").on("data", (text: string) => this.receive(text))
    child.once("error", ({ message }) => this.survive(child, { _tag: "NotStarted", code: "", message }))
    // All that it has told is read then.
    child.once("close", () => this.survive(child, { _tag: "Lost" }))
    child.unref()
    // What the one before was told to remove, and has not.
    this.doomed = this.doomed.filter((folder) => existsSync(folder))
    for (const folder of this.doomed) this.sendLater({ _tag: "Remove", folder })
    for (const pid of this.guarded) this.sendLater({ _tag: "Guard", pid })
    return child
  }

  /** It has ended, or never began: whoever comes next starts another. */
  private survive(child: ChildProcess, end: ProcessEnd): void {
    if (this.child !== child) return
    this.child = undefined
    this.rest = ""
    this.unsent = ""
    for (const id of [...this.watches.keys()]) this.takeWatch(id)?.onEnd(end)
    for (const resolve of this.waiting.splice(0)) resolve()
  }

  private receive(text: string): void {
    const lines = (this.rest + text).split("\n")
    this.rest = lines.pop() ?? ""
    for (const line of lines) {
      this.take(JSON.parse(line))
    }
  }

  private take(message: FromHost): void {
    if (message._tag === "Output") this.watches.get(message.id)?.onOutput(message.text, message.skipped)
    else if (message._tag === "Ended") this.takeWatch(message.id)?.onEnd(message.end)
    else this.waiting.shift()?.()
  }

  private takeWatch(id: number): ProcessWatch | undefined {
    const watch = this.watches.get(id)
    this.watches.delete(id)
    return watch
  }
}
