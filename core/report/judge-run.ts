/** How the expectations of a run stand, from its plan and its journal alone: where many runs are looked at, no store is asked. */
import type { ExpectationDocument } from "../document/PipelineDocument.ts"
import type { PastRun } from "../record/RunHistory.ts"
import { absenceOf, withoutTask } from "./collect-expectations.ts"
import { type Judgement, judge } from "./judge-expectations.ts"
import { shownStatus } from "./shown-status.ts"

export interface JudgedExpectation {
  readonly expected: ExpectationDocument
  readonly judgement: Judgement
}

/** Every expectation of the profile, those without a task last. */
export const judgeRun = ({ plan, state }: Pick<PastRun, "plan" | "state">): ReadonlyArray<JudgedExpectation> => [
  ...plan.expectations.map(({ task: index, metric, expected }) => {
    const task = state.tasks.get(plan.tasks[index]?.id ?? "")
    const absence = absenceOf(
      {
        status: shownStatus(task, state.outcome !== undefined),
        metrics: task?.metrics ?? {},
        // A journal of before does not say what was found.
        isLost: task?.outputs === undefined
      },
      metric,
      expected.metric.value
    )
    return { expected, judgement: judge(expected, task?.metrics[metric], absence) }
  }),
  ...(plan.absences?.expectations.map((expected) => ({
    expected,
    judgement: judge(expected, undefined, withoutTask(plan, expected))
  })) ?? [])
]
