/** What feeds a port, as a pipeline file writes it. */
import type { Origin, Plan, PlanInput, PlanTask } from "./Plan.ts"

/** `circle.points`, `empirical.*.kernel`, `sources.photos`; a list of them where a port is fed by several, empty where by nothing. */
export const feederOf = (plan: Plan, input: PlanInput): string => {
  if (input._tag === "One") return originText(plan, input.origin, "")
  return [...new Set(input.items.map(({ origin }) => originText(plan, origin, ".*")))].join(", ")
}

/** What feeds each port of a task. A fan-in without items has none: its port is called by its own name. */
export const feedersOf = (plan: Plan, { inputs }: PlanTask): { readonly [port: string]: string } =>
  Object.fromEntries(
    Object.entries(inputs).flatMap(([port, input]) => {
      const feeder = feederOf(plan, input)
      return feeder === "" ? [] : [[port, feeder]]
    })
  )

/** Of a task its stage alone: what is said of many tasks in one line must not differ between them. */
const originText = (plan: Plan, origin: Origin, all: string): string => {
  if (origin._tag === "Source") return `sources.${plan.sources[origin.source]?.name}`
  const { id: task = "", stage = -1 } = plan.tasks[origin.task] ?? {}
  const { id } = plan.stages[stage] ?? {}
  return `${id}${id === task ? "" : all}.${origin.port}`
}
