/** How long a plan would take, as far as earlier runs tell. */
import { compile, remainingPaths } from "../plan/TaskGraph.ts"
import type { StageHistory } from "../run/past-results.ts"
import type { ForcedAssessment } from "./force-tasks.ts"

export interface Forecast {
  /** Expected milliseconds, by task; `undefined` where no task of its like ever ran. */
  readonly durations: ReadonlyArray<number | undefined>
  /** Expected milliseconds of all that would or may run and is known, one after the other. */
  readonly work: number
  /** Expected milliseconds of the longest chain of these: no number of cores makes a run of all shorter. */
  readonly criticalPath: number
  /** Of the tasks that run whatever the others give, the longest chain, in expected milliseconds: no run is shorter. */
  readonly least: number
  /** Tasks that would or may run and of which nothing is known. */
  readonly unknown: number
}

/** Takes from an assessment what history tells, and no guess in place of what it does not tell. */
export const forecast = (
  { plan, prospects, durations }: Pick<ForcedAssessment, "plan" | "prospects" | "durations">,
  history: StageHistory
): Forecast => {
  const isKnown = plan.stages.map((stage) => history(stage, 1).length > 0)
  const known = plan.tasks.map(({ stage }, index) => (isKnown[stage] === true ? durations[index] : undefined))
  const isNeeded = plan.tasks.map((_, index) => prospects[index]?._tag !== "Cached")
  const needed = Float64Array.from(known, (millis, index) => (isNeeded[index] === true ? (millis ?? 0) : 0))
  const certain = needed.map((millis, index) => (prospects[index]?._tag === "MayRun" ? 0 : millis))
  const graph = compile(plan)
  const longest = (millis: Float64Array): number =>
    remainingPaths(graph, millis).reduce((most, path) => Math.max(most, path), 0)
  return {
    durations: known,
    work: needed.reduce((sum, millis) => sum + millis, 0),
    criticalPath: longest(needed),
    least: longest(certain),
    unknown: known.filter((millis, index) => millis === undefined && isNeeded[index] === true).length
  }
}
