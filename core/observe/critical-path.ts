/** What a run waited for: the chain of tasks that could not have overlapped. */
import type { Plan } from "../plan/Plan.ts"
import { ATTRIBUTE } from "../record/semantic-conventions.ts"
import { criticalTasks } from "./critical-tasks.ts"
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

/** The steps of the chain that `criticalTasks` finds, from the spans of a run. */
export const criticalPath = (
  spans: ReadonlyArray<RunSpan>,
  plan: Pick<Plan, "tasks" | "stages">
): ReadonlyArray<PathStep> => {
  const spanOf = new Map(spans.filter(({ role }) => role === "task").map((span) => [taskOf(span), span]))
  const queued = new Map<string, number>()
  for (const span of spans) if (span.role === "queue") queued.set(span.parentSpanId ?? "", lengthOf(span))
  const ends = new Map([...spanOf].map(([task, span]) => [task, { endedAt: span.endedAt, ran: ran(span) }]))
  return criticalTasks(ends, plan).flatMap((task) => {
    const span = spanOf.get(task)
    const waited = queued.get(span?.spanId ?? "") ?? 0
    return span === undefined ? [] : [{ task, span, waited, worked: lengthOf(span) - waited }]
  })
}

/** Name of a task from its span. */
export const taskOf = (span: RunSpan): string => String(span.attributes[ATTRIBUTE.taskId] ?? "")

const ran = (span: RunSpan): boolean => span.attributes[ATTRIBUTE.taskAttempts] !== undefined
