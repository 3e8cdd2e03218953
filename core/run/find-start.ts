/** The earlier result that a task can go on from. */
import { canExtend, familyOf } from "../plan/family.ts"
import type { Plan } from "../plan/Plan.ts"
import type { ActionRecord } from "../store/ActionRecord.ts"
import type { ActionStore } from "../store/ActionStore.ts"
import type { ArtifactStore } from "../store/ArtifactStore.ts"
import type { KeyedTask } from "./Ledger.ts"

/** Where results are looked up. */
export type Results = Pick<ActionStore["Service"], "ofFamily"> & Pick<ArtifactStore["Service"], "isPresent">

/** The one that reaches furthest, of those whose outputs are all there; `undefined` where the task has to begin anew. */
export const findStart = (plan: Plan, { task, parts }: KeyedTask, { ofFamily, isPresent }: Results) => {
  const extension = plan.stages[task.stage]?.extends
  const family = extension === undefined ? undefined : familyOf(parts, extension)
  if (extension === undefined || family === undefined) return undefined
  return ofFamily(family.digest, family.at).find(
    (earlier: ActionRecord) =>
      canExtend(earlier.parts, parts, extension) && Object.values(earlier.outputs).every(isPresent)
  )
}
