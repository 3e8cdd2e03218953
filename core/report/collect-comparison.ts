/** Gathers what a page on several runs shows, from their journals, their plans and the store. */
import { Effect } from "effect"
import type { Tolerance } from "../document/PipelineDocument.ts"
import { causesBetween } from "../explain/causes-between.ts"
import { compareRuns } from "../explain/compare-runs.ts"
import { documentOf } from "../explain/document-of-run.ts"
import { letterOf } from "../explain/letters.ts"
import { otherTasks } from "../explain/other-tasks.ts"
import { expectedOf } from "../plan/Plan.ts"
import { flawsText } from "../record/JournalFlaws.ts"
import type { PastRun } from "../record/RunHistory.ts"
import { outcomeOf } from "../record/RunState.ts"
import type { ComparedExpectation, ComparedSide, ComparisonModel } from "./ComparisonModel.ts"
import { collectComparedFigures } from "./compare-figures.ts"
import type { Judgement } from "./judge-expectations.ts"
import { judgeRun } from "./judge-run.ts"

/** Compares runs, each with the first one. */
export const collectComparison = Effect.fn("collectComparison")(function* (runs: ReadonlyArray<PastRun>) {
  const compared = yield* Effect.forEach(runs, (run) =>
    Effect.map(documentOf(run), (document) => ({ ...run, document }))
  )
  const [first] = runs
  const sides = yield* Effect.forEach(
    runs,
    Effect.fnUntraced(function* (run, index) {
      if (first === undefined || index === 0) return sideOf(run, index, undefined)
      const { causes, unexplained } = yield* causesBetween(first, run)
      return sideOf(run, index, { causes: [...causes, ...(yield* otherTasks(first, run))], unexplained })
    })
  )
  const expectations = expectationsOf(runs)
  return {
    pipelines: [...new Set(runs.map(({ plan }) => plan.name))],
    runs: sides,
    comparison: compareRuns(compared),
    goals: goalsOf(runs),
    expectations,
    ...(yield* collectComparedFigures(runs))
  } satisfies ComparisonModel
})

const sideOf = ({ folder, plan, state }: PastRun, index: number, causes: ComparedSide["causes"]): ComparedSide => ({
  letter: letterOf(index),
  id: folder.id,
  pipeline: plan.name,
  file: plan.file,
  profile: plan.profile,
  outcome: outcomeOf(state),
  startedAt: state.started?.at,
  durationMillis:
    state.started === undefined || state.endedAt === undefined ? undefined : state.endedAt - state.started.at,
  counts: state.counts,
  flaws: flawsText(folder.id, state.flaws),
  causes
})

/** One row for everything that any run expects: another value, bound or tolerance is another expectation. */
const expectationsOf = (runs: ReadonlyArray<PastRun>): ReadonlyArray<ComparedExpectation> => {
  const rows = new Map<string, ComparedExpectation>()
  for (const [index, run] of runs.entries()) {
    for (const { expected, judgement } of judgeRun(run)) {
      const name = JSON.stringify([expected.metric.value, expected.tolerance, expected.origin])
      const judgements = rows.get(name)?.judgements ?? runs.map((): Judgement | undefined => undefined)
      rows.set(name, { expected, judgements: judgements.with(index, judgement) })
    }
  }
  return [...rows.values()]
}

/** What is expected of metrics, by their names. */
const goalsOf = (runs: ReadonlyArray<PastRun>): ReadonlyMap<string, Tolerance> =>
  new Map(
    runs.flatMap(({ plan }) =>
      plan.expectations.flatMap((each) =>
        expectedOf(each).map((task) => [`${plan.tasks[task]?.id}.${each.metric}`, each.expected.tolerance] as const)
      )
    )
  )
