/**
 * Watches the memory of threads that the engine does not hold to their limit.
 *
 * The engine ends a thread where its code asks whether it is to end. Optimised loops that call nothing but the language's own
 * functions do not ask: such a thread fills the machine, and hears neither that its heap is full nor that it is to stop. It
 * does not tell the size of its heap either: what this process has grown by while it was silent, and nobody else has told of,
 * is taken for its own.
 */
import process from "node:process"
import type { Worker } from "node:worker_threads"
import { isGuarded } from "../fault/hooks.ts"

/** Milliseconds between two looks. */
const INTERVAL = 500

/** Looks that a thread may leave unanswered: one that clears its heap is silent too. */
const PATIENCE = 2

/** Of its limit, what a thread may take beyond it: the engine is to find that out first, and tensors lie outside of its heap. */
const MARGIN = 1 / 4

/** Of a limit, what the whole process has before any thread is asked. */
const WORTH_ASKING = 1 / 4

const MEBIBYTE = 2 ** 20

/** Bytes of heap that the engine gives on a machine with memory enough, and where it cannot tell how much there is. */
const USUAL = 4096 * MEBIBYTE

/** Bytes that no limit is below: what the engine tells then is none. */
const LEAST = 64 * MEBIBYTE

/** A thread, and what it has told. */
class Watched {
  readonly worker: Worker
  /** Called once, with its limit and what it has taken in about, in bytes. */
  readonly onBeyond: (limit: number, taken: number) => void
  limit = USUAL
  /** Bytes of its heap when it answered last. */
  heap = 0
  /** Bytes of all that it has. */
  all = 0
  /** What of this process was none of the others' then. */
  own: number | undefined
  /** Looks that it has left unanswered since it was asked. */
  silence = 0
  private isAsked = false

  constructor(worker: Worker, onBeyond: Watched["onBeyond"]) {
    this.worker = worker
    this.onBeyond = onBeyond
  }

  /** `own` is what of this process is none of the others' now. */
  ask(own?: number): void {
    this.own ??= own
    if (this.isAsked) {
      this.silence++
      return
    }
    this.isAsked = true
    const heard = (): void => {
      this.isAsked = false
      this.silence = 0
    }
    this.worker.getHeapStatistics().then((told) => {
      heard()
      if (told.heap_size_limit > LEAST) this.limit = told.heap_size_limit
      this.heap = told.used_heap_size
      this.all = told.total_physical_size + told.external_memory + told.malloced_memory
      this.own = own ?? this.own
    }, heard)
  }

  /** Bytes that it has taken in about, where that is beyond what it may. */
  beyond(own: number): number | undefined {
    const grown = this.silence > PATIENCE ? Math.max(0, own - (this.own ?? own)) : 0
    const taken = this.heap + grown
    return taken > this.limit * (1 + MARGIN) ? taken : undefined
  }
}

class ThreadWatch {
  private readonly threads = new Set<Watched>()
  private timer: NodeJS.Timeout | undefined

  /** Watches a thread until the result is called, or it has taken too much. */
  add(worker: Worker, onBeyond: Watched["onBeyond"]): () => void {
    // A Node that cannot ask does without.
    if (typeof worker.getHeapStatistics !== "function") return () => {}
    const watched = new Watched(worker, onBeyond)
    this.threads.add(watched)
    worker.once("online", () => watched.ask())
    this.timer ??= setInterval(() => this.look(), INTERVAL).unref()
    return () => this.remove(watched)
  }

  private remove(watched: Watched): void {
    this.threads.delete(watched)
    if (this.threads.size > 0) return
    clearInterval(this.timer)
    this.timer = undefined
  }

  private look(): void {
    if (!isGuarded("watch-threads")) return
    const resident = process.memoryUsage.rss()
    const threads = [...this.threads].filter(({ limit }) => resident > limit * WORTH_ASKING)
    if (threads.length === 0) return
    const { external, heapTotal } = process.memoryUsage()
    let rest = resident - heapTotal - external
    for (const { all } of this.threads) rest -= all
    for (const thread of threads) thread.ask(rest + thread.all)
    // What has grown is counted for the one that has been silent for longest.
    const [suspect] = threads.toSorted((one, other) => other.silence - one.silence || other.heap - one.heap)
    const taken = suspect?.beyond(rest + suspect.all)
    if (suspect === undefined || taken === undefined) return
    this.remove(suspect)
    suspect.onBeyond(suspect.limit, taken)
  }
}

/** The one of this process. */
export const threadWatch = new ThreadWatch()
