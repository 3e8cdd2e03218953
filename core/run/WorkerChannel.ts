/** The way to a worker and back, whether it is a thread of this process or a process of its own. */
import type { FromWorker, ToWorker } from "./worker-protocol.ts"

export interface WorkerChannel {
  /** Whether all that comes through it is what this program's own code says. */
  readonly isTrusted: boolean
  /** An idle worker must not keep this process alive: it does so only between `ref` and `unref`. */
  readonly ref: () => void
  readonly unref: () => void
  readonly post: (message: ToWorker) => void
  /** Ends the worker at once, whatever it is at. */
  readonly terminate: () => Promise<void>
}

/** Why a worker ended. */
export interface WorkerEnd {
  /** `OutOfMemory`; `AnswerRefused`, of one that said what cannot be; or `WorkerDied` of whatever else. */
  readonly tag: "OutOfMemory" | "AnswerRefused" | "WorkerDied"
  readonly message: string
  /** Stack, or what it has printed. */
  readonly detail: string
  /** It goes on, takes more and more, and cannot be stopped. */
  readonly endsRun?: true
}

/** What is heard of a worker. */
export interface WorkerListener {
  readonly onMessage: (message: FromWorker) => void
  /** May be called several times; the first one tells why. */
  readonly onEnd: (end: WorkerEnd) => void
  /** Called once: nothing of it is left, or it cannot be ended and nobody is to wait for it. */
  readonly onGone: () => void
}

export type OpenChannel = (listener: WorkerListener) => WorkerChannel
