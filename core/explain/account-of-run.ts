/** Why the tasks of a past run ran, or did not. */
import { Effect } from "effect"
import type { EarlierResult } from "../plan/EarlierResult.ts"
import { needsOf, type Plan, type PlanTask } from "../plan/Plan.ts"
import { explain } from "../plan/reason.ts"
import { stageOf } from "../plan/task-id.ts"
import { differences } from "../plan/why.ts"
import type { LatestRuns, ResultSource } from "../record/LatestRuns.ts"
import type { PastRun } from "../record/RunHistory.ts"
import type { RunState, TaskState } from "../record/RunState.ts"
import { resultOf } from "../record/TaskResult.ts"
import { stageHistory } from "../run/past-results.ts"
import type { ActionRecord } from "../store/ActionRecord.ts"
import type { ActionStore } from "../store/ActionStore.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"
import type { Account } from "./Account.ts"
import { cachedState } from "./account-of-plan.ts"
import { type EarlierTask, earlierTask, type FindEarlierTask } from "./EarlierTask.ts"
import { earlierIn } from "./earlier.ts"
import { type Comparison, Inquiry } from "./Inquiry.ts"
import type { Places } from "./Places.ts"

/** What the account of a past run is made from. */
export interface RunFacts {
  readonly run: Pick<PastRun, "plan" | "state" | "folder">
  /** Those before it. */
  readonly latest: LatestRuns
  readonly places: Places
  readonly actions: Pick<ActionStore["Service"], "ofStage" | "history"> & ResultSource
  readonly taskOf: FindEarlierTask
}

/** Results of a task, and of its like, that are looked through. */
const MAX_RESULTS = 200

/** The account of a task: why it had to be computed in this run, or whose result it found. */
export const accountOfRun: (facts: RunFacts, index: number) => Effect.Effect<Account, StoreUnavailable> =
  Effect.fnUntraced(function* (facts, index) {
    const { run, latest, actions, taskOf } = facts
    const task = taskAt(run.plan, index)
    const told = run.state.tasks.get(task)
    const now = resultOf(run.state, task, actions).record
    const head = { task, against: undefined, differences: [], waitsFor: [] }
    if (told === undefined) return { ...head, state: "not reached" }
    if (told.status === "skipped") return { ...head, state: `skipped: ${told.because}` }
    if (told.status === "hit" && now !== undefined) {
      // What another task of the same run has made was made from what came before both.
      const gave = now.runId === run.folder.id ? [] : cutOff(run, index)
      return { ...head, state: [cachedState(task, now), ...gave].join("; ") }
    }
    if (told.status !== "done" || now === undefined) return { ...head, state: failureText(told) }
    const stage = run.plan.stages[run.plan.tasks[index]?.stage ?? -1]
    const { stageType } = now.parts
    const isEarlier = ({ startedAt }: ActionRecord): boolean => startedAt < now.startedAt
    const isLike = (record: ActionRecord): boolean => isEarlier(record) && latest.mayTell(record)
    const had = [...latest.resultsOf({ stageType, task }, actions, MAX_RESULTS)]
    const { against, differences: found } = explain(now, {
      own: had.find(({ record }) => isEarlier(record)),
      ofLike: () => (stage === undefined ? [] : stageHistory(actions)(stage, MAX_RESULTS).filter(isLike))
    })
    const state = `ran: ${told.reason}`
    // Computed anew from the same key: somebody asked for it, or the result was lost.
    if (against === undefined || actions.recordsOf(now.key).some(isEarlier)) return { ...head, state }
    const inquiry = new Inquiry({
      plan: run.plan,
      places: facts.places,
      resultOf: recordsOf(facts, run),
      earlier: earlierIn(facts),
      taskOf
    })
    inquiry.enter(index)
    const before = yield* taskOf(against)
    const letThrough = against.task === task ? [] : inquiry.letThrough(task, before)
    if (letThrough.length > 0) return { ...head, state, differences: letThrough }
    return {
      ...head,
      state,
      against: `${against.task} of run ${against.runId}`,
      differences: yield* inquiry.changes(index, comparisonOf(now, against.record, found, before))
    }
  })

