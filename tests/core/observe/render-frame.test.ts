import { stripVTControlCharacters } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import type { FrameOptions } from "../../../core/observe/Frame.ts"
import { ProgressFold } from "../../../core/observe/ProgressState.ts"
import { renderFrame } from "../../../core/observe/render-frame.ts"
import { paceText } from "../../../core/observe/stage-line.ts"
import { widthOf } from "../../../core/observe/terminal-style.ts"
import { event, planOf, START } from "./sample-plan.ts"

const plan = planOf([
  { id: "circle" },
  { id: "limit" },
  { id: "empirical", tasks: 20 },
  { id: "curves" },
  { id: "broken" },
  { id: "after", tasks: 3 }
])

/** A run at 25 s: one stage of each state. */
const middle = (): ProgressFold => {
  const fold = new ProgressFold(plan)
  const events = [
    event.runStarted(27),
    event.hit(0, "circle"),
    event.attempt(0, "limit"),
    event.attempt(1, "broken"),
    event.finished(3.1, "limit"),
    ...Array.from({ length: 12 }, (_, n) => [
      event.attempt(4 + n, `empirical@n=${n}`),
      event.finished(6 + n, `empirical@n=${n}`)
    ]).flat(),
    event.attemptFailed(22.5, "broken", "did not converge"),
    event.failed(22.5, "broken"),
    ...[0, 1, 2].map((n) => event.skipped(22.5, `after@n=${n}`, "broken failed")),
    event.attempt(24, "empirical@n=12"),
    event.attempt(24, "empirical@n=13")
  ]
  for (const one of events) fold.onEvent(one)
  for (const [seconds, done] of [
    [24, 0],
    [25, 10]
  ] as const) {
    fold.onProgress("empirical@n=12", { done, total: 40, unit: "steps" }, START + 1000 * seconds)
  }
  return fold
}

const options: FrameOptions = { now: START + 25_000, columns: 80, rows: 20, color: false, unicode: true }

const frame = (change: Partial<FrameOptions> = {}): ReadonlyArray<string> =>
  renderFrame(middle().state, { ...options, ...change }).map(({ text }) => text)

describe("renderFrame", () => {
  it("says which tasks wait for another run, until they are heard of again", () => {
    const fold = new ProgressFold(plan)
    const lines = () => renderFrame(fold.state, options).map(({ text }) => text)
    for (const task of ["limit", "empirical@n=0", "empirical@n=1"]) {
      fold.onEvent(event.ready(0, task))
      fold.onWaiting(task)
    }
    assert.match(lines()[1] ?? "", /^· limit +waiting for another run$/u)
    assert.match(lines()[2] ?? "", /^· empirical +0\/20 +2 waiting for another run$/u)
    fold.onEvent(event.hit(3, "limit"))
    fold.onEvent(event.hit(3, "empirical@n=0"))
    fold.onEvent(event.attempt(3, "empirical@n=1"))
    assert.notInclude(lines().join(), "waiting for another run")
  })

  it("gives each stage a line, and the run the last one", () => {
    // 12.25 of 20 are done. Task 12 needs 3 s more, task 13 one (its sisters took two), six more two each; two at a time.
    assert.deepStrictEqual(frame(), [
      "≡ circle            cached",
      "✓ limit             3.1s",
      "⠹ empirical  12/20 ▕███████▎    ▏  61 %  2 running  10.0 steps/s  0:08 left",
      "· curves",
      "✗ broken            21.5s  failed",
      "– after        3/3  3 skipped",
      "18 of 27 tasks · 1 failed · 2 running · 3 skipped · 1 cached · 0:25"
    ])
  })

  it("leaves out what matters least when there is little room", () => {
    assert.deepStrictEqual(
      [74, 60, 46, 24].map((columns) => frame({ columns })[2]),
      [
        "⠹ empirical  12/20 ▕███████▎    ▏  61 %  2 running  0:08 left",
        "⠹ empirical  12/20 ▕███████▎    ▏  61 %  0:08 left",
        "⠹ empirical  12/20 ▕███████▎    ▏  61 %",
        "⠹ empi…cal  12/20"
      ]
    )
  })

  it("is never wider than it may be, and says how wide it is", () => {
    for (let columns = 20; columns <= 120; columns++) {
      for (const { text, width } of renderFrame(middle().state, { ...options, columns })) {
        assert.isAtMost(width, columns)
        assert.isAtMost(widthOf(text), width)
      }
    }
  })

  it("shows what runs and what failed when there are more stages than rows, and counts the others", () => {
    assert.deepStrictEqual(frame({ rows: 4, columns: 60 }), [
      "⠹ empirical  12/20 ▕███████▎    ▏  61 %  0:08 left",
      "✗ broken            21.5s  failed",
      "… 4 more: 1 waiting, 1 done, 1 skipped, 1 cached",
      "18 of 27 tasks · 1 failed · 2 running · 3 skipped · 1 cached"
    ])
    for (let rows = 2; rows <= 8; rows++) assert.isAtMost(frame({ rows }).length, rows)
  })

  it("keeps to ASCII where there is nothing else", () => {
    const lines = frame({ unicode: false, columns: 60 })
    assert.strictEqual(lines[2], "| empirical  12/20 [#######.....]  61 %  0:08 left")
    assert.isTrue(lines.every((line) => /^[\x20-\x7e]*$/u.test(line)))
  })

  it("colours what it says without changing it", () => {
    const colored = frame({ color: true })
    assert.include(colored[4], "\u001b[31m✗\u001b[0m")
    assert.deepStrictEqual(
      colored.map((line) => stripVTControlCharacters(line).trimEnd()),
      [...frame()]
    )
  })
})

describe("paceText", () => {
  it.each([
    [0.42, "0.420"],
    [14.23, "14.2"],
    [1240.4, "1240"],
    [15_149, "15.1k"],
    [2_304_000, "2.30M"]
  ])("writes %d a second as %s", (pace, text) => {
    assert.strictEqual(paceText(pace), text)
  })
})
