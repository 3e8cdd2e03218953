/** Why the results of one run are others than those of another: the roots of all tasks together. */
import { Effect } from "effect"
import { stageOf } from "../plan/task-id.ts"
import { LatestRuns } from "../record/LatestRuns.ts"
import type { PastRun } from "../record/RunHistory.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import { type Root, rootsOf } from "./Account.ts"
import { accountBetween } from "./account-of-run.ts"
import { documentOf } from "./document-of-run.ts"
import { earlierTasks, tasksByName } from "./earlier-tasks.ts"
import { findPlaces } from "./find-places.ts"

/** Something that was changed between two runs. */
export interface Cause extends Pick<Root, "phrase" | "at"> {
  /** Stages whose results it made others, in the order of the plan. */
  readonly stages: ReadonlyArray<string>
}

export interface RunCauses {
  readonly causes: ReadonlyArray<Cause>
  /** Stages with other keys that were not led back: there are too many. */
  readonly unexplained: ReadonlyArray<string>
}

/** Stages that are led back to their causes: each takes a look at the records of all that it depends on. */
const MAX_STAGES = 60

/** What made keys of `now` others than those of tasks of the same name in `before`, over the first such task of each stage. */
export const causesBetween = Effect.fnUntraced(function* (before: PastRun, now: PastRun) {
  const others = tasksWithOtherKeys(before, now)
  const explained = others.slice(0, MAX_STAGES)
  const explain = yield* explainer(before, now)
  const causes = new Map<string, { readonly root: Root; readonly stages: Set<string> }>()
  for (const index of explained) {
    for (const root of yield* explain(index)) {
      const name = JSON.stringify([root.phrase, root.at])
      const cause = causes.get(name) ?? { root, stages: new Set<string>() }
      cause.stages.add(stageOf(now.plan.tasks[index]?.id ?? ""))
      causes.set(name, cause)
    }
  }
  return {
    causes: [...causes.values()].map(({ root: { phrase, at }, stages }) => ({ phrase, at, stages: [...stages] })),
    unexplained: others.slice(MAX_STAGES).map((index) => stageOf(now.plan.tasks[index]?.id ?? ""))
  } satisfies RunCauses
})

/** Leads the key of a task back to the roots of its difference. */
const explainer = Effect.fnUntraced(function* (before: PastRun, now: PastRun) {
  const { runs } = yield* StoreRoot
  const facts = {
    run: now,
    latest: new LatestRuns(runs, now.plan.name, now.folder.id),
    places: yield* findPlaces(now.plan, yield* documentOf(now)),
    actions: yield* ActionStore,
    taskOf: yield* earlierTasks
  }
  const then = tasksByName(before.plan)
  return (index: number) =>
    Effect.map(accountBetween(facts, before, index, then.get(now.plan.tasks[index]?.id ?? "")), rootsOf)
})

/** The first task of each stage that both runs have under other keys. */
const tasksWithOtherKeys = (before: PastRun, now: PastRun): ReadonlyArray<number> =>
  now.plan.stages.flatMap(
    ({ tasks }) => tasks.find((index) => hasOtherKey(before, now, now.plan.tasks[index]?.id ?? "")) ?? []
  )

const hasOtherKey = (before: PastRun, now: PastRun, task: string): boolean => {
  const [old, key] = [before.state.tasks.get(task)?.key, now.state.tasks.get(task)?.key]
  return old !== undefined && key !== undefined && old !== key
}
