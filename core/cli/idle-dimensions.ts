/** Dimensions of a matrix on which nothing depends. */
import type { JsonMap } from "../plan/Plan.ts"
import { canonicalText } from "../store/Digest.ts"

/** A task of a stage; its key is `undefined` while it waits for others. */
export interface KeyedCombination {
  readonly matrix: JsonMap
  readonly key: string | undefined
}

/** The dimensions of which each has several values, and whose tasks have the same key wherever they differ in it alone. */
export const idleDimensions = (tasks: ReadonlyArray<KeyedCombination>): ReadonlyArray<string> => {
  const keys = new Set(tasks.map(({ key }) => key))
  // Nearly always each task has a key of its own, and nothing has to be looked at.
  if (keys.has(undefined) || keys.size === tasks.length) return []
  return Object.keys(tasks[0]?.matrix ?? {}).filter((name) => {
    const groups = [...Map.groupBy(tasks, ({ matrix }) => canonicalText({ ...matrix, [name]: null })).values()]
    return (
      groups.some((group) => group.length > 1) &&
      groups.every((group) => new Set(group.map(({ key }) => key)).size === 1)
    )
  })
}
