/** Why the tasks of a plan would run now, or would not. */
import { Effect } from "effect"
import { compatibleText, shortCode } from "../plan/compatible.ts"
import { needsOf } from "../plan/Plan.ts"
import { haveRun, reuse } from "../plan/reason.ts"
import type { ResultSource } from "../record/LatestRuns.ts"
import type { Assessment } from "../run/assess.ts"
import type { ActionRecord } from "../store/ActionRecord.ts"
import type { Digest } from "../store/Digest.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"
import type { Account } from "./Account.ts"
import type { FindEarlierTask } from "./EarlierTask.ts"
import { earlierIn } from "./earlier.ts"
import { Inquiry } from "./Inquiry.ts"
import type { Places } from "./Places.ts"

/** What the account of a plan is made from. */
export interface PlanFacts {
  readonly assessment: Assessment
  readonly places: Places
  readonly actions: ResultSource
  readonly taskOf: FindEarlierTask
}

/** The account of a task, by its index. */
export const accountOfPlan = (facts: PlanFacts, index: number): Effect.Effect<Account, StoreUnavailable> => {
  const { assessment, places, actions, taskOf } = facts
  const { plan, prospects, latest } = assessment
  const resultOf = (task: number): ActionRecord | undefined => {
    const prospect = prospects[task]
    return prospect?._tag === "Cached" ? prospect.record : undefined
  }
  const inquiry = new Inquiry({ plan, places, resultOf, earlier: earlierIn({ actions, latest }), taskOf })
  return accountOf(facts, inquiry, index)
}

const accountOf: (facts: PlanFacts, inquiry: Inquiry, index: number) => Effect.Effect<Account, StoreUnavailable> =
  Effect.fnUntraced(function* (facts, inquiry, index) {
    const { plan, prospects } = facts.assessment
    const task = plan.tasks[index]
    const prospect = prospects[index]
    if (task === undefined || prospect === undefined) throw new RangeError(`the plan has no task ${index}`)
    const head = { task: task.id, against: undefined, differences: [], waitsFor: [] }
    const unexplained = inquiry.enter(index)
    if (unexplained !== undefined) return { ...head, state: unexplained }
    if (prospect._tag === "Cached") {
      const { record, keyed } = prospect
      const older = compatibleText(keyed.parts, record)
      const byOlder = `cached: computed in run ${record.runId} ${older}; it is ${shortCode(keyed.parts.code)} now`
      return { ...head, state: older === "" ? cachedState(task.id, record) : byOlder }
    }
    const waitsFor = yield* Effect.forEach(blockers(facts, index), (need) => accountOf(facts, inquiry, need))
    if (prospect._tag === "MayRun") {
      return { ...head, state: `not decided before ${haveRun(prospect.after)}`, waitsFor }
    }
    const { against, differences: found, text } = prospect.explanation
    const state = prospect._tag === "Run" ? `to run: ${text}` : `to run: ${text}; after ${prospect.after.join(", ")}`
    if (against === undefined) return { ...head, state, waitsFor }
    const { inputs, code } = prospect._tag === "Run" ? prospect.keyed.parts : prospect.parts
    const before = yield* facts.taskOf(against)
    const letThrough = against.task === task.id ? [] : inquiry.letThrough(task.id, before)
    if (letThrough.length > 0) return { ...head, state, differences: letThrough, waitsFor }
    const comparison = { inputs, record: against.record, found, before }
    return {
      task: task.id,
      state,
      against: `${against.task} of run ${against.runId}${codesText(against.record.parts.code, code)}`,
      differences: yield* inquiry.changes(index, comparison),
      waitsFor
    }
  })

/** Both identities where code differs: who knows that the older results still hold lists the older one in the stage type. */
const codesText = (before: Digest, now: Digest): string =>
  before === now ? "" : `, made by code ${shortCode(before)}; it is ${shortCode(now)} now`

/** Of a result that is there: whose it is. */
export const cachedState = (task: string, { task: madeAs, runId }: ActionRecord): string => {
  const name = reuse(task, madeAs)
  return `cached: ${name === "" ? "same key as" : `${name} had`} in run ${runId}`
}

/** Of the tasks that have to run first one for each stage. */
const blockers = ({ assessment: { plan, prospects } }: PlanFacts, index: number): ReadonlyArray<number> => {
  const task = plan.tasks[index]
  const open = task === undefined ? [] : needsOf(task).filter((need) => prospects[need]?._tag !== "Cached")
  return [...Map.groupBy(open, (need) => plan.tasks[need]?.stage).values()].flatMap(([first]) => first ?? [])
}
