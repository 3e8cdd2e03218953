/** The parameters of tasks side by side: what a file says of its stages without a parameter of the pipeline shows here alone. */
import { type WrittenParam, writtenParam } from "../document/written-param.ts"
import type { Plan, PlanTask } from "../plan/Plan.ts"
import { stageOf } from "../plan/task-id.ts"
import { paramsOf } from "../plan/why.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import { canonicalText } from "../store/Digest.ts"
import type { ComparedRun } from "./compare-runs.ts"
import { leaves } from "./leaves.ts"

/** A parameter of tasks of one stage that have the same values of it. */
export interface TaskParamRow {
  /** `train.lr`, or `train@seed=1.lr` where it is that of a single task. */
  readonly name: string
  readonly tasks: ReadonlyArray<string>
  /** By run: `null` where the tasks do not have it, `undefined` where there are no such tasks. */
  readonly values: ReadonlyArray<Json | undefined>
  /** Parameters of the pipeline that differ and by which alone the values do: each run's file says the same of them. */
  readonly explainedBy: ReadonlyArray<string>
}

/** A row while its tasks are gathered. */
interface Group extends Pick<TaskParamRow, "values"> {
  readonly stage: string
  readonly param: string
  readonly tasks: Array<string>
}

/** The parameters of all tasks, those with the same values in one row. */
export const compareTaskParams = (runs: ReadonlyArray<ComparedRun>): ReadonlyArray<TaskParamRow> => {
  const known = new Map<string, Causes>()
  const causesOf = (stage: string, param: string): Causes => {
    const name = `${stage}.${param}`
    const causes = known.get(name) ?? pipelineParamsBehind(runs, stage, param)
    known.set(name, causes)
    return causes
  }
  const byTask = runs.map(({ plan }) => new Map(plan.tasks.map((task) => [task.id, task])))
  // Of what a list gives a task its name tells only a part.
  const isAsMade = ({ made }: Causes, task: string): boolean =>
    made.every((name) => !areUneven(byTask.map((tasks) => tasks.get(task)?.matrix[name])))
  return groupsIn(runs).map(({ stage, param, tasks, values }) => {
    const causes = areUneven(values) ? causesOf(stage, param) : NOTHING
    return {
      name: `${tasks.length === 1 ? tasks[0] : stage}.${param}`,
      tasks,
      values,
      explainedBy: tasks.every((task) => isAsMade(causes, task)) ? causes.params : []
    }
  })
}

/** Whether tasks that several runs have differ in it, and no parameter of the pipeline explains that. */
export const isTold = ({ values, explainedBy }: TaskParamRow): boolean => explainedBy.length === 0 && areUneven(values)

const areUneven = (values: TaskParamRow["values"]): boolean =>
  new Set(values.flatMap((value) => (value === undefined ? [] : [canonicalText(value)]))).size > 1

const groupsIn = (runs: ReadonlyArray<ComparedRun>): ReadonlyArray<Group> => {
  const groups = new Map<string, Group>()
  const byTask = runs.map(({ plan }) => new Map(plan.tasks.map((task) => [task.id, paramsIn(plan, task)])))
  for (const task of new Set(byTask.flatMap((tasks) => [...tasks.keys()]))) {
    const stage = stageOf(task)
    const params = byTask.map((tasks) => tasks.get(task))
    for (const param of new Set(params.flatMap((own) => [...(own?.keys() ?? [])]))) {
      const values = params.map((own) => own && (own.get(param) ?? null))
      const alike = canonicalText([stage, param, values.map((value) => (value === undefined ? [] : [value]))])
      const group = groups.get(alike) ?? { stage, param, values, tasks: [] }
      group.tasks.push(task)
      groups.set(alike, group)
    }
  }
  return [...groups.values()]
}

const paramsIn = ({ stages }: Plan, { stage, params }: PlanTask): ReadonlyMap<string, Json> =>
  new Map(leaves(paramsOf({ stageType: stages[stage]?.stageType ?? "", params })))

/** Parameters of the pipeline that differ and by which alone one of a stage does, as long as what lists gave is the same. */
type Causes = Pick<WrittenParam, "params" | "made">

const NOTHING: Causes = { params: [], made: [] }

/** The parameters of the pipeline that go into one of a stage and differ, where what is written of it does not. */
const pipelineParamsBehind = (runs: ReadonlyArray<ComparedRun>, stage: string, param: string): Causes => {
  const having = runs.filter(({ plan }) => plan.stages.some(({ id }) => id === stage))
  const [first, ...others] = having.map(({ document }) => document && writtenParam(document, stage, param))
  if (first === undefined || others.some((other) => other?.words !== first.words)) return NOTHING
  const params = first.params.filter((name) => areUneven(having.map(({ plan }) => plan.params[name] ?? null)))
  return { params, made: first.made }
}
