import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { afterEach, beforeEach, describe, it, vi } from "vitest"
import type { StageRequest, StageResult } from "../../../core/run/Executor.ts"
import { Lanes, type LaneThread } from "../../../core/run/Lanes.ts"
import type { Assignment, Placed } from "../../../core/run/StageWorker.ts"

/** A thread of which the test says what it begins and when it is heard of. */
class FakeThread implements LaneThread {
  readonly isDead = false
  /** What it has been given and was not taken back, in order. */
  given: Array<Assignment> = []
  private readonly begun = new Set<Assignment>()

  run(assignments: ReadonlyArray<Assignment>): ReadonlyArray<Placed> {
    this.given.push(...assignments)
    return assignments.map((assignment) => ({
      interrupt: Effect.void,
      hasBegun: () => this.begun.has(assignment),
      takeBack: () => {
        if (this.begun.has(assignment)) return false
        this.given = this.given.filter((other) => other !== assignment)
        return true
      }
    }))
  }

  /** Begins those at these positions of what it has been given. */
  begin(...positions: ReadonlyArray<number>): void {
    for (const position of positions) this.begun.add(this.at(position))
  }

  /** Is heard to have answered the one at a position. */
  answer(position: number): void {
    this.at(position).settle({ _tag: "Answered", result: Effect.succeed({} as StageResult) })
  }

  private at(position: number): Assignment {
    const assignment = this.given[position]
    if (assignment === undefined) throw new Error(`nothing was given at ${position}`)
    return assignment
  }
}

/** What was put off to the next turn of the loop has been done. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

/** The time for a look comes, what is heard in that turn of the loop is heard, and the lanes are looked at. */
const look = (heard = () => {}) => {
  vi.advanceTimersByTime(30)
  heard()
  return nextTurn()
}

/** Lanes that have been given some attempts, each an eighth of one of two cores, and what is heard of them. */
const laneOf = async (count: number) => {
  const threads: Array<FakeThread> = []
  const outgrown: Array<number> = []
  const settled: Array<number> = []
  const lanes = new Lanes<FakeThread>({
    take: () => {
      const thread = new FakeThread()
      threads.push(thread)
      return thread
    },
    giveBack: () => {},
    busy: () => 0
  })
  for (let n = 0; n < count; n++) {
    const watch = { onProgress: () => {}, onLog: () => {}, onOutgrown: () => void outgrown.push(n) }
    void lanes.enqueue({ request: {} as StageRequest, watch, settle: () => void settled.push(n) }, 1 / 8, 2)
  }
  await nextTurn()
  return { threads, outgrown, settled, thread: threads[0] ?? assert.fail("no lane was opened") }
}

describe("Lanes", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }))
  afterEach(() => void vi.useRealTimers())

  it("say that an attempt is not brief which two looks find a thread at, and give what waits behind it to another", async () => {
    const { thread, threads, outgrown } = await laneOf(4)
    thread.begin(0)
    await look()
    assert.deepStrictEqual([outgrown.length, threads.length], [0, 1])
    await look()
    assert.deepStrictEqual(outgrown, [0])
    assert.deepStrictEqual([thread.given.length, threads.length], [1, 2])
    await look()
    assert.deepStrictEqual(outgrown, [0])
  })

  it("let a thread be that is at another attempt each time, though nothing was heard of those before", async () => {
    const { thread, threads, outgrown } = await laneOf(4)
    for (const position of [0, 1, 2, 3]) {
      thread.begin(position)
      await look()
    }
    assert.deepStrictEqual([outgrown.length, threads.length], [0, 1])
  })

  it("blame the attempt that the thread is at, and not those that it was through with before", async () => {
    const { thread, outgrown } = await laneOf(4)
    thread.begin(0, 1)
    await look()
    await look()
    assert.deepStrictEqual(outgrown, [1])
  })

  it("hear what has been answered before they look", async () => {
    const { thread, outgrown, settled } = await laneOf(1)
    thread.begin(0)
    await look()
    await look(() => thread.answer(0))
    assert.deepStrictEqual([outgrown, settled], [[], [0]])
  })

  it("let a thread be that is only starting", async () => {
    const { threads, outgrown } = await laneOf(4)
    await look()
    await look()
    await look()
    assert.deepStrictEqual([outgrown.length, threads.length], [0, 1])
  })
})
