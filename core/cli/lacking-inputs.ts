/** Optional inputs that stay empty because no task has the values which they name: that may be meant, or be a slip. */

import { nameTasks } from "../plan/name-tasks.ts"
import type { Plan } from "../plan/Plan.ts"

/** A line for each input: of which tasks it is empty. */
export const lackingInputs = ({ stages, tasks }: Plan): ReadonlyArray<string> =>
  stages.flatMap(({ id, mayLack = [], tasks: own }) =>
    mayLack.flatMap(({ port, stage }) => {
      const [lacking, others] = [[] as string[], [] as string[]]
      for (const index of own) {
        const task = tasks[index]
        if (task === undefined) continue
        const group = Object.hasOwn(task.inputs, port) ? others : lacking
        group.push(task.id)
      }
      if (lacking.length === 0) return []
      const whose =
        others.length === 0
          ? "all its tasks"
          : `${lacking.length} of ${own.length} tasks (${nameTasks(lacking, others)})`
      return [
        `${id}: input ${port} is empty in ${own.length === 1 ? "its task" : whose}, for which ${stage} has no task with these values`
      ]
    })
  )
