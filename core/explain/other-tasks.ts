/** Why one run has other tasks than another: no key tells, for the two have nothing in common that could be compared. */
import { Effect } from "effect"
import { shortTexts } from "../plan/short-texts.ts"
import { stageOf } from "../plan/task-id.ts"
import type { PastRun } from "../record/RunHistory.ts"
import type { Cause } from "./causes-between.ts"
import { documentOf } from "./document-of-run.ts"
import { findPlaces } from "./find-places.ts"
import type { Places } from "./Places.ts"

/** What gave stages other tasks than they had in `before`, each once with all of its stages: parameters, or how many came and went. */
export const otherTasks = Effect.fnUntraced(function* (before: PastRun, now: PastRun) {
  const places = yield* findPlaces(now.plan, yield* documentOf(now))
  const causes = new Map<string, { readonly cause: Omit<Cause, "stages">; readonly stages: Array<string> }>()
  for (const [stage, change] of changedStages(before, now)) {
    for (const cause of causesOf(stage, change, { before, now, places })) {
      const name = JSON.stringify([cause.phrase, cause.at])
      const known = causes.get(name)
      if (known === undefined) causes.set(name, { cause, stages: [stage] })
      else known.stages.push(stage)
    }
  }
  return [...causes.values()].map(({ cause, stages }): Cause => ({ ...cause, stages }))
})

/** Of a stage, how many tasks only one of the runs has. */
interface TaskChange {
  added: number
  gone: number
}

const changedStages = (before: PastRun, now: PastRun): ReadonlyMap<string, TaskChange> => {
  const changes = new Map<string, TaskChange>()
  const count = (tasks: PastRun["plan"]["tasks"], others: PastRun["plan"]["tasks"], side: keyof TaskChange): void => {
    const known = new Set(others.map(({ id }) => id))
    for (const { id } of tasks) {
      if (known.has(id)) continue
      const change = changes.get(stageOf(id)) ?? { added: 0, gone: 0 }
      change[side]++
      changes.set(stageOf(id), change)
    }
  }
  count(now.plan.tasks, before.plan.tasks, "added")
  count(before.plan.tasks, now.plan.tasks, "gone")
  return changes
}

interface Sides {
  readonly before: PastRun
  readonly now: PastRun
  readonly places: Places
}

const causesOf = (
  stage: string,
  { added, gone }: TaskChange,
  { before, now, places }: Sides
): ReadonlyArray<Omit<Cause, "stages">> => {
  const deciding = places.deciding(stage, before.plan.params)
  if (deciding.length > 0) {
    return deciding.map(({ param, at }) => {
      const [was = "none", is = "none"] = shortTexts([before.plan.params[param], now.plan.params[param]])
      return { phrase: `other tasks: param ${param} ${was}→${is}`, at }
    })
  }
  const counts = [added > 0 && `${added} new`, gone > 0 && `${gone} gone`].filter(Boolean).join(", ")
  return [{ phrase: `other tasks: ${counts}`, at: places.matrix({ id: stage }, before.plan.params) }]
}
