/** Which tasks have their results already: the one loop behind a run, a plan and the growth of a plan. */
import type { ActionRecord } from "../store/ActionRecord.ts"
import { findResult, type Results } from "./find-result.ts"
import type { KeyedTask, Ledger } from "./Ledger.ts"

export interface LookUp {
  /** Whose results are not looked for: they are to be computed anew. */
  readonly forced?: ReadonlySet<number>
  /** Enters a result; the tasks to be looked up because of it. */
  readonly onFound: (task: KeyedTask, record: ActionRecord) => ReadonlyArray<number>
  readonly onMissing?: (task: KeyedTask) => void
}

/** Looks up tasks whose inputs are known, and what becomes known by their results, until only tasks without one are left. */
export const lookUpResults = (
  ledger: Ledger,
  results: Results,
  tasks: ReadonlyArray<number>,
  { forced, onFound, onMissing }: LookUp
): void => {
  const stack = [...tasks]
  for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
    const task = ledger.keyed(index)
    const record = forced?.has(index) ? undefined : findResult(ledger.plan, task, results)
    if (record === undefined) onMissing?.(task)
    else stack.push(...onFound(task, record))
  }
}
