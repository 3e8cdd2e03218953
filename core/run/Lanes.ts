/** Threads that take brief attempts by the bundle, as many as these keep busy. */
import { Effect } from "effect"
import type { Assignment, Outcome, Placed, StageWorker } from "./StageWorker.ts"

/** Attempts that a thread is given at once, at most. */
const BUNDLE = 64

/** Milliseconds between two looks at the lanes: an attempt that two find a thread at is not brief. */
const INTERVAL = 30

/** What a lane asks of a thread. */
export type LaneThread = Pick<StageWorker, "run" | "isDead">

/** Where threads come from. */
export interface ThreadSource<T extends LaneThread> {
  readonly take: () => T
  readonly giveBack: (thread: T) => void
  /** Threads that are at an attempt of their own. */
  readonly busy: () => number
}

/** An attempt that waits for a lane, or is in one. */
interface Brief extends Assignment {
  /** What it takes of a core, and a whole one when it has turned out not to be brief. */
  share: number
  isInterrupted: boolean
  /** What can be done about it in its thread. */
  placed: Placed | undefined
}

interface Lane<T> {
  thread: T
  /** What the thread has been given and has not answered. */
  readonly open: Set<Brief>
  /** What the last look found the thread at. */
  seen: Brief | undefined
}

export class Lanes<T extends LaneThread> {
  private readonly threads: ThreadSource<T>
  private waiting: Array<Brief> = []
  private readonly lanes = new Set<Lane<T>>()
  /** What the attempts that wait or run take together, in cores. */
  private load = 0
  /** Cores that all attempts may keep busy together. */
  private cores = 1
  private turn: NodeJS.Immediate | undefined
  private timer: NodeJS.Timeout | undefined

  constructor(threads: ThreadSource<T>) {
    this.threads = threads
  }

  /** Lets an attempt wait for a lane; the way to interrupt it. */
  enqueue(assignment: Assignment, share: number, cores: number): Effect.Effect<void> {
    const brief: Brief = { ...assignment, share, isInterrupted: false, placed: undefined }
    this.cores = cores
    this.load += share
    this.waiting.push(brief)
    brief.watch.onTurn?.(false)
    // Whatever else becomes ready in this turn of the loop comes along.
    this.turn ??= setImmediate(() => this.open())
    return Effect.suspend(() => {
      brief.isInterrupted = true
      if (brief.placed !== undefined) return brief.placed.interrupt
      this.waiting = this.waiting.filter((other) => other !== brief)
      this.load -= brief.share
      return Effect.void
    })
  }

  /** Opens as many lanes as are wanted and as there are cores for. */
  open(): void {
    this.turn = undefined
    // Shares do not add up exactly.
    const wanted = Math.ceil(this.load - 1e-6)
    const opened: Array<Lane<T>> = []
    while (opened.length < this.waiting.length && this.lanes.size < wanted && this.mayOpen()) {
      const lane: Lane<T> = { thread: this.threads.take(), open: new Set(), seen: undefined }
      this.lanes.add(lane)
      opened.push(lane)
    }
    // Only when all are open: the first would take what is there for all of them.
    for (const lane of opened) this.feed(lane)
  }

  end(): void {
    clearImmediate(this.turn)
    clearInterval(this.timer)
  }

  private mayOpen(): boolean {
    return this.lanes.size === 0 || this.lanes.size + this.threads.busy() < this.cores
  }

  /** Gives a thread the next bundle; the last bundles are small, so that all lanes end together. */
  private feed(lane: Lane<T>): void {
    const bundle = this.waiting.splice(0, Math.min(BUNDLE, Math.ceil(this.waiting.length / this.lanes.size)))
    if (bundle.length === 0) {
      this.lanes.delete(lane)
      this.threads.giveBack(lane.thread)
      this.watch()
      return
    }
    for (const brief of bundle) lane.open.add(brief)
    const placed = lane.thread.run(
      bundle.map((brief) => ({ ...brief, settle: (outcome) => this.settle(lane, brief, outcome) }))
    )
    for (const [index, brief] of bundle.entries()) brief.placed = placed[index]
    tellTurn(lane)
    this.watch()
  }

  private settle(lane: Lane<T>, brief: Brief, outcome: Outcome): void {
    lane.open.delete(brief)
    brief.watch.onTurn?.(false)
    if (outcome._tag === "NotBegun" && !brief.isInterrupted) this.putBack([brief])
    else {
      this.load -= brief.share
      brief.settle(outcome)
    }
    if (lane.open.size > 0) {
      tellTurn(lane)
      return
    }
    if (lane.thread.isDead) lane.thread = this.threads.take()
    this.feed(lane)
  }

  private putBack(briefs: ReadonlyArray<Brief>): void {
    for (const brief of briefs) brief.placed = undefined
    this.waiting.unshift(...briefs)
  }

  /** Looks at the lanes for as long as there are any. */
  private watch(): void {
    if (this.lanes.size === 0) {
      clearInterval(this.timer)
      this.timer = undefined
      // What has been answered by then is heard first.
    } else this.timer ??= setInterval(() => setImmediate(() => this.look()), INTERVAL).unref()
  }

  /** What a lane has not begun while it is at one attempt for long is for others. */
  private look(): void {
    for (const lane of this.lanes) {
      const current = attemptOf(lane)
      if (current !== undefined && current === lane.seen) this.relieve(lane, current)
      lane.seen = current
    }
    this.open()
  }

  private relieve(lane: Lane<T>, current: Brief): void {
    const back = [...lane.open].filter(({ placed }) => placed?.takeBack() === true)
    for (const brief of back) lane.open.delete(brief)
    this.putBack(back)
    if (current.share === 1) return
    this.load += 1 - current.share
    current.share = 1
    current.watch.onOutgrown?.()
  }
}

/**
 * A thread goes through its bundle in order: it is at the last that it has begun, whatever it is still to be heard of those before.
 * A thread that is only starting is at none.
 */
const attemptOf = ({ open }: Lane<unknown>): Brief | undefined =>
  [...open].findLast(({ placed }) => placed?.hasBegun() === true)

/** As far as has been heard, it is at the first that it has not answered. */
const tellTurn = ({ open: [first] }: Lane<unknown>): void => first?.watch.onTurn?.(true)
