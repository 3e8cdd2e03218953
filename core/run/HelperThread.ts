/** A helper thread, as its owner sees it. */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads"
import { faultVariables } from "../fault/hooks.ts"

/** What a helper is started with. */
export interface HelperSettings {
  /** Of the `TeamBlock`. */
  readonly buffer: SharedArrayBuffer
  /** Its number in the team, from 1: the owner is 0. */
  readonly number: number
  readonly port: MessagePort
}

export type ToHelper =
  | {
      readonly _tag: "Share"
      readonly code: number
      readonly module: object
      readonly memory: object
    }
  /** What was shared is needed no more. */
  | { readonly _tag: "Forget" }
  /** Nothing: whether it can be said tells whether somebody would hear it. */
  | { readonly _tag: "Hello" }

/** MiB that the language may take in a helper: no code of a stage runs there but WebAssembly. */
const HEAP = 64

/** Taken before anybody can replace it. */
const Thread = Worker

export class HelperThread {
  readonly number: number
  private readonly port: MessagePort
  private readonly thread: Worker

  /** `module` is what `helper.ts` was built to. */
  constructor(module: URL, number: number, buffer: SharedArrayBuffer) {
    const { port1, port2 } = new MessageChannel()
    const workerData: HelperSettings = { buffer, number, port: port2 }
    this.number = number
    this.port = port1
    this.thread = new Thread(module, {
      workerData,
      transferList: [port2],
      env: { ...faultVariables },
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: HEAP, maxYoungGenerationSizeMb: 2 }
    })
    // Why it ended nobody asks: whoever needs it finds it gone.
    this.thread.on("error", () => {})
    this.port.unref()
    this.thread.unref()
  }

  /** Says something; `false` when it has ended. The owner's loop need not turn for that: the other end goes with the thread. */
  tell(message: ToHelper): boolean {
    // Node's types leave out what it returns: `false` when the other end is gone, and nothing once this one is closed for it.
    const isHeard: unknown = this.port.postMessage(message)
    return isHeard === true
  }

  /** What it has said last of a call that failed. */
  complaint(): string {
    let last = ""
    for (let heard = receiveMessageOnPort(this.port); heard !== undefined; heard = receiveMessageOnPort(this.port)) {
      last = String(heard.message)
    }
    return last
  }

  end(): void {
    void this.thread.terminate()
  }
}
