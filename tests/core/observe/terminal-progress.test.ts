import { assert, describe, it } from "@effect/vitest"
import { afterEach, beforeEach, vi } from "vitest"
import { terminalProgress } from "../../../core/observe/terminal-progress.ts"
import { event, planOf, START } from "./sample-plan.ts"
import { VirtualTerminal } from "./VirtualTerminal.ts"

const plan = planOf([{ id: "circle" }, { id: "limit" }, { id: "empirical", tasks: 4 }])
const style = { color: true, unicode: true }

beforeEach(() => {
  vi.useFakeTimers({ now: START })
})

afterEach(() => {
  vi.useRealTimers()
})

/** A run that has been going on for half a second on a terminal that already showed a prompt. */
const begun = (columns = 60, rows = 10) => {
  const terminal = new VirtualTerminal(columns, rows)
  terminal.write("$ pipeline run p.yaml\n")
  const progress = terminalProgress(plan, { stream: terminal, ...style })
  for (const one of [event.runStarted(6), event.hit(0, "circle"), event.attempt(0, "limit")]) progress.onEvent(one)
  vi.advanceTimersByTime(500)
  return { terminal, progress }
}

const FRAME = [
  "≡ circle          cached",
  "⠦ limit          ▕            ▏   0 %  0:00",
  "· empirical  0/4",
  "1 of 6 tasks · 1 running · 1 cached · 0:00"
]

describe("terminalProgress", () => {
  it("draws over its last frame and leaves alone what stood there before", () => {
    const { terminal, progress } = begun()
    assert.deepStrictEqual(terminal.text, ["$ pipeline run p.yaml", ...FRAME])
    assert.isFalse(terminal.isCursorShown)
    progress.close()
  })

  it("draws at most twelve frames a second, and none when nothing changed", () => {
    const { terminal, progress } = begun()
    const before = terminal.writes
    for (let n = 0; n < 1000; n++) {
      progress.onProgress("limit", { done: n, total: 1000, unit: "steps" })
      vi.advanceTimersByTime(1)
    }
    assert.isAtMost(terminal.writes - before, 13)
    progress.onEvent(event.finished(1.5, "limit"))
    vi.advanceTimersByTime(400)
    const still = terminal.writes
    vi.advanceTimersByTime(90)
    assert.strictEqual(terminal.writes, still)
    progress.close()
  })

  it("keeps failures and warnings above the frame, whatever a stage writes into them", () => {
    const { terminal, progress } = begun()
    progress.onEvent(event.log(0.5, "limit", "info", "nothing to see"))
    progress.onEvent(event.log(0.5, "limit", "warn", "step \u001b[2J\u001b[31mhalved\rtwice\u0007"))
    progress.onEvent(event.attemptFailed(0.6, "limit", "no convergence\nafter 100 steps"))
    progress.onEvent(event.failed(0.6, "limit"))
    vi.advanceTimersByTime(100)
    assert.deepStrictEqual(terminal.text, [
      "$ pipeline run p.yaml",
      "! limit  warn: step halved",
      "    twice",
      "✗ limit  NotConverged: no convergence",
      "    after 100 steps",
      "≡ circle          cached",
      "✗ limit           600ms  failed",
      "· empirical  0/4",
      "2 of 6 tasks · 1 failed · 1 cached · 0:00"
    ])
    progress.close()
  })

  it("leaves its last frame and the counts, and gives the cursor back", () => {
    const { terminal, progress } = begun()
    progress.onEvent(event.finished(0.5, "limit"))
    for (const n of [0, 1, 2, 3]) {
      progress.onEvent(event.attempt(0.5, `empirical@n=${n}`))
      progress.onEvent(event.finished(2.5, `empirical@n=${n}`))
    }
    progress.onEvent(event.runFinished(2.6, "success"))
    progress.close("report r/index.html")
    progress.close("twice")
    assert.deepStrictEqual(terminal.text, [
      "$ pipeline run p.yaml",
      "≡ circle          cached",
      "✓ limit           500ms",
      "✓ empirical  4/4  2.0s",
      "5 ran, 1 cached, 0 failed · 2.6s · report r/index.html",
      ""
    ])
    assert.isTrue(terminal.isCursorShown)
    vi.advanceTimersByTime(1000)
    assert.lengthOf(terminal.text, 6)
  })

  it("says one line when everything was known", () => {
    const terminal = new VirtualTerminal(60, 10)
    const progress = terminalProgress(planOf([{ id: "circle" }]), { stream: terminal, ...style })
    for (const one of [event.runStarted(1), event.hit(0, "circle"), event.runFinished(0.02, "success")]) {
      progress.onEvent(one)
    }
    progress.close()
    assert.deepStrictEqual(terminal.text, ["0 ran, 1 cached, 0 failed · 20ms", ""])
  })

  it("finds the top of its frame again after the window became narrower", () => {
    const { terminal, progress } = begun()
    terminal.narrow(30)
    vi.advanceTimersByTime(100)
    assert.deepStrictEqual(terminal.text, [
      "$ pipeline run p.yaml",
      "≡ circle          cached",
      "⠧ limit           0:00",
      "· empirical  0/4",
      "1 of 6 tasks · 1 running"
    ])
    progress.close()
  })

  it("never scrolls in a window with few rows", () => {
    const { terminal, progress } = begun(60, 4)
    vi.advanceTimersByTime(3000)
    assert.lengthOf(terminal.text, 4)
    progress.close()
  })

  it("skips frames while the terminal does not keep up", () => {
    const terminal = new VirtualTerminal(60, 10)
    const slow = Object.assign(terminal, { writableNeedDrain: true })
    const progress = terminalProgress(plan, { stream: slow, ...style })
    vi.advanceTimersByTime(1000)
    assert.strictEqual(terminal.writes, 0)
    progress.close()
  })
})
