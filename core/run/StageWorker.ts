/** A worker, thread or process, and the attempts that it has been given. */
import { Effect } from "effect"
import { AnswerCheck, untrue } from "./AnswerCheck.ts"
import { AttemptTurns } from "./AttemptTurns.ts"
import { boundedText } from "./bounded-text.ts"
import { notKept } from "./CheckpointKeeper.ts"
import { type CheckpointContent, writeCheckpoint } from "./checkpoint-file.ts"
import { AttemptFailed, type AttemptWatch, type StageRequest, type StageResult } from "./Executor.ts"
import { optimise } from "./late-optimisation.ts"
import type { OpenChannel, WorkerChannel, WorkerEnd } from "./WorkerChannel.ts"
import type { AttemptMessage, FromWorker } from "./worker-protocol.ts"

/** Milliseconds that an interrupted attempt has to stop by itself before its worker is ended. */
const PATIENCE = 500

/** How a worker was done with an attempt: it did not begin it, for it died or was interrupted; it answered; it died while at it. */
export type Outcome =
  | { readonly _tag: "NotBegun" }
  | { readonly _tag: "Answered"; readonly result: Effect.Effect<StageResult, AttemptFailed> }
  | { readonly _tag: "Died"; readonly failure: AttemptFailed }

/** An attempt for a worker; `settle` is called exactly once. */
export interface Assignment {
  readonly request: StageRequest
  readonly watch: AttemptWatch
  readonly settle: (outcome: Outcome) => void
}

/** What whoever gave an attempt to a worker can do about it. */
export interface Placed {
  readonly interrupt: Effect.Effect<void>
  readonly hasBegun: () => boolean
  /** Takes it back, so that nothing more is heard of it; not when the worker has begun it. */
  readonly takeBack: () => boolean
}

/** An attempt that a worker has, from the request to the last message. */
interface Conversation extends Assignment {
  /** Takes it back; not when the worker has begun it. */
  readonly takeBack: () => boolean
  /** Where what is said of it may be anything. */
  readonly check: AnswerCheck | undefined
  /** Called when an attempt that is being interrupted has come to its end. */
  ended?: () => void
}

export class StageWorker {
  /** Whether it has been given anything yet. */
  isFresh = true
  /** Whether it can be given nothing any more. */
  isDead = false
  private hasAnswered = false
  private readonly channel: WorkerChannel
  private readonly open = new Map<number, Conversation>()
  private next = 0

  /** `onGone` is called when it has ended, for whatever reason. */
  constructor(open: OpenChannel, onGone: () => void) {
    optimise()
    this.channel = open({
      onMessage: (message) => this.hear(message),
      onEnd: (end) => this.die(end),
      onGone
    })
    this.channel.unref()
  }

  /** Gives it attempts, to be executed one after the other. */
  run(assignments: ReadonlyArray<Assignment>): ReadonlyArray<Placed> {
    this.isFresh = false
    if (this.open.size === 0) this.channel.ref()
    const turns = AttemptTurns.ofBundle(assignments.length)
    const attempts = assignments.map((assignment, position) => {
      const id = this.next++
      const check = this.channel.isTrusted ? undefined : new AnswerCheck(assignment.request)
      this.open.set(id, { ...assignment, check, takeBack: () => turns.takeBack(position) })
      return { id, request: assignment.request }
    })
    this.channel.post({ _tag: "Run", attempts, turns: turns.states })
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
    if (this.open.size === 0) this.channel.unref()
  }

  terminate(): Promise<void> {
    return this.channel.terminate()
  }

  private hear(message: FromWorker): void {
    if (message._tag === "About") this.hearAbout(message.id, message.message)
    // What it has not begun is for others, when it has answered and ended.
    else if (message._tag === "Spoilt") this.isDead = true
  }

  private hearAbout(id: number, message: AttemptMessage): void {
    const conversation = this.open.get(id)
    if (conversation === undefined) return
    const fault = conversation.check?.fault(message)
    if (fault !== undefined) {
      this.die(untrue(fault))
      void this.terminate()
    } else if (message._tag === "Progress") conversation.watch.onProgress(message.report)
    else if (message._tag === "Log") conversation.watch.onLog(message.line)
    else if (message._tag === "Spans") conversation.watch.onSpans?.(message.spans)
    else if (message._tag === "Checkpoint") keep(conversation, message.content)
    else {
      this.hasAnswered = true
      this.close(id, conversation, { _tag: "Answered", result: resultOf(message, conversation.ended !== undefined) })
      if (this.isDead) void this.terminate()
    }
  }

  private die(end: WorkerEnd): void {
    this.isDead = true
    const died: Outcome = { _tag: "Died", failure: new AttemptFailed(end) }
    const open = [...this.open]
    const waiting = new Set(open.filter(([, { takeBack }]) => takeBack()))
    // A worker that cannot even begin is the same in the next try.
    const hasServed = this.hasAnswered || waiting.size < open.length
    for (const each of open) this.close(...each, hasServed && waiting.has(each) ? NOT_BEGUN : died)
  }

  private close(id: number, { settle, ended }: Conversation, outcome: Outcome): void {
    this.forget(id)
    settle(outcome)
    ended?.()
  }

  /** A loop that never yields cannot be interrupted: its worker is ended. */
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
      this.channel.post({ _tag: "Interrupt", id })
    })
  }
}

/** Writes what a worker has handed over that may not write itself. What cannot be kept is no failure of the attempt. */
const keep = ({ request: { checkpoints }, watch }: Conversation, content: CheckpointContent): void => {
  if (checkpoints === undefined) return
  try {
    writeCheckpoint(checkpoints, content)
  } catch (cause) {
    watch.onLog({ level: "warning", message: notKept(cause) })
  }
}

const NOT_BEGUN: Outcome = { _tag: "NotBegun" }

type LastMessage = Extract<AttemptMessage, { readonly _tag: "Succeeded" | "Failed" | "Interrupted" }>

const resultOf = (message: LastMessage, wasInterrupted: boolean): Effect.Effect<StageResult, AttemptFailed> => {
  if (message._tag === "Succeeded") return Effect.succeed(message.result)
  if (message._tag === "Interrupted") return wasInterrupted ? Effect.interrupt : Effect.fail(INTERRUPTED_ITSELF)
  const { _tag, ...failure } = message
  // A package may have answered for its stage.
  const bounded = {
    tag: boundedText(failure.tag),
    message: boundedText(failure.message),
    detail: boundedText(failure.detail)
  }
  return Effect.fail(new AttemptFailed({ ...failure, ...bounded }))
}

/** Nobody asked it to. */
const INTERRUPTED_ITSELF = new AttemptFailed({
  tag: "Interrupted",
  message: "the stage interrupted itself",
  detail: ""
})
