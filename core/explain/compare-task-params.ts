/** The parameters of tasks side by side: what a file says of its stages without a parameter of the pipeline shows here alone. */
import { writtenParam } from "../document/written-param.ts"
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
  const causes = new Map<string, ReadonlyArray<string>>()
  const causesOf = (stage: string, param: string): ReadonlyArray<string> => {
    const name = `${stage}.${param}`
    const known = causes.get(name) ?? pipelineParamsBehind(runs, stage, param)
    causes.set(name, known)
    return known
  }
  return groupsIn(runs).map(({ stage, param, tasks, values }) => ({
    name: `${tasks.length === 1 ? tasks[0] : stage}.${param}`,
    tasks,
    values,
    explainedBy: areUneven(values) ? causesOf(stage, param) : []
  }))
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

/** The parameters of the pipeline that go into one of a stage and differ, where what is written of it does not. */
const pipelineParamsBehind = (
  runs: ReadonlyArray<ComparedRun>,
  stage: string,
  param: string
): ReadonlyArray<string> => {
  const having = runs.filter(({ plan }) => plan.stages.some(({ id }) => id === stage))
  const [first, ...others] = having.map(({ document }) => document && writtenParam(document, stage, param))
  if (first === undefined || others.some((other) => other?.words !== first.words)) return []
  return first.params.filter((name) => areUneven(having.map(({ plan }) => plan.params[name] ?? null)))
}
