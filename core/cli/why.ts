/** `pipeline why`: why tasks run, ran, or did not, led back to what was changed. */
import { Effect, Option } from "effect"
import { type Account, rootsOf } from "../explain/Account.ts"
import { accountOfPlan } from "../explain/account-of-plan.ts"
import { accountBetween, accountOfPending, accountOfRun } from "../explain/account-of-run.ts"
import { documentOf } from "../explain/document-of-run.ts"
import { earlierTasks, tasksByName } from "../explain/earlier-tasks.ts"
import { findPlaces } from "../explain/find-places.ts"
import { noteOutcomes } from "../explain/note-outcomes.ts"
import { renderAccounts } from "../explain/render-accounts.ts"
import { stageOf } from "../plan/task-id.ts"
import { LatestRuns } from "../record/LatestRuns.ts"
import { RunHistory } from "../record/RunHistory.ts"
import { assess } from "../run/assess.ts"
import { growByStore } from "../run/grow-by-store.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import { EXIT } from "./exit-status.ts"
import { loadPipeline, missingTasks, namedTasks, type PipelineChoices, targetTasks } from "./load-pipeline.ts"
import { print, printJson } from "./output.ts"
import { planningLayer } from "./services.ts"
import { tellFlaws } from "./tell-flaws.ts"
import { UsageError } from "./UsageError.ts"

export interface WhyChoices extends PipelineChoices {
  readonly stage: string
  readonly run: Option.Option<string>
  readonly against: Option.Option<string>
  readonly json: boolean
}

/** Prints why each task of a stage is cached or not; of a past run, why it was. */
export const why = (choices: WhyChoices) =>
  Effect.gen(function* () {
    const run = Option.getOrUndefined(choices.run)
    const against = Option.getOrUndefined(choices.against)
    if (run === undefined && against !== undefined) {
      return yield* new UsageError({ reason: "--against B needs --run A" })
    }
    const accounts = run === undefined ? yield* accountsNow(choices) : yield* accountsThen(choices.stage, run, against)
    if (choices.json) printJson(accounts.map((account) => ({ ...account, roots: rootsOf(account) })))
    else print(renderAccounts(accounts))
    return EXIT.success
  }).pipe(Effect.provide(planningLayer))

/** What a run would do now. */
const accountsNow = Effect.fnUntraced(function* (choices: WhyChoices) {
  const { document, growing } = yield* loadPipeline(choices)
  const { plan, refused } = yield* growByStore(growing)
  yield* targetTasks(growing.plan, [choices.stage])
  // A list has turned out not to have it: that is the answer, as it is in a run.
  const absent = missingTasks(plan, [choices.stage])
  if (absent.length > 0) return absent.map(({ target, state }) => unexplained(target, state))
  const targets = namedTasks(plan, [choices.stage])
  if (targets.size === 0) {
    return yield* new UsageError({
      reason:
        refused.get(stageOf(choices.stage))?.message ??
        `the tasks of ${choices.stage} are not known yet: \`pipeline plan\` says why`
    })
  }
  const facts = {
    assessment: noteOutcomes(yield* assess(plan)),
    places: yield* findPlaces(plan, document, process.env),
    actions: yield* ActionStore,
    taskOf: yield* earlierTasks
  }
  return yield* Effect.forEach(targets, (index) => accountOfPlan(facts, index))
})

const unexplained = (task: string, state: string): Account => ({
  task,
  state,
  against: undefined,
  differences: [],
  waitsFor: []
})

/** What a past run did: the plan is that of the run, whatever the file says by now. */
const accountsThen = Effect.fnUntraced(function* (stage: string, run: string, against: string | undefined) {
  const history = yield* RunHistory
  const load = (name: string) =>
    Effect.tap(Effect.flatMap(history.resolve(name), history.load), ({ folder, state }) =>
      Effect.sync(() => tellFlaws(folder.id, state))
    )
  const past = yield* load(run)
  const targets = yield* targetTasks(past.plan, [stage])
  const places = yield* findPlaces(past.plan, yield* documentOf(past))
  const latest = new LatestRuns((yield* StoreRoot).runs, past.plan.name, past.folder.id)
  const facts = { run: past, latest, places, actions: yield* ActionStore, taskOf: yield* earlierTasks }
  // In that run it never came to tasks.
  if (targets.size === 0) return [accountOfPending(past, stageOf(stage))]
  if (against === undefined) return yield* Effect.forEach(targets, (index) => accountOfRun(facts, index))
  const other = yield* load(against)
  const then = tasksByName(other.plan)
  return yield* Effect.forEach(targets, (index) =>
    accountBetween(facts, other, index, then.get(past.plan.tasks[index]?.id ?? ""))
  )
})
