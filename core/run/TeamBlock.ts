/**
 * The memory by which the threads of a team agree who does which call.
 *
 * The owner writes calls down, opens them, and rings for its helpers. Whoever has a hand free takes the next call by counting up; so
 * nobody waits for a helper that is still starting, or that the system lets wait. The owner closes when all are taken, and waits
 * until no helper is inside: only then it writes again. A bell says for which round it rings, and only calls of that round can be
 * taken by who has heard it: one that was rung for by an earlier team, and comes late, takes none from a team that it is not in.
 */

/** Threads of a team at most, that of the owner among them. */
export const MOST_THREADS = 256

/** Numbers that calls written down at once may have as arguments, all together. */
const ROOM = 8192

/** Places of words. What many threads write at once has a cache line for itself; in the first are the round and the next call of it. */
const COUNT = 32
const WIDTH = 33
const CODE = 34
const EXPORT = 35
const HAS_SCRATCH = 36
const STARTED = 37
const BELLS = 48
const INSIDE = BELLS + MOST_THREADS
const FAILED = INSIDE + MOST_THREADS
const WORDS = FAILED + MOST_THREADS

/** Places of numbers. */
const SCRATCH = 0
const PROCESSOR_TIMES = 2
const ARGUMENTS = PROCESSOR_TIMES + MOST_THREADS

/** Bits that count calls of a round, more than there are; the round is in those above. */
const CALL_BITS = 16n

/** Rounds are counted from 1, and then from the beginning again. */
const LAST_ROUND = 2 ** 31 - 1

/** Belongs to no round. */
const CLOSED = -1n

/** What calls that are written down at once have in common. */
export interface CallsHead {
  /** Number of the module. */
  readonly code: number
  /** Number of the export, in the order of the module's functions. */
  readonly exported: number
  /** Arguments of each call. */
  readonly width: number
  readonly scratch: { readonly address: number; readonly bytes: number } | undefined
}

export type Target = (...given: ReadonlyArray<number>) => unknown

export class TeamBlock {
  readonly buffer: SharedArrayBuffer
  private readonly words: Int32Array
  private readonly next: BigInt64Array
  private readonly numbers: Float64Array
  private codes = 0
  /** The owner's: of the calls that are open, or were last. */
  private round = 0

  constructor(buffer = new SharedArrayBuffer(4 * WORDS + 8 * (ARGUMENTS + ROOM))) {
    this.buffer = buffer
    this.words = new Int32Array(buffer, 0, WORDS)
    this.next = new BigInt64Array(buffer, 0, 1)
    this.numbers = new Float64Array(buffer, 4 * WORDS)
  }

  /** Calls of so many arguments that can be written down at once. */
  static fitting(width: number): number {
    return Math.max(1, Math.floor(ROOM / Math.max(1, width)))
  }

  /** A number for a module that none before had: a helper may be late to hear that one is to be forgotten. */
  newCode(): number {
    return this.codes++
  }

  /** Writes calls down and lets them be taken. No helper may be inside. */
  open({ code, exported, width, scratch }: CallsHead, calls: ReadonlyArray<ReadonlyArray<number>>): void {
    const { numbers, words } = this
    words[COUNT] = calls.length
    words[WIDTH] = width
    words[CODE] = code
    words[EXPORT] = exported
    words[HAS_SCRATCH] = scratch === undefined ? 0 : 1
    numbers[SCRATCH] = scratch?.address ?? 0
    numbers[SCRATCH + 1] = scratch?.bytes ?? 0
    for (const [index, given] of calls.entries()) numbers.set(given, ARGUMENTS + index * width)
    this.skipRound()
    Atomics.store(this.next, 0, BigInt(this.round) << CALL_BITS)
  }

  /** Nothing can be taken any more. */
  close(): void {
    Atomics.store(this.next, 0, CLOSED)
  }

  /** Does calls of a round, for the owner the one that is open, for as long as there are any; `target` finds the function. Throws what a call throws. */
  work(thread: number, target: (code: number, exported: number) => Target, round = this.round): void {
    const { numbers, words } = this
    for (let index = this.take(round); index !== undefined && index < words[COUNT]!; index = this.take(round)) {
      const width = words[WIDTH]!
      const given = [...numbers.subarray(ARGUMENTS + index * width, ARGUMENTS + (index + 1) * width)]
      if (words[HAS_SCRATCH] === 1) given.push(numbers[SCRATCH]! + thread * numbers[SCRATCH + 1]!)
      target(words[CODE]!, words[EXPORT]!)(...given)
    }
  }

  private take(round: number): number | undefined {
    for (;;) {
      const next = Atomics.load(this.next, 0)
      if (next >> CALL_BITS !== BigInt(round)) return undefined
      if (Atomics.compareExchange(this.next, 0, next, next + 1n) === next) {
        return Number(BigInt.asUintN(Number(CALL_BITS), next))
      }
    }
  }

  /** Says that a helper has failed in a round: calls of that round which nobody has taken are left. */
  fail(helper: number, round: number): void {
    Atomics.store(this.words, FAILED + helper, round)
    for (let index = this.take(round); index !== undefined && index < this.words[COUNT]!; ) index = this.take(round)
  }

  /** Whether a helper has failed in the round that is open, or was last. */
  hasFailed(helper: number): boolean {
    return Atomics.load(this.words, FAILED + helper) === this.round
  }

  /** Wakes a helper for the calls that are open. */
  ring(helper: number): void {
    Atomics.store(this.words, BELLS + helper, this.round)
    Atomics.notify(this.words, BELLS + helper)
  }

  /** Begins a round, without calls as yet: helpers can be rung for to hear what they are told. */
  skipRound(): void {
    this.round = this.round === LAST_ROUND ? 1 : this.round + 1
  }

  /** Sleeps until the bell of a helper rings for another round than it has heard; which one. */
  awaitBell(helper: number, heard: number): number {
    Atomics.wait(this.words, BELLS + helper, heard)
    return Atomics.load(this.words, BELLS + helper)
  }

  /** Says that a helper has come to be. */
  start(): void {
    Atomics.add(this.words, STARTED, 1)
    Atomics.notify(this.words, STARTED)
  }

  /** Waits until so many helpers have come to be, but not for longer than so many milliseconds each. */
  awaitStarted(count: number, millis: number): void {
    for (let there = Atomics.load(this.words, STARTED); there < count; there = Atomics.load(this.words, STARTED)) {
      if (Atomics.wait(this.words, STARTED, there, millis) === "timed-out") return
    }
  }

  enter(helper: number): void {
    Atomics.store(this.words, INSIDE + helper, 1)
  }

  /** Also tells what the helper's thread has taken so far, in milliseconds of a processor. */
  leave(helper: number, processorTime: number): void {
    this.numbers[PROCESSOR_TIMES + helper] = processorTime
    Atomics.store(this.words, INSIDE + helper, 0)
    Atomics.notify(this.words, INSIDE + helper)
  }

  processorTime(helper: number): number {
    return this.numbers[PROCESSOR_TIMES + helper]!
  }

  /** Waits until a helper is outside; `false` when it is inside after so many milliseconds. */
  awaitOutside(helper: number, millis: number): boolean {
    return Atomics.wait(this.words, INSIDE + helper, 1, millis) !== "timed-out"
  }
}
