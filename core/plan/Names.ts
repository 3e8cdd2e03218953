/** What references can name: numbered stages with their tasks, stages whose tasks are not known yet, and sources. */
import type { BoundStage } from "./bind.ts"
import type { JsonMap, PlanSource } from "./Plan.ts"

/** An output of a task, by its name. */
export interface NamedPort {
  readonly task: string
  readonly port: string
}

/** A stage whose tasks have their numbers in the plan. */
export type NumberedStage = BoundStage & {
  /** Index of the stage in the plan. */
  readonly index: number
  /** Index in the plan of its first task; the others follow. */
  readonly first: number
  readonly ids: ReadonlyArray<string>
  /** Position in `ids`. */
  readonly positions: ReadonlyMap<string, number>
  readonly combinations: ReadonlyArray<JsonMap>
  /** Names of tasks that a condition leaves out of the plan, and why. */
  readonly leftOut: ReadonlyMap<string, string>
  /** What else its matrix does not come to, and why: no reference may count on that being left out. */
  readonly absent: ReadonlyMap<string, string>
  /** Outputs whose lists its matrix goes over. */
  readonly listsFrom: ReadonlyArray<NamedPort>
}

/** What references can name. */
export interface Names {
  readonly stages: ReadonlyMap<string, NumberedStage>
  /** Stages that could not be bound: their own complaint stands, and none is added about what names them. */
  readonly unbound: ReadonlySet<string>
  /** Stages whose tasks are not known yet. */
  readonly pending: ReadonlyMap<string, BoundStage>
  readonly sources: ReadonlyArray<PlanSource>
}
