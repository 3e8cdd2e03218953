/** A worker thread, and the attempts that it has been given. */
import { Worker } from "node:worker_threads"
import { Effect } from "effect"
import { AttemptTurns } from "./AttemptTurns.ts"
import { attemptFailure } from "./attempt-failure.ts"
import { AttemptFailed, type AttemptWatch, type StageRequest, type StageResult } from "./Executor.ts"
import { optimise } from "./late-optimisation.ts"
import type { AttemptMessage, FromWorker, ToWorker, WorkerSettings } from "./worker-protocol.ts"

/** Milliseconds that an interrupted attempt has to stop by itself before its thread is ended. */
const PATIENCE = 500

/**
 * Room for short-lived objects in a thread, in MiB. The engine would take several times as much before it looks for what is
 * dead; tensors lie outside of it.
 */
const YOUNG_GENERATION = 12

/** How a thread was done with an attempt: it did not begin it, for it died or was interrupted; it answered; it died while at it. */
export type Outcome =
  | { readonly _tag: "NotBegun" }
  | { readonly _tag: "Answered"; readonly result: Effect.Effect<StageResult, AttemptFailed> }
  | { readonly _tag: "Died"; readonly failure: AttemptFailed; readonly isOutOfMemory: boolean }

/** An attempt for a thread; `settle` is called exactly once. */
export interface Assignment {
  readonly request: StageRequest
  readonly watch: AttemptWatch
  readonly settle: (outcome: Outcome) => void
}

/** What whoever gave an attempt to a thread can do about it. */
export interface Placed {
  readonly interrupt: Effect.Effect<void>
  readonly hasBegun: () => boolean
  /** Takes it back, so that nothing more is heard of it; not when the thread has begun it. */
  readonly takeBack: () => boolean
}

/** An attempt that a thread has, from the request to the last message. */
interface Conversation extends Assignment {
  /** Takes it back; not when the thread has begun it. */
  readonly takeBack: () => boolean
  /** Called when an attempt that is being interrupted has come to its end. */
  ended?: () => void
}

export class WorkerThread {
  /** Whether it has been given anything yet. */
  isFresh = true
  /** Whether it can be given nothing any more. */
  isDead = false
  private hasAnswered = false
  private readonly worker: Worker
  private readonly open = new Map<number, Conversation>()
  private next = 0

  constructor(module: URL, settings: WorkerSettings, onExit: () => void) {
    optimise()
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION }
    this.worker = new Worker(module, { workerData: settings, stdout: true, stderr: true, resourceLimits })
    this.worker.on("message", ({ id, message }: FromWorker) => this.hear(id, message))
    // What a stage left behind may throw when its attempts are long over; the thread ends, nothing else does.
    this.worker.on("error", (error) => {
      const { message, detail } = attemptFailure(error)
      this.die(`the worker thread died: ${message}`, detail, isOutOfMemory(error))
    })
    this.worker.once("exit", (code) => {
      onExit()
      this.die(`the worker thread ended with code ${code}`, "", false)
    })
    // An idle thread must not keep the process alive.
    this.worker.unref()
  }

  /** Gives the thread attempts, to be executed one after the other. */
  run(assignments: ReadonlyArray<Assignment>): ReadonlyArray<Placed> {
    this.isFresh = false
    if (this.open.size === 0) this.worker.ref()
    const turns = AttemptTurns.ofBundle(assignments.length)
    const attempts = assignments.map((assignment, position) => {
      const id = this.next++
      this.open.set(id, { ...assignment, takeBack: () => turns.takeBack(position) })
      return { id, request: assignment.request }
    })
    this.post({ _tag: "Run", attempts, turns: turns.states })
    return attempts.map(({ id }, position) => ({
      interrupt: this.interrupt(id),
      hasBegun: () => turns.hasBegun(position),
      takeBack: () => this.takeBack(id)
    }))
  }

  private takeBack(id: number): boolean {
    if (this.open.get(id)?.takeBack() !== true) return false
    this.forget(id)
    return true
  }

  private forget(id: number): void {
    this.open.delete(id)
    if (this.open.size === 0) this.worker.unref()
  }

  terminate(): Promise<number> {
    return this.worker.terminate()
  }

  private post(message: ToWorker): void {
    this.worker.postMessage(message)
  }

  private hear(id: number, message: AttemptMessage): void {
    const conversation = this.open.get(id)
    if (conversation === undefined) return
    if (message._tag === "Progress") conversation.watch.onProgress(message.report)
    else if (message._tag === "Log") conversation.watch.onLog(message.line)
    else {
      this.hasAnswered = true
      this.close(id, conversation, { _tag: "Answered", result: resultOf(message, conversation.ended !== undefined) })
    }
  }

  private die(message: string, detail: string, isOutOfMemory: boolean): void {
    const failure = new AttemptFailed({ tag: "WorkerDied", message, detail })
    this.isDead = true
    const died: Outcome = { _tag: "Died", failure, isOutOfMemory }
    const open = [...this.open]
    const waiting = new Set(open.filter(([, { takeBack }]) => takeBack()))
    // A thread that cannot even begin is the same in the next try.
    const hasServed = this.hasAnswered || waiting.size < open.length
    for (const each of open) this.close(...each, hasServed && waiting.has(each) ? NOT_BEGUN : died)
  }

  private close(id: number, { settle, ended }: Conversation, outcome: Outcome): void {
    this.forget(id)
    settle(outcome)
    ended?.()
  }

  /** A loop that never yields cannot be interrupted: its thread is ended. */
  private interrupt(id: number): Effect.Effect<void> {
    return Effect.callback<void>((resume) => {
      const conversation = this.open.get(id)
      if (conversation === undefined) return resume(Effect.void)
      if (conversation.takeBack()) {
        this.close(id, conversation, NOT_BEGUN)
        return resume(Effect.void)
      }
      const timer = setTimeout(() => void this.terminate(), PATIENCE)
      conversation.ended = () => {
        clearTimeout(timer)
        resume(Effect.void)
      }
      this.post({ _tag: "Interrupt", id })
    })
  }
}

const NOT_BEGUN: Outcome = { _tag: "NotBegun" }

type LastMessage = Extract<AttemptMessage, { readonly _tag: "Succeeded" | "Failed" | "Interrupted" }>

const resultOf = (message: LastMessage, wasInterrupted: boolean): Effect.Effect<StageResult, AttemptFailed> => {
  if (message._tag === "Succeeded") return Effect.succeed(message.result)
  if (message._tag === "Interrupted") return wasInterrupted ? Effect.interrupt : Effect.fail(INTERRUPTED_ITSELF)
  const { _tag, ...failure } = message
  return Effect.fail(new AttemptFailed(failure))
}

/** Nobody asked it to. */
const INTERRUPTED_ITSELF = new AttemptFailed({
  tag: "Interrupted",
  message: "the stage interrupted itself",
  detail: ""
})

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY"
