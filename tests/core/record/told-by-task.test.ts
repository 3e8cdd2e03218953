import { assert, describe, it } from "vitest"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { fold } from "../../../core/record/RunState.ts"
import { toldByTask } from "../../../core/record/told-by-task.ts"
import { digest } from "../store/sample-store.ts"
import { EVENTS } from "./sample-run.ts"

const entriesOf = (...events: ReadonlyArray<JournalEvent>) => events.map((event, sequence) => ({ sequence, event }))

const ALL_HIT: JournalEvent = { _tag: "AllHit", at: 5000, of: "the run before", stages: { circle: 1 } }

/** What the journal of a run says of its tasks when all of them are as they were in a run with these events. */
const found = (...before: ReadonlyArray<JournalEvent>) => {
  const told = toldByTask(entriesOf(ALL_HIT), () => fold(before))
  return [...fold(told.map(({ event }) => event)).tasks.values()]
}

describe("a hit of all tasks, told by task", () => {
  it("finds what the earlier run computed, and says so", () => {
    const [task, ...more] = found(EVENTS.finished)
    assert.isEmpty(more)
    assert.strictEqual(task?.status, "hit")
    assert.deepStrictEqual(
      [task?.task, task?.key, task?.outputs, task?.metrics, task?.computedBy, task?.endedAt],
      ["circle", EVENTS.finished.key, EVENTS.finished.outputs, EVENTS.finished.metrics, "the run before", 5000]
    )
  })

  it("keeps of a metric that diverged what it was, through the journal as it is written", () => {
    const diverged = { ...EVENTS.finished, metrics: { loss: 1 }, notFinite: { gap: "NaN", rate: "-Infinity" } } as const
    const told = toldByTask(entriesOf(ALL_HIT), () => fold([diverged]))
    const [hit] = JSON.parse(JSON.stringify(told.map(({ event }) => event))) as ReadonlyArray<JournalEvent>
    assert.deepInclude(hit, { metrics: { loss: 1 }, notFinite: { gap: "NaN", rate: "-Infinity" } })
    const [task] = fold(hit === undefined ? [] : [hit]).tasks.values()
    assert.deepStrictEqual(task?.metrics, { loss: 1, gap: Number.NaN, rate: Number.NEGATIVE_INFINITY })
  })

  it("names the run that computed what the earlier run had found", () => {
    const hit = { ...EVENTS.hit, outputs: { points: digest("p") }, metrics: { loss: 1 }, computedBy: "long ago" }
    const [task] = found(hit)
    assert.deepStrictEqual([task?.outputs, task?.metrics, task?.computedBy], [hit.outputs, { loss: 1 }, "long ago"])
  })

  it("leaves journals alone that tell each task", () => {
    const entries = entriesOf(EVENTS.hit, EVENTS.finished)
    assert.deepStrictEqual(
      toldByTask(entries, () => assert.fail("nothing is asked for")),
      entries
    )
  })
})
