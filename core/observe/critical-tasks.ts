/** The chain of tasks that a run waited for, whatever tells when they ended: spans or the journal. */
import { needsOf, type Plan } from "../plan/Plan.ts"

/** What became of a task in time. */
export interface TaskEnd {
  /** Milliseconds since 1970. */
  readonly endedAt: number
  /** Whether it took time: a hit takes none. */
  readonly ran: boolean
}

/**
 * The tasks that ran, each needed by the next, as input or because its list decided that there is such a task, and the last
 * of its needs to end; the last one ended last of all. Hits on the way are left out.
 */
export const criticalTasks = (
  ends: ReadonlyMap<string, TaskEnd>,
  plan: Pick<Plan, "tasks" | "stages">
): ReadonlyArray<string> => {
  const indexOf = new Map(plan.tasks.map(({ id }, index) => [id, index]))
  /** The one that ended last; of several the first. */
  const latest = (tasks: Iterable<string>): string | undefined => {
    let last: string | undefined
    for (const task of tasks) {
      const end = ends.get(task)
      if (end !== undefined && (last === undefined || end.endedAt > ends.get(last)!.endedAt)) last = task
    }
    return last
  }
  const needs = (task: string): ReadonlyArray<string> => {
    const planned = plan.tasks[indexOf.get(task) ?? -1]
    if (planned === undefined) return []
    const { listsFrom = [] } = plan.stages[planned.stage] ?? {}
    const earlier = [...needsOf(planned), ...listsFrom.map((list) => list.task)]
    return earlier.flatMap((index) => plan.tasks[index]?.id ?? [])
  }
  const chain: Array<string> = []
  let current = latest([...ends].flatMap(([task, { ran }]) => (ran ? [task] : [])))
  while (current !== undefined) {
    if (ends.get(current)?.ran === true) chain.push(current)
    current = latest(needs(current))
  }
  return chain.reverse()
}
