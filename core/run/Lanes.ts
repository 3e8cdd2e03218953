/** Threads that take brief attempts by the bundle, as many as these keep busy. */
import { Effect } from "effect"
import type { Assignment, Outcome, Placed, StageWorker } from "./StageWorker.ts"

/** Attempts that a thread is given at once, at most. */
const BUNDLE = 64

/** Milliseconds between two looks at the lanes: one that has answered nothing between two is at an attempt that is not brief. */
const INTERVAL = 30

/** Where threads come from. */
export interface ThreadSource {
  readonly take: () => StageWorker
  readonly giveBack: (thread: StageWorker) => void
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

interface Lane {
  thread: StageWorker
  /** What the thread has been given and has not answered. */
  readonly open: Set<Brief>
  /** Answers when it was seen last at an attempt; `undefined` while it was seen at none. */
  seen: number | undefined
  answers: number
}

export class Lanes {
  private readonly threads: ThreadSource
  private waiting: Array<Brief> = []
  private readonly lanes = new Set<Lane>()
  /** What the attempts that wait or run take together, in cores. */
  private load = 0
  /** Cores that all attempts may keep busy together. */
  private cores = 1
  private turn: NodeJS.Immediate | undefined
  private timer: NodeJS.Timeout | undefined

  constructor(threads: ThreadSource) {
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
    const opened: Array<Lane> = []
    while (opened.length < this.waiting.length && this.lanes.size < wanted && this.mayOpen()) {
      const lane: Lane = { thread: this.threads.take(), open: new Set(), seen: undefined, answers: 0 }
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
  private feed(lane: Lane): void {
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

  private settle(lane: Lane, brief: Brief, outcome: Outcome): void {
    lane.open.delete(brief)
    lane.answers++
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
    lane.seen = undefined
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
    } else this.timer ??= setInterval(() => this.look(), INTERVAL).unref()
  }

  /** What a lane has not begun while it is at one attempt for long is for others. */
  private look(): void {
    for (const lane of this.lanes) {
      if (lane.seen === lane.answers) this.relieve(lane)
      // A thread that is only starting is at none.
      const isAtOne = [...lane.open].some(({ placed }) => placed?.hasBegun() === true)
      lane.seen = isAtOne ? lane.answers : undefined
    }
    this.open()
  }

  private relieve(lane: Lane): void {
    const back = [...lane.open].filter(({ placed }) => placed?.takeBack() === true)
    for (const brief of back) lane.open.delete(brief)
    this.putBack(back)
    for (const brief of lane.open) {
      if (brief.share === 1) continue
      this.load += 1 - brief.share
      brief.share = 1
      brief.watch.onOutgrown?.()
    }
  }
}

/** A thread goes through its bundle in order: it is at the first that it has not answered. */
const tellTurn = ({ open: [first] }: Lane): void => first?.watch.onTurn?.(true)
