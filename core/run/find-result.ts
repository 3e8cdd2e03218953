/** The result of a task, if there is one: under its key, or under the key that it had with older code that is compatible. */
import { olderCodes, olderParts } from "../plan/compatible.ts"
import { keyOf } from "../plan/key.ts"
import type { Plan } from "../plan/Plan.ts"
import type { ActionRecord, KeyParts } from "../store/ActionRecord.ts"
import type { ActionStore } from "../store/ActionStore.ts"
import type { ArtifactStore } from "../store/ArtifactStore.ts"
import type { KeyedTask } from "./Ledger.ts"

/** Where results are looked up. */
export type Results = Pick<ActionStore["Service"], "find" | "codesLike"> & Pick<ArtifactStore["Service"], "isPresent">

/** The record that holds, with all of its outputs there. Its key tells whether it is of older code. */
export const findResult = (plan: Plan, keyed: KeyedTask, results: Results): ActionRecord | undefined => {
  const own = results.find(keyed.key)
  if (own !== undefined && isWhole(own, results)) return own
  // Older keys cost look-ups of their own: only where there is nothing else to be found.
  for (const parts of olderKeys(plan, keyed, results)) {
    const older = results.find(keyOf(parts))
    if (older !== undefined && isWhole(older, results)) return older
  }
  return undefined
}

/** The parts of the keys that a task had with older code, in the order in which its stage type lists that. */
export const olderKeys = (
  plan: Plan,
  { task, parts }: Pick<KeyedTask, "task" | "parts">,
  { codesLike }: Pick<Results, "codesLike">
): ReadonlyArray<KeyParts> =>
  olderCodes(plan.stages[task.stage]?.compatibleWith ?? [], parts.code).flatMap((older) =>
    codesLike(older.code).flatMap((code) => olderParts(parts, older, code) ?? [])
  )

const isWhole = ({ outputs }: ActionRecord, { isPresent }: Results): boolean => Object.values(outputs).every(isPresent)
