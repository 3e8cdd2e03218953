/** What a run of a plan would do, without running anything. */
import { Effect } from "effect"
import type { ArrivingPart } from "../plan/arriving.ts"
import { feedersOf } from "../plan/feeder.ts"
import { type Origin, originsIn, type Plan, type PlanInput, type PlanTask } from "../plan/Plan.ts"
import { type Explanation, explain } from "../plan/reason.ts"
import { titleOf } from "../plan/why.ts"
import { LatestRuns } from "../record/LatestRuns.ts"
import type { ActionRecord, KeyParts } from "../store/ActionRecord.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { ArtifactStore } from "../store/ArtifactStore.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import { changedReading } from "./changed-reading.ts"
import { expectedDurations } from "./durations.ts"
import { olderKeys } from "./find-result.ts"
import { findStart } from "./find-start.ts"
import { engine } from "./Host.ts"
import { KnownResults, type OpenPorts } from "./KnownResults.ts"
import { type KeyedTask, Ledger } from "./Ledger.ts"
import { lookUpResults } from "./look-up-results.ts"
import { type PastResults, pastResults } from "./past-results.ts"
import { sourceArtifacts } from "./source-artifacts.ts"

/** What would happen to a task. */
export type Prospect =
  | { readonly _tag: "Cached"; readonly keyed: KeyedTask; readonly record: ActionRecord }
  | { readonly _tag: "Run"; readonly keyed: KeyedTask; readonly explanation: Explanation }
  /** What it needs has to run first, and whatever that gives it has to run as well: no result has what is known of its key. */
  | {
      readonly _tag: "WillRun"
      readonly after: ReadonlyArray<string>
      /** What is known of its key. */
      readonly parts: KeyParts
      readonly explanation: Explanation
    }
  /** What it needs has to run: if that gives the bytes of before, it need not. */
  | { readonly _tag: "MayRun"; readonly after: ReadonlyArray<string> }

export interface Assessment {
  readonly plan: Plan
  /** By task. */
  readonly prospects: ReadonlyArray<Prospect>
  /** Expected milliseconds, by task. */
  readonly durations: Float64Array
  /** The pipeline's runs of before, by which this is explained. */
  readonly latest: LatestRuns
}

/** Assesses a plan against the store. */
export const assess = Effect.fn("assess")(function* (plan: Plan) {
  const actions = yield* ActionStore
  const artifacts = yield* ArtifactStore
  const stores = { ...actions, ...artifacts }
  const latest = new LatestRuns((yield* StoreRoot).runs, plan.name)
  const past = pastResults(actions, latest)
  const ledger = new Ledger(plan, yield* sourceArtifacts(plan), { engine })
  const prospects: Array<Prospect> = plan.tasks.map(() => ({ _tag: "MayRun", after: [] }))
  lookUpResults(ledger, stores, ledger.roots(), {
    onFound: (keyed, record) => {
      prospects[keyed.index] = { _tag: "Cached", keyed, record }
      return ledger.settle(keyed.index, record.outputs)
    },
    onMissing: (keyed) => {
      prospects[keyed.index] = { _tag: "Run", keyed, explanation: explainKeyed(plan, keyed, past, artifacts) }
    }
  })
  const results = new KnownResults((stageType, limit) => actions.history(stageType, limit))
  const blockers = blockersIn(plan, prospects)
  const arriving = remembered((input) => ledger.arriving(input))
  const waits = prospects.map((prospect, index): Prospect => {
    if (prospect._tag !== "MayRun") return prospect
    const task = plan.tasks[index]
    if (task === undefined) return prospect
    const after = blockers(task)
    const parts = ledger.decided(index)
    const keys = [parts, ...olderKeys(plan, { task, parts }, actions)]
    const open = openPorts(task, parts, arriving)
    if (keys.some((each) => results.mayHold(each, open))) return { _tag: "MayRun", after }
    return { _tag: "WillRun", after, parts, explanation: explainDecided(plan, { task, parts, open }, past) }
  })
  return { plan, prospects: waits, durations: expectedDurations(plan, past.history), latest } satisfies Assessment
})

/** Why a task with a known key is not cached, and what it goes on from. */
export const explainKeyed = (
  plan: Plan,
  keyed: KeyedTask,
  actions: PastResults,
  { isPresent }: Pick<ArtifactStore["Service"], "isPresent">
): Explanation => {
  const explanation = explainDecided(plan, keyed, actions)
  const start = findStart(plan, keyed, { ofFamily: actions.ofFamily, isPresent })
  if (start?.family === undefined) return explanation
  const { param } = plan.stages[keyed.task.stage]?.extends ?? {}
  return { ...explanation, text: `${explanation.text}; goes on from ${param}=${start.family.at}` }
}

/** What is known of a task without a result. */
interface DecidedTask extends Pick<KeyedTask, "task" | "parts"> {
  /** Ports that wait for what has yet to run; none when absent. */
  readonly open?: OpenPorts
}

/** Why a task is not cached, by those parts of its key that do not depend on what has yet to run. */
const explainDecided = (
  plan: Plan,
  { task, parts, open = {} }: DecidedTask,
  past: Pick<PastResults, "lastOf" | "ofLike" | "latest">
): Explanation => {
  const stage = plan.stages[task.stage]
  const codeParts = stage?.code.parts ?? { declarations: {}, packages: {} }
  const own = past.lastOf(parts.stageType, task.id)
  return explain(
    { parts, codeParts },
    {
      own,
      ofLike: () => (stage === undefined ? [] : past.ofLike(stage)),
      ...(stage === undefined ? {} : { title: titleOf(stage) }),
      // Thousands may feed a port: who they are is worked out where something is said of them.
      ...(own === undefined ? {} : { feeders: feedersOf(plan, task) }),
      reading: (port, before) =>
        changedReading({ plan, task }, { port, part: open[port] ?? parts.inputs[port] }, before, past.latest),
      open
    }
  )
}

const openPorts = (
  { inputs }: PlanTask,
  { inputs: known }: KeyParts,
  arriving: (input: PlanInput) => ArrivingPart
): OpenPorts =>
  Object.fromEntries(
    Object.entries(inputs).flatMap(([port, input]) => (Object.hasOwn(known, port) ? [] : [[port, arriving(input)]]))
  )

/** Asks once for each input: tasks may share them. */
const remembered = <A>(ask: (input: PlanInput) => A): ((input: PlanInput) => A) => {
  const answers = new Map<PlanInput, A>()
  return (input) => {
    const known = answers.get(input) ?? ask(input)
    answers.set(input, known)
    return known
  }
}

/** Gives the stages whose tasks have to run before a task; tasks may share inputs, which are gone through once. */
const blockersIn = (plan: Plan, prospects: ReadonlyArray<Prospect>) => {
  const blockersOf = remembered((input) => [...new Set(originsIn(input).flatMap(stageToRun))])
  const stageToRun = (origin: Origin): ReadonlyArray<string> => {
    if (origin._tag === "Source" || prospects[origin.task]?._tag === "Cached") return []
    const { id } = plan.stages[plan.tasks[origin.task]?.stage ?? -1] ?? {}
    return id === undefined ? [] : [id]
  }
  return ({ inputs }: PlanTask): ReadonlyArray<string> => [...new Set(Object.values(inputs).flatMap(blockersOf))]
}
