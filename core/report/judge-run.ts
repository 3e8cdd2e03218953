/** How the expectations of a run stand, from its plan and its journal alone: where many runs are looked at, no store is asked. */
import type { ExpectationDocument } from "../document/PipelineDocument.ts"
import { expectedOf, type PlanExpectation } from "../plan/Plan.ts"
import type { PastRun } from "../record/RunHistory.ts"
import type { RunState } from "../record/RunState.ts"
import { absenceOf, withoutTask } from "./collect-expectations.ts"
import { judgeEvery, type MeasuredTask } from "./judge-every.ts"
import { type Judgement, judge } from "./judge-expectations.ts"
import { shownStatus } from "./shown-status.ts"

export interface JudgedExpectation {
  readonly expected: ExpectationDocument
  readonly judgement: Judgement
}

/** Every expectation of the profile, those without a task last. */
export const judgeRun = ({ plan, state }: Pick<PastRun, "plan" | "state">): ReadonlyArray<JudgedExpectation> => [
  ...plan.expectations.map((expectation) => {
    const { expected } = expectation
    const measured = expectedOf(expectation).map((index) => measuredBy(state, plan.tasks[index]?.id ?? "", expectation))
    return { expected, judgement: judgeEvery(expected, measured).judgement }
  }),
  ...(plan.absences?.expectations.map((expected) => ({
    expected,
    judgement: judge(expected, undefined, withoutTask(plan, expected))
  })) ?? [])
]

const measuredBy = (state: RunState, id: string, { metric, expected }: PlanExpectation): MeasuredTask => {
  const task = state.tasks.get(id)
  const lacking = {
    status: shownStatus(task, state.outcome !== undefined),
    metrics: task?.metrics ?? {},
    // A journal of before does not say what was found.
    isLost: task?.outputs === undefined
  }
  return { task: id, measured: task?.metrics[metric], absence: absenceOf(lacking, metric, expected.metric.value) }
}
