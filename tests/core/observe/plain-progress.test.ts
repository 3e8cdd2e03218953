import { assert, describe, it } from "@effect/vitest"
import { afterEach, beforeEach, vi } from "vitest"
import { PlainLines, plainProgress } from "../../../core/observe/plain-progress.ts"
import { event, planOf, START } from "./sample-plan.ts"

const plan = planOf([{ id: "circle" }, { id: "limit" }, { id: "empirical", tasks: 4 }, { id: "after", tasks: 2 }])
const style = { color: false, unicode: false }

describe("PlainLines", () => {
  it("tells a run in the order in which it happened, floods in one line", () => {
    const lines = new PlainLines(plan, style)
    const events = [
      event.runStarted(8),
      event.hit(0, "circle"),
      event.hit(0, "empirical@n=0"),
      event.hit(0, "empirical@n=1"),
      event.ready(0, "limit"),
      event.attempt(0, "limit"),
      event.log(1, "limit", "info", "half way"),
      event.log(1, "limit", "warning", "slow"),
      event.finished(3.1, "limit"),
      event.attempt(3.1, "empirical@n=2"),
      event.attemptFailed(70, "empirical@n=2", "no convergence\nafter 9 steps", 2000),
      event.attempt(72, "empirical@n=2", 2),
      event.attemptFailed(73, "empirical@n=2", "no convergence"),
      event.failed(73, "empirical@n=2"),
      event.skipped(73, "after@n=0", "empirical@n=2 failed"),
      event.skipped(73, "after@n=1", "empirical@n=2 failed"),
      event.runFinished(74, "failure")
    ]
    const text = [...events.flatMap((one) => lines.onEvent(one)), ...lines.onClose("report r.html", START + 74_000)]
    assert.deepStrictEqual(text, [
      "   0:00  sample (default), 8 tasks, run 2001-09-09T01-46-40-brave-euler",
      "   0:00  = cached: circle, 2 of 4 empirical",
      "   0:01  ! limit  warning: slow",
      "   0:03  + limit  3.1s",
      "   1:10  ! empirical@n=2 (attempt 1; again in 2.0s)  NotConverged: no convergence",
      "             after 9 steps",
      "   1:13  x empirical@n=2  NotConverged: no convergence",
      "   1:14  - skipped: 2 after",
      "1 ran, 3 cached, 1 failed, 2 skipped - 1m 14s - report r.html"
    ])
  })

  it("counts tasks that end by the hundred, and names no more stages than fit", () => {
    const stages = Array.from({ length: 100 }, (_, index) => `n${index}`)
    const lines = new PlainLines(planOf(stages.map((id) => ({ id }))), style)
    const ends = [...stages.map((id) => event.finished(5.5, id)), event.finished(25.5, "n0")]
    const text = ends.flatMap((one) => lines.onEvent(one))
    assert.lengthOf(text, 42)
    assert.match(text[39] ?? "", /n39/u)
    assert.match(text[40] ?? "", /done: n40, n41, .*, n51, 48 tasks of 48 other stages$/u)
    assert.match(text[41] ?? "", /n0 /u)
  })

  it("says how far a stage has come whose tasks it counts", () => {
    const lines = new PlainLines(planOf([{ id: "fit", tasks: 100 }]), style)
    const ends = Array.from({ length: 45 }, (_, n) => event.finished(5.5, `fit@n=${n}`))
    const text = [...ends.flatMap((one) => lines.onEvent(one)), ...lines.onClose(undefined, START + 6000)]
    assert.include(text[40], "done: 5 fit (45/100)")
  })

  it("writes a bounded number of lines an hour, whatever goes on", () => {
    const stages = Array.from({ length: 5000 }, (_, index) => `n${index}`)
    const lines = new PlainLines(planOf(stages.map((id) => ({ id }))), style)
    let count = 0
    for (const [index, id] of stages.entries()) {
      const at = 10 * index
      const events = index % 2 === 0 ? [event.hit(at, id)] : [event.attempt(at, id), event.finished(at + 9, id)]
      for (const one of events) count += lines.onEvent(one).length
      count += lines.onPeriod(START + 1000 * at).length
    }
    // Fourteen hours.
    assert.isBelow(count / 14, 700)
    assert.match(lines.onClose(undefined, START + 50_000_000).at(-1) ?? "", /^2500 ran, 2500 cached/u)
  })

  it("speaks of what is running less often the longer it goes on", () => {
    const lines = new PlainLines(plan, style)
    for (const one of [event.runStarted(8), event.attempt(0, "limit")]) lines.onEvent(one)
    const told = Array.from({ length: 8640 }, (_, tick) => lines.onPeriod(START + 10_000 * tick).length)
    const within = (from: number, to: number) => told.slice(from * 360, to * 360).reduce((sum, one) => sum + one, 0)
    assert.isBelow(within(0, 1), 60)
    assert.strictEqual(within(22, 23), 12)
  })

  it("names a dozen of the stages that run, or that become known, and counts the others", () => {
    const stages = Array.from({ length: 100 }, (_, index) => `n${index}`)
    const lines = new PlainLines(planOf(stages.map((id) => ({ id }))), style)
    lines.onEvent(event.runStarted(100))
    for (const id of stages) lines.onEvent(event.attempt(0, id))
    const [running = ""] = lines.onPeriod(START + 10_000)
    assert.match(running, /running: n0 0 %, .*, n11 0 %, 88 other stages$/u)
    const known = {
      _tag: "PlanExtended" as const,
      at: START,
      tasks: 300,
      stages: Object.fromEntries(stages.map((id) => [id, 2]))
    }
    assert.match(lines.onEvent(known)[0] ?? "", /known now: 2 n0, .*, 2 n11, 176 tasks of 88 other stages$/u)
  })

  it("counts one task as one", () => {
    const [first] = new PlainLines(plan, style).onEvent(event.runStarted(1))
    assert.include(first, "sample (default), 1 task, run ")
  })

  it("says how far the running stages are, when asked", () => {
    const lines = new PlainLines(plan, style)
    for (const one of [event.runStarted(8), event.attempt(0, "limit"), event.attempt(2, "empirical@n=0")]) {
      lines.onEvent(one)
    }
    lines.fold.onProgress("limit", { done: 0, total: 40, unit: "steps" }, START)
    lines.fold.onProgress("limit", { done: 10, total: 40, unit: "steps" }, START + 10_000)
    assert.deepStrictEqual(lines.onPeriod(START + 10_000), [
      "   0:10  running: limit 25 % (0:30 left), empirical 0/4 0 %"
    ])
  })

  it("says at once that the first task waits for another run, counts those that follow, and repeats nothing", () => {
    const lines = new PlainLines(plan, style)
    lines.onEvent(event.runStarted(8))
    assert.deepStrictEqual(lines.onWaiting("empirical@n=0", START + 2000), [
      "   0:02  waiting for another run: 1 of 4 empirical"
    ])
    for (const task of ["empirical@n=1", "empirical@n=2", "limit"]) {
      assert.deepStrictEqual(lines.onWaiting(task, START + 2000), [])
    }
    assert.deepStrictEqual(lines.onPeriod(START + 10_000), [
      "   0:10  waiting for another run: 2 of 4 empirical, limit"
    ])
    assert.deepStrictEqual(lines.onPeriod(START + 20_000), [])
  })

  it("is silent while nothing runs", () => {
    assert.deepStrictEqual(new PlainLines(plan, style).onPeriod(START), [])
  })
})

describe("plainProgress", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: START })
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  it("speaks of what is running every ten seconds, and not after its end", () => {
    const written: Array<string> = []
    const progress = plainProgress(plan, { stream: { write: (text) => written.push(text) }, ...style })
    progress.onEvent(event.runStarted(8))
    progress.onEvent(event.attempt(0, "limit"))
    for (let second = 0; second < 25; second++) {
      progress.onProgress("limit", { done: second, total: 100, unit: "steps" })
      vi.advanceTimersByTime(1000)
    }
    progress.close()
    progress.close()
    vi.advanceTimersByTime(60_000)
    assert.deepStrictEqual(written.slice(1), [
      "   0:10  running: limit 9 % (1:30 left)\n",
      "   0:20  running: limit 19 % (1:20 left)\n",
      "0 ran, 0 cached, 0 failed - 25.0s\n"
    ])
  })
})