/** That what a task reads was computed in its run, and came out as it was; nothing where all was found. */
const cutOff = ({ plan, state }: RunFacts["run"], index: number): ReadonlyArray<string> => {
  const task = plan.tasks[index]
  const ran = (task === undefined ? [] : needsOf(task)).flatMap((need) => {
    const id = taskAt(plan, need)
    return state.tasks.get(id)?.status === "done" ? [stageOf(id)] : []
  })
  return ran.length === 0 ? [] : [`${[...new Set(ran)].join(", ")} ran, and gave the same bytes`]
}

/** The account of a stage that never came to tasks in a run: its lists failed, or there were none. */
export const accountOfPending = ({ state }: Pick<PastRun, "state">, stage: string): Account => {
  const told = state.tasks.get(stage)
  const head = { task: stage, against: undefined, differences: [], waitsFor: [] }
  if (told === undefined) return { ...head, state: "its tasks were not known" }
  return { ...head, state: told.status === "skipped" ? `skipped: ${told.because}` : failureText(told) }
}

/** The account of a task against another run: how the keys of the two results differ. `then` is the task in that run. */
export const accountBetween: (
  facts: RunFacts,
  other: Pick<PastRun, "plan" | "state" | "folder">,
  index: number,
  then: PlanTask | undefined
) => Effect.Effect<Account, StoreUnavailable> = Effect.fnUntraced(function* (facts, other, index, then) {
  const { run, actions, taskOf } = facts
  const task = taskAt(run.plan, index)
  const now = resultOf(run.state, task, actions).record
  const wanted = (name: string): EarlierResult | undefined => {
    const { record } = resultOf(other.state, name, actions)
    return record && { task: name, runId: other.folder.id, record }
  }
  const before = wanted(task)?.record
  const head = { task, against: undefined, differences: [], waitsFor: [] }
  if (now === undefined || before === undefined) {
    const { folder, state } = now === undefined ? run : other
    return { ...head, state: absence(folder.id, state, task) }
  }
  const found = differences(before, now)
  if (found.length === 0) return { ...head, state: "same key", against: other.folder.id }
  const inquiry = new Inquiry({
    plan: run.plan,
    places: facts.places,
    resultOf: recordsOf(facts, run),
    earlier: earlierIn({ ...facts, wanted }),
    taskOf
  })
  inquiry.enter(index)
  const earlier = then && earlierTask(other.plan, then)
  return {
    ...head,
    state: "other key",
    against: other.folder.id,
    differences: yield* inquiry.changes(index, comparisonOf(now, before, found, earlier))
  }
})

const comparisonOf = (
  now: ActionRecord,
  record: ActionRecord,
  found: ReturnType<typeof differences>,
  before: EarlierTask | undefined
): Comparison => ({ inputs: now.parts.inputs, record, found, before })

const recordsOf =
  ({ actions }: RunFacts, { plan, state }: RunFacts["run"]) =>
  (index: number): ActionRecord | undefined =>
    resultOf(state, taskAt(plan, index), actions).record

/** Why it was tried, and what came of it. */
const failureText = ({ status, reason, attempts }: TaskState): string => {
  const error = attempts.at(-1)?.error?.message
  return `${status}: ${[reason, error].filter((text) => text !== undefined).join("; ")}`
}

const taskAt = (plan: Plan, index: number): string => {
  const task = plan.tasks[index]
  if (task === undefined) throw new RangeError(`the plan has no task ${index}`)
  return task.id
}

const absence = (run: string, { tasks }: RunState, task: string): string => {
  const status = tasks.get(task)?.status
  return status === undefined || status === "hit" || status === "done" ? `not in run ${run}` : `${status} in run ${run}`
}
