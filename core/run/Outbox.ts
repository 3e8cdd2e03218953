/** What a worker thread has to say. Ends of attempts go together: each message wakes the other side, which costs more than a brief task. */
import type { MessagePort } from "node:worker_threads"
import type { AttemptMessage, FromWorker } from "./worker-protocol.ts"

/** Milliseconds that the end of an attempt waits for others, at most. */
const DELAY = 5

export class Outbox {
  private readonly port: MessagePort
  private messages: Array<FromWorker[number]> = []
  private readonly transfer: Array<ArrayBuffer> = []
  private timer: NodeJS.Timeout | undefined
  private since = 0

  constructor(port: MessagePort) {
    this.port = port
  }

  /** Says something of an attempt at once. */
  send(id: number, message: AttemptMessage): void {
    this.messages.push({ id, message })
    this.flush()
  }

  /** Says how an attempt ended, soon; the buffers move. */
  sendLater(id: number, message: AttemptMessage, transfer: ReadonlyArray<ArrayBuffer> = []): void {
    if (this.messages.length === 0) this.since = performance.now()
    this.messages.push({ id, message })
    this.transfer.push(...transfer)
    // Work that does not yield lets no timer in.
    if (performance.now() - this.since >= DELAY) this.flush()
    else this.timer ??= setTimeout(() => this.flush(), DELAY)
  }

  /** Says at once what waits. */
  flush(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    if (this.messages.length === 0) return
    const messages: FromWorker = this.messages
    this.messages = []
    this.port.postMessage(messages, this.transfer.splice(0))
  }
}
