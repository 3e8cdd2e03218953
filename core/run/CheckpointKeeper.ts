/** Keeps the checkpoints of an attempt, as often as they are worth their cost. */
import { Result } from "effect"
import * as Codec from "../codec/Codec.ts"
import { messageOf } from "../document/message-of.ts"
import type { ArtifactKind } from "../stage/ArtifactKind.ts"
import type { CheckpointSink } from "../stage/Checkpoint.ts"
import type { Digest } from "../store/Digest.ts"
import type { CheckpointContent } from "./checkpoint-file.ts"
import type { LogLine, MadeFile } from "./Executor.ts"

/** Milliseconds between two checkpoints, at least. */
const INTERVAL = 500

/** How much longer a stage works than it keeps what it has: checkpoints cost 1 % of the time at most. */
const WORK_PER_COST = 100

/** How much longer the way to the other side is free than a checkpoint is on it: reports of progress go the same way. */
const REST_PER_DELIVERY = 4

export interface KeptTask {
  /** Takes what is to be kept; throws where it cannot be. Gives when it has left, where it goes elsewhere to be kept. */
  readonly keep: (content: CheckpointContent) => Promise<void> | void
  readonly kinds: { readonly [port: string]: ArtifactKind }
  /** Key of the result that the attempt went on from, if it did. */
  readonly key: Digest | undefined
  readonly onLog: (line: LogLine) => void
}

export class CheckpointKeeper implements CheckpointSink {
  private readonly task: KeptTask
  private dueAt = performance.now() + INTERVAL
  private isOnItsWay = false
  private hasWarned = false

  constructor(task: KeptTask) {
    this.task = task
  }

  readonly isDue = (): boolean => !this.isOnItsWay && performance.now() >= this.dueAt

  readonly save = (at: number, outputs: object): void => {
    const { keep, key } = this.task
    const startedAt = performance.now()
    try {
      const left = keep({ at, ...(key === undefined ? {} : { key }), outputs: this.encode(outputs) })
      if (left !== undefined) this.waitFor(left, startedAt)
    } catch (cause) {
      this.warn(notKept(cause))
    }
    const now = performance.now()
    this.dueAt = now + Math.max(INTERVAL, WORK_PER_COST * (now - startedAt))
  }

  /** None is due before the last one has left: a stage that lets its loop turn for moments only would pile them up. */
  private waitFor(left: Promise<void>, startedAt: number): void {
    this.isOnItsWay = true
    void left.then(() => {
      const now = performance.now()
      this.dueAt = Math.max(this.dueAt, now + REST_PER_DELIVERY * (now - startedAt))
      this.isOnItsWay = false
    })
  }

  /** Throws the error of the first output that is not of its kind. */
  private encode(outputs: object): { readonly [port: string]: ReadonlyArray<MadeFile> } {
    return Object.fromEntries(
      Object.entries(this.task.kinds).map(([port, kind]) => [
        port,
        Result.getOrThrowWith(
          Codec.encode(kind, Reflect.get(outputs, port)),
          ({ message }) => new Error(`output "${port}": ${message}`)
        )
      ])
    )
  }

  /** Once: what cannot be kept now cannot be kept later either. */
  private warn(message: string): void {
    if (!this.hasWarned) this.task.onLog({ level: "warning", message })
    this.hasWarned = true
  }
}

/** What is said where a checkpoint could not be kept. */
export const notKept = (cause: unknown): string => `no checkpoint was kept: ${messageOf(cause)}`
