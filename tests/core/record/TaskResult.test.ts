import { assert, describe, it } from "@effect/vitest"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { fold } from "../../../core/record/RunState.ts"
import { resultOf } from "../../../core/record/TaskResult.ts"
import { taskHit } from "../../../core/record/task-hit.ts"
import type { ActionRecord } from "../../../core/store/ActionRecord.ts"
import type { Artifact } from "../../../core/store/Artifact.ts"
import { record } from "../store/sample-store.ts"
import { digest, EVENTS } from "./sample-run.ts"

const artifact = (text: string): Artifact => ({
  kind: "Json",
  digest: digest(text),
  files: [{ path: "value.json", digest: digest(`${text} bytes`), bytes: 1 }]
})

/** A record of the one key, with one output that this text stands for. */
const made = (text: string, runId: string, startedAt: number): ActionRecord =>
  record("key", "circle", {
    outputs: { points: artifact(text) },
    metrics: { loss: startedAt },
    runId,
    startedAt,
    durationMillis: 10
  })

const OLD = made("old", "run one", 100)
const NEW = made("new", "run two", 500)

/** A store with these records of the key, the oldest first. */
const storeOf = (...records: ReadonlyArray<ActionRecord>) => ({
  recordsOf: () => records,
  findArtifacts: (prefix: string) =>
    records.flatMap(({ outputs }) => Object.values(outputs)).filter((one) => one.digest.startsWith(prefix))
})

const stateOf = (...events: ReadonlyArray<JournalEvent>) =>
  fold([{ ...EVENTS.runStarted, runId: "run three" }, ...events])

describe("resultOf", () => {
  it("is what the run found, whatever holds for its key by now", () => {
    for (const [found, records] of [
      [OLD, [OLD, NEW]],
      [NEW, [OLD, NEW]]
    ] as const) {
      const result = resultOf(stateOf(taskHit("circle", found, 900)), "circle", storeOf(...records))
      assert.strictEqual(result.record, found)
      assert.strictEqual(result.outputs["points"], found.outputs["points"]?.digest)
      assert.deepStrictEqual(result.metrics, found.metrics)
      assert.strictEqual(result.artifact("points"), found.outputs["points"])
    }
  })

  it("is what the run computed, also when another run computed it again", () => {
    const finished = { ...EVENTS.finished, outputs: { points: digest("old") }, metrics: { loss: 7 } }
    const mine = made("old", "run three", 300)
    const result = resultOf(stateOf(finished), "circle", storeOf(OLD, mine, made("old", "run four", 700), NEW))
    assert.strictEqual(result.record, mine)
    assert.deepStrictEqual(result.metrics, { loss: 7 })
  })

  it("keeps digests and metrics when the store has lost the record, and finds its files in any other", () => {
    const state = stateOf(taskHit("circle", OLD, 900))
    const lost = resultOf(state, "circle", storeOf(NEW))
    assert.deepStrictEqual([lost.outputs, lost.metrics], [{ points: digest("old") }, { loss: 100 }])
    assert.deepStrictEqual([lost.record, lost.artifact("points")], [undefined, undefined])
    const twin = record("key", "twin", { outputs: { other: artifact("old"), more: artifact("more") } })
    assert.deepStrictEqual(resultOf(state, "circle", storeOf(NEW, twin)).artifact("points"), artifact("old"))
  })

  it("takes from a journal that does not say what was found what had been made by then", () => {
    const hitAt = (at: number) => stateOf({ ...EVENTS.hit, at })
    const store = storeOf(OLD, NEW)
    assert.strictEqual(resultOf(hitAt(400), "circle", store).record, OLD)
    assert.deepStrictEqual(resultOf(hitAt(400), "circle", store).metrics, { loss: 100 })
    assert.strictEqual(resultOf(hitAt(600), "circle", store).record, NEW)
    // The clocks of two machines differ.
    assert.strictEqual(resultOf(hitAt(50), "circle", store).record, OLD)
    assert.deepStrictEqual(resultOf(hitAt(50), "circle", storeOf()).outputs, {})
  })

  it("is nothing for a task that failed, runs, or is not in the run", () => {
    for (const events of [[EVENTS.ready], [EVENTS.ready, EVENTS.failed], [EVENTS.skipped], []]) {
      const result = resultOf(stateOf(...events), "circle", storeOf(OLD))
      assert.deepStrictEqual([result.outputs, result.metrics, result.record], [{}, {}, undefined])
    }
  })
})
