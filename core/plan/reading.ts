/** Which outputs a port reads, by the names of their tasks: a key tells their contents alone. */
import { feederOf } from "./feeder.ts"
import { originsIn, type Plan, type PlanInput } from "./Plan.ts"

/** One output that is read. */
export interface ReadOutput {
  /** The task that makes it; `undefined` where it is a source. */
  readonly task: string | undefined
  /** Its port, or `sources.photos`. */
  readonly port: string
}

/** What a port reads, in its order. */
export interface Reading {
  /** As a pipeline file writes it: `fit.*.model`; empty for a fan-in without items. */
  readonly feeder: string
  readonly isFanIn: boolean
  readonly outputs: ReadonlyArray<ReadOutput>
}

export const readingOf = (plan: Plan, input: PlanInput): Reading => ({
  feeder: feederOf(plan, input),
  isFanIn: input._tag === "Many",
  outputs: originsIn(input).map((origin) =>
    origin._tag === "Source"
      ? { task: undefined, port: `sources.${plan.sources[origin.source]?.name}` }
      : { task: plan.tasks[origin.task]?.id, port: origin.port }
  )
})

/** `fit@method=a,seed=1.model`, `sources.photos`. */
export const outputText = ({ task, port }: ReadOutput): string => (task === undefined ? port : `${task}.${port}`)
