/** A few words for many tasks. */
import { parseTaskId, stageOf } from "./task-id.ts"

/** Names that are written out; of more than that one fewer, and how many there are besides. */
const NAMED = 3

/**
 * Names tasks among those that are read beside them: by the values of one dimension where these tell them from the others,
 * `fit@seed=4` for all that have this one, and otherwise by their names.
 */
export const nameTasks = (tasks: ReadonlyArray<string>, others: ReadonlyArray<string>): string => {
  const shared = sharedValues(tasks, others)
  const names = shared ?? tasks
  if (names.length <= NAMED) return names.join(", ")
  return `${names.slice(0, NAMED - 1).join(", ")} and ${names.length - NAMED + 1} more`
}

/** The tasks by the dimension of which they have the fewest values, none of which another task has. */
const sharedValues = (
  tasks: ReadonlyArray<string>,
  others: ReadonlyArray<string>
): ReadonlyArray<string> | undefined => {
  const [first = ""] = tasks
  const stage = stageOf(first)
  if (tasks.some((task) => stageOf(task) !== stage)) return undefined
  const theirs = new Set(others.filter((task) => stageOf(task) === stage).flatMap(valuesOf))
  if (theirs.size === 0) return undefined
  const own = Map.groupBy(new Set(tasks.flatMap(valuesOf)), (value) => value.slice(0, value.indexOf("=")))
  const telling = [...own.values()].filter((values) => values.every((value) => !theirs.has(value)))
  const [fewest] = telling.sort((a, b) => a.length - b.length)
  return fewest === undefined || fewest.length >= tasks.length ? undefined : fewest.map((value) => `${stage}@${value}`)
}

const valuesOf = (task: string): ReadonlyArray<string> =>
  parseTaskId(task).values.map((value) => `${value.name}=${value.text}`)
