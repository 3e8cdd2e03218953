import { assert, describe, it } from "@effect/vitest"
import type { Plan } from "../../../core/plan/Plan.ts"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { fold } from "../../../core/record/RunState.ts"
import { withoutTask } from "../../../core/report/collect-expectations.ts"
import { judgeRun } from "../../../core/report/judge-run.ts"
import { FAILURE, SUCCESS } from "./example-report.ts"
import { expectation, METRICS, plan } from "./example-run.ts"

const judged = (events: ReadonlyArray<JournalEvent>) =>
  judgeRun({ plan, state: fold(events) }).map(({ judgement }) => judgement)

describe("judgeRun", () => {
  it("judges by the journal alone", () => {
    const all = judged(SUCCESS)
    assert.deepStrictEqual(
      all.map(({ verdict }) => verdict),
      ["met", "met", "met", "met", "missed", "met", "not recorded"]
    )
    assert.strictEqual(all[1]?.measured, METRICS["curves"]?.["growth@width=500"])
  })

  it("says why there is no number: the stage is to blame only where it ran", () => {
    const reason = (events: ReadonlyArray<JournalEvent>): string => judged(events).at(-1)?.words ?? ""
    assert.match(reason(SUCCESS), /^its stage recorded no such metric/u)
    assert.strictEqual(reason(FAILURE), "its task was skipped")
    assert.strictEqual(reason(SUCCESS.slice(0, 2)), "its task has not run")
    const begun = SUCCESS.findIndex((event) => event._tag === "AttemptStarted" && event.task === "learning")
    const end = {
      _tag: "RunFinished",
      at: 0,
      outcome: "interrupted",
      counts: { ran: 0, hit: 0, failed: 0, skipped: 0 }
    } as const
    assert.strictEqual(reason([...SUCCESS.slice(0, begun + 1), end]), "its task was cut off")
  })
})

describe("an expectation without a task", () => {
  it("says whether the list lacks it, is empty, or was not known", () => {
    const reasons = (pending: Plan["pending"] = []): ReadonlyArray<string> =>
      ["a@n=1.loss", "a.loss@late"].map((metric) =>
        withoutTask({ ...plan, pending }, expectation(metric, { _tag: "AtMost", bound: 1 }))
      )
    assert.deepStrictEqual(reasons(), ["no such task: the list does not have it", "no task: the list is empty"])
    const waiting = { id: "a", stageType: "a/b", waitsFor: [], after: [], needs: [], sources: [] }
    assert.deepStrictEqual(reasons([{ ...waiting, span: expectation("a.b", { _tag: "AtMost", bound: 1 }).span }]), [
      "its tasks were not known",
      "its tasks were not known"
    ])
  })
})
