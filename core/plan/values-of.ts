/** Which values of a dimension the tasks of a stage have. */
import type { NumberedStage } from "./Names.ts"
import { parseTaskId } from "./task-id.ts"

/** Thousands of tasks may ask a stage: what it has is gathered once. */
const known = new WeakMap<NumberedStage, Map<string, Set<string>>>()

/** The written values of a dimension, also of tasks that are left out. */
export const valuesOf = (stage: NumberedStage, dimension: string): ReadonlySet<string> => {
  const values = known.get(stage) ?? new Map<string, Set<string>>()
  if (!known.has(stage)) {
    known.set(stage, values)
    for (const task of [...stage.ids, ...stage.leftOut.keys(), ...stage.absent.keys()]) {
      for (const { name, text } of parseTaskId(task).values) {
        const texts = values.get(name) ?? new Set()
        values.set(name, texts.add(text))
      }
    }
  }
  return values.get(dimension) ?? new Set()
}
