/** What a run of a plan would do, without running anything. */
import { Effect } from "effect"
import type { Plan } from "../plan/Plan.ts"
import { type Explanation, explain } from "../plan/reason.ts"
import { remainingPaths } from "../plan/TaskGraph.ts"
import type { ActionRecord } from "../store/ActionRecord.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { ArtifactStore } from "../store/ArtifactStore.ts"
import { expectedDurations } from "./durations.ts"
import { findStart } from "./find-start.ts"
import { engine } from "./Host.ts"
import { type KeyedTask, Ledger } from "./Ledger.ts"
import { sourceArtifacts } from "./source-artifacts.ts"

/** What would happen to a task. */
export type Prospect =
  | { readonly _tag: "Cached"; readonly keyed: KeyedTask; readonly record: ActionRecord }
  | { readonly _tag: "Run"; readonly keyed: KeyedTask; readonly explanation: Explanation }
  /** What it needs has to run: if that gives the bytes of before, it need not. */
  | { readonly _tag: "MayRun"; readonly after: ReadonlyArray<string> }

export interface Assessment {
  readonly plan: Plan
  /** By task. */
  readonly prospects: ReadonlyArray<Prospect>
  /** Expected milliseconds, by task. */
  readonly durations: Float64Array
  /** Expected milliseconds of all that would or may run, one after the other. */
  readonly work: number
  /** Expected milliseconds of the longest chain of these: no number of cores makes the run shorter. */
  readonly criticalPath: number
}

/** Assesses a plan against the store. */
export const assess = Effect.fn("assess")(function* (plan: Plan) {
  const actions = yield* ActionStore
  const artifacts = yield* ArtifactStore
  const ledger = new Ledger(plan, yield* sourceArtifacts(plan), { engine })
  const prospects: Array<Prospect> = plan.tasks.map(() => ({ _tag: "MayRun", after: [] }))
  const stack = [...ledger.roots()]
  for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
    const keyed = ledger.keyed(index)
    const record = actions.find(keyed.key)
    if (record !== undefined && Object.values(record.outputs).every(artifacts.isPresent)) {
      prospects[index] = { _tag: "Cached", keyed, record }
      stack.push(...ledger.settle(index, record.outputs))
    } else prospects[index] = { _tag: "Run", keyed, explanation: explainKeyed(plan, keyed, actions, artifacts) }
  }
  const waits = prospects.map((prospect, index): Prospect => {
    if (prospect._tag !== "MayRun") return prospect
    return { _tag: "MayRun", after: blockers(plan, prospects, index) }
  })
  const expected = expectedDurations(plan, (stageType) => actions.history(stageType))
  const durations = expected.map((millis, index) => (waits[index]?._tag === "Cached" ? 0 : millis))
  return {
    plan,
    prospects: waits,
    durations: expected,
    work: durations.reduce((sum, millis) => sum + millis, 0),
    criticalPath: remainingPaths(ledger.graph, durations).reduce((longest, path) => Math.max(longest, path), 0)
  } satisfies Assessment
})

/** Why a task with a known key is not cached, and what it goes on from. */
export const explainKeyed = (
  plan: Plan,
  keyed: KeyedTask,
  actions: Pick<ActionStore["Service"], "ofTask" | "history" | "ofFamily">,
  { isPresent }: Pick<ArtifactStore["Service"], "isPresent">
): Explanation => {
  const { task, parts } = keyed
  const codeParts = plan.stages[task.stage]?.code.parts ?? { declarations: {}, packages: {} }
  const explanation = explain({ parts, codeParts }, actions.ofTask(parts.stageType, task.id, 1), () =>
    actions.history(parts.stageType, 20)
  )
  const start = findStart(plan, keyed, { ofFamily: actions.ofFamily, isPresent })
  if (start?.family === undefined) return explanation
  const { param } = plan.stages[task.stage]?.extends ?? {}
  return { ...explanation, text: `${explanation.text}; goes on from ${param}=${start.family.at}` }
}

/** Stages whose tasks have to run first. */
const blockers = (plan: Plan, prospects: ReadonlyArray<Prospect>, index: number): ReadonlyArray<string> => {
  const origins = Object.values(plan.tasks[index]?.inputs ?? {}).flatMap((input) =>
    input._tag === "One" ? [input.origin] : input.items.map(({ origin }) => origin)
  )
  const stages = origins.flatMap((origin) => {
    if (origin._tag === "Source" || prospects[origin.task]?._tag === "Cached") return []
    return plan.stages[plan.tasks[origin.task]?.stage ?? -1]?.id ?? []
  })
  return [...new Set(stages)]
}
