import { assert, describe, it } from "@effect/vitest"
import { ProgressFold, settled, totals } from "../../../core/observe/ProgressState.ts"
import { statusOf } from "../../../core/observe/stage-view.ts"
import { event, planOf, START } from "./sample-plan.ts"

const plan = planOf([{ id: "circle" }, { id: "empirical", tasks: 3, needs: ["circle"] }])

const folded = (events: ReadonlyArray<Parameters<ProgressFold["onEvent"]>[0]>) => {
  const fold = new ProgressFold(plan)
  for (const one of events) fold.onEvent(one)
  return fold.state
}

const stage = (state: ReturnType<typeof folded>, id: string) => {
  const found = state.stages.find((one) => one.id === id)
  assert(found !== undefined)
  return found
}

describe("ProgressFold", () => {
  it("counts the tasks of a matrix stage by state", () => {
    const state = folded([
      event.runStarted(4),
      event.hit(0, "circle"),
      event.hit(0, "empirical@n=0"),
      event.ready(0, "empirical@n=1"),
      event.ready(0, "empirical@n=2"),
      event.attempt(1, "empirical@n=1")
    ])
    assert.deepInclude(stage(state, "empirical"), { total: 3, hit: 1, running: 1, queued: 1, done: 0 })
    assert.deepStrictEqual([...state.running.keys()], ["empirical@n=1"])
    assert.deepInclude(totals(state), { total: 4, hit: 2, running: 1, queued: 1 })
  })

  it("counts as running what its worker has begun, whichever comes first, the event or the turn", () => {
    const fold = new ProgressFold(plan)
    const names = [0, 1, 2].map((n) => `empirical@n=${n}`)
    const [early = "", late = "", cut = ""] = names
    const counts = () => {
      const { held, queued, running } = stage(fold.state, "empirical")
      return [queued, held, running]
    }
    for (const name of names) fold.onEvent(event.ready(0, name))
    fold.onTurn(early, false)
    for (const name of names) fold.onEvent(event.attempt(0, name))
    fold.onTurn(late, false)
    fold.onTurn(cut, false)
    assert.deepStrictEqual(counts(), [0, 3, 0])
    assert.strictEqual(statusOf(stage(fold.state, "empirical")), "running")
    for (const name of [early, early, late]) fold.onTurn(name, true)
    assert.deepStrictEqual(counts(), [0, 1, 2])
    fold.onTurn(early, false)
    assert.deepStrictEqual(counts(), [0, 2, 1])
    fold.onEvent(event.finished(1, early))
    assert.deepStrictEqual(counts(), [0, 1, 1])
    fold.onEvent(event.skipped(1, cut, "the run ended"))
    fold.onEvent(event.finished(1, late))
    assert.deepStrictEqual(counts(), [0, 0, 0])
    assert.deepInclude(totals(fold.state), { running: 0, done: 2, skipped: 1 })
  })

  it("puts a task that is tried again back into the queue, and keeps the time of its good attempt only", () => {
    const state = folded([
      event.ready(0, "circle"),
      event.attempt(0, "circle"),
      event.attemptFailed(2, "circle", "no", 500),
      event.attempt(3, "circle", 2),
      event.finished(7, "circle")
    ])
    assert.deepInclude(stage(state, "circle"), { done: 1, failed: 0, queued: 0, running: 0, workMillis: 4000 })
  })

  it("counts a task once whose stored result was damaged and is made again", () => {
    const events = [event.hit(0, "circle"), event.ready(1, "circle")]
    assert.deepInclude(stage(folded(events), "circle"), { total: 1, hit: 0, queued: 1 })
    const state = folded([...events, event.attempt(1, "circle"), event.finished(2, "circle")])
    assert.deepInclude(stage(state, "circle"), { total: 1, hit: 0, done: 1, queued: 0 })
    assert.deepInclude(stage(folded([...events.slice(0, 1), event.hit(1, "circle")]), "circle"), { total: 1, hit: 1 })
  })

  it("counts a task that failed for good once", () => {
    const state = folded([
      event.ready(0, "circle"),
      event.attempt(0, "circle"),
      event.attemptFailed(2, "circle", "no"),
      event.failed(2, "circle")
    ])
    assert.deepInclude(stage(state, "circle"), { failed: 1, running: 0, queued: 0 })
    assert.strictEqual(statusOf(stage(state, "circle")), "failed")
  })

  it("has nothing running after an interruption", () => {
    const state = folded([event.ready(0, "circle"), event.attempt(0, "circle"), event.runFinished(1, "interrupted")])
    assert.strictEqual(state.running.size, 0)
    assert.strictEqual(stage(state, "circle").running, 0)
    assert.strictEqual(state.endedAt, START + 1000)
  })

  it("lets a stage grow by tasks that the plan did not know", () => {
    const state = folded([0, 1, 2, 3, 4].map((n) => event.hit(0, `empirical@n=${n}`)))
    assert.strictEqual(stage(state, "empirical").total, 5)
    assert.strictEqual(settled(stage(state, "empirical")), 5)
  })

  it("ignores the progress of a task that does not run", () => {
    const fold = new ProgressFold(plan)
    fold.onProgress("circle", { done: 1, total: 2, unit: "steps" }, START)
    assert.strictEqual(fold.state.running.size, 0)
  })

  it("says in one word how a stage of hits and finished tasks ended", () => {
    const hits = [0, 1, 2].map((n) => event.hit(0, `empirical@n=${n}`))
    assert.strictEqual(statusOf(stage(folded(hits), "empirical")), "hit")
    assert.strictEqual(
      statusOf(stage(folded([...hits.slice(1), event.finished(1, "empirical@n=0")]), "empirical")),
      "done"
    )
    assert.strictEqual(statusOf(stage(folded(hits.slice(1)), "empirical")), "waiting")
  })
})
