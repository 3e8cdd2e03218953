/** What a run waited for: the chain of tasks that could not have overlapped. */
import { needsOf, type Plan } from "../plan/Plan.ts"
import { ATTRIBUTE } from "../record/semantic-conventions.ts"
import { lengthOf, type RunSpan } from "./RunSpan.ts"

/** A task on the path. */
export interface PathStep {
  readonly task: string
  readonly span: RunSpan
  /** Milliseconds from ready to the first attempt: what more workers could have saved. */
  readonly waited: number
  /** Milliseconds in attempts and between them. */
  readonly worked: number
}

/**
 * The tasks that ran, each needed by the next, as input or because its list decided that there is such a task, and the last of its needs to end; the last one ended last of all.
 *
 * Hits on the way take no time and are left out.
 */
export const criticalPath = (
  spans: ReadonlyArray<RunSpan>,
  plan: Pick<Plan, "tasks" | "stages">
): ReadonlyArray<PathStep> => {
  const spanOf = new Map(spans.filter(({ role }) => role === "task").map((span) => [taskOf(span), span]))
  const indexOf = new Map(plan.tasks.map(({ id }, index) => [id, index]))
  const queued = new Map<string, number>()
  for (const span of spans) if (span.role === "queue") queued.set(span.parentSpanId ?? "", lengthOf(span))

  const needs = (task: string): ReadonlyArray<RunSpan> => {
    const planned = plan.tasks[indexOf.get(task) ?? -1]
    if (planned === undefined) return []
    const { listsFrom = [] } = plan.stages[planned.stage] ?? {}
    const earlier = [...needsOf(planned), ...listsFrom.map((list) => list.task)]
    return earlier.flatMap((index) => spanOf.get(plan.tasks[index]?.id ?? "") ?? [])
  }

  const steps: Array<PathStep> = []
  let current = latest([...spanOf.values()].filter(ran))
  while (current !== undefined) {
    const task = taskOf(current)
    if (ran(current)) {
      const waited = queued.get(current.spanId) ?? 0
      steps.unshift({ task, span: current, waited, worked: lengthOf(current) - waited })
    }
    current = latest(needs(task))
  }
  return steps
}

/** Name of a task from its span. */
export const taskOf = (span: RunSpan): string => String(span.attributes[ATTRIBUTE.taskId] ?? "")

const ran = (span: RunSpan): boolean => span.attributes[ATTRIBUTE.taskAttempts] !== undefined

/** The one that ended last; of several the first. */
const latest = (spans: ReadonlyArray<RunSpan>): RunSpan | undefined =>
  spans.reduce<RunSpan | undefined>(
    (last, span) => (last === undefined || span.endedAt > last.endedAt ? span : last),
    undefined
  )
