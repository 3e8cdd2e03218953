import { assert, describe, it } from "@effect/vitest"
import { paceOfStage, shareOfStage, timeLeft } from "../../../core/observe/estimate.ts"
import { ProgressFold, type RunningTask } from "../../../core/observe/ProgressState.ts"
import { event, planOf, START } from "./sample-plan.ts"

const plan = planOf([{ id: "s", tasks: 6 }])

const running = (fold: ProgressFold): ReadonlyArray<RunningTask> => [...fold.state.running.values()]

const stageOf = (fold: ProgressFold) => {
  const [stage] = fold.state.stages
  assert(stage !== undefined)
  return stage
}

/** Two of six tasks are done, 10 s each; two more started at 20 s. */
const half = (): ProgressFold => {
  const fold = new ProgressFold(plan)
  for (const [n, from] of [
    [0, 0],
    [1, 10]
  ] as const) {
    fold.onEvent(event.attempt(from, `s@n=${n}`))
    fold.onEvent(event.finished(from + 10, `s@n=${n}`))
  }
  fold.onEvent(event.attempt(20, "s@n=2"))
  fold.onEvent(event.attempt(20, "s@n=3"))
  return fold
}

const report = (fold: ProgressFold, task: string, seconds: number, done: number, total: number): void =>
  fold.onProgress(task, { done, total, unit: "steps" }, START + 1000 * seconds)

describe("timeLeft", () => {
  it("takes the time of finished sisters where nothing is reported", () => {
    // At 24 s the two running tasks need 6 s each; then two more take 10 s, side by side.
    const fold = half()
    assert.strictEqual(timeLeft(stageOf(fold), running(fold), START + 24_000), 16_000)
  })

  it("follows the pace inside a running task", () => {
    const fold = new ProgressFold(planOf([{ id: "s" }]))
    fold.onEvent(event.attempt(0, "s"))
    report(fold, "s", 1, 0, 100)
    report(fold, "s", 3, 20, 100)
    // 10 steps a second: 80 steps are 8 s, one of which has passed.
    assert.strictEqual(timeLeft(stageOf(fold), running(fold), START + 4000), 7000)
  })

  it("expects of what waits what it expects of what runs", () => {
    const fold = new ProgressFold(plan)
    fold.onEvent(event.attempt(0, "s@n=0"))
    report(fold, "s@n=0", 0, 0, 10)
    report(fold, "s@n=0", 5, 5, 10)
    // 5 s left of 10 s, and five more of 10 s.
    assert.closeTo(timeLeft(stageOf(fold), running(fold), START + 5000) ?? 0, 55_000, 1e-6)
  })

  it("is never shorter than the longest running task needs", () => {
    const fold = new ProgressFold(planOf([{ id: "s", tasks: 2 }]))
    for (const n of [0, 1]) {
      fold.onEvent(event.attempt(0, `s@n=${n}`))
      report(fold, `s@n=${n}`, 0, 0, 100)
    }
    report(fold, "s@n=0", 10, 99, 100)
    report(fold, "s@n=1", 10, 10, 100)
    assert.closeTo(timeLeft(stageOf(fold), running(fold), START + 10_000) ?? 0, 90_000, 1e-6)
  })

  it("says nothing before anything is known", () => {
    const fold = new ProgressFold(plan)
    assert.isUndefined(timeLeft(stageOf(fold), [], START))
    fold.onEvent(event.attempt(0, "s@n=0"))
    assert.isUndefined(timeLeft(stageOf(fold), running(fold), START + 5000))
  })
})

describe("pace", () => {
  it("is taken from the last seconds, not from the whole attempt", () => {
    const fold = new ProgressFold(planOf([{ id: "s" }]))
    fold.onEvent(event.attempt(0, "s"))
    // Ten seconds at 1 step a second, then at 100.
    for (let second = 0; second <= 10; second++) report(fold, "s", second, second, 10_000)
    for (let second = 11; second <= 30; second++) report(fold, "s", second, 10 + 100 * (second - 10), 10_000)
    assert.strictEqual(paceOfStage(running(fold))?.perSecond, 100)
  })

  it("adds up over the tasks that run side by side", () => {
    const fold = half()
    for (const task of ["s@n=2", "s@n=3"]) {
      report(fold, task, 20, 0, 100)
      report(fold, task, 22, 30, 100)
    }
    assert.deepStrictEqual(paceOfStage(running(fold)), { perSecond: 30, unit: "steps" })
    // Two of six done, two more at 30 %.
    assert.closeTo(shareOfStage(stageOf(fold), running(fold)), 2.6 / 6, 1e-12)
  })

  it("starts anew when a task starts to count again", () => {
    const fold = new ProgressFold(planOf([{ id: "s" }]))
    fold.onEvent(event.attempt(0, "s"))
    report(fold, "s", 0, 0, 10)
    report(fold, "s", 2, 10, 10)
    report(fold, "s", 3, 0, 500)
    assert.isUndefined(paceOfStage(running(fold)))
  })
})
