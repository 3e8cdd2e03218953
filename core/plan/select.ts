/** A part of a plan: chosen tasks and all that they need. */
import { Result } from "effect"
import { needsOf, type Origin, type Plan, type PlanInput, type PlanPort, type PlanTask } from "./Plan.ts"

/** A name that no stage and no task of the plan has. */
export interface UnknownTarget {
  readonly target: string
  readonly candidates: ReadonlyArray<string>
}

/** The indices of the tasks that these names mean: a stage's name means all of its tasks. */
export const findTargets = (
  plan: Plan,
  targets: ReadonlyArray<string>
): Result.Result<ReadonlySet<number>, UnknownTarget> => {
  const stages = new Map(plan.stages.map((stage) => [stage.id, stage.tasks]))
  const tasks = new Map(plan.tasks.map((task, index) => [task.id, index]))
  const found = new Set<number>()
  for (const target of targets) {
    const one = tasks.get(target)
    const indices = stages.get(target) ?? (one === undefined ? undefined : [one])
    if (indices === undefined) return Result.fail({ target, candidates: [...stages.keys(), ...tasks.keys()] })
    for (const index of indices) found.add(index)
  }
  return Result.succeed(found)
}

/** The plan of these tasks and all that they need; expectations, outputs and figures of the others are left out. */
export const selectTasks = (plan: Plan, targets: ReadonlySet<number>): Plan => {
  const kept = closure(plan, targets)
  const renumbered = new Map([...kept].sort((a, b) => a - b).map((old, index) => [old, index]))
  const port = ({ task, port }: PlanPort): ReadonlyArray<PlanPort> => {
    const index = renumbered.get(task)
    return index === undefined ? [] : [{ task: index, port }]
  }
  const stages = plan.stages
    .map((stage) => ({ ...stage, tasks: stage.tasks.flatMap((task) => renumbered.get(task) ?? []) }))
    .filter(({ tasks }) => tasks.length > 0)
  const numbers = new Map(stages.map(({ id }, index) => [id, index]))
  return {
    ...plan,
    stages,
    tasks: plan.tasks.flatMap((task, index) =>
      kept.has(index) ? [{ ...renumberInputs(task, renumbered), stage: numbers.get(stageOf(plan, task)) ?? 0 }] : []
    ),
    outputs: plan.outputs.flatMap(({ destination, from }) => port(from).map((bound) => ({ destination, from: bound }))),
    expectations: plan.expectations.flatMap((expectation) => {
      const task = renumbered.get(expectation.task)
      return task === undefined ? [] : [{ ...expectation, task }]
    }),
    figures: plan.figures.flatMap(port)
  }
}

const stageOf = (plan: Plan, { stage }: PlanTask): string => plan.stages[stage]?.id ?? ""

const closure = (plan: Plan, targets: ReadonlySet<number>): ReadonlySet<number> => {
  const kept = new Set(targets)
  // Needs have smaller numbers: one pass from the end sees every task after all that need it.
  for (let index = plan.tasks.length - 1; index >= 0; index--) {
    const task = plan.tasks[index]
    if (task === undefined || !kept.has(index)) continue
    for (const need of needsOf(task)) kept.add(need)
  }
  return kept
}

const renumberInputs = (task: PlanTask, renumbered: ReadonlyMap<number, number>): PlanTask => {
  const origin = (from: Origin): Origin =>
    from._tag === "Task" ? { ...from, task: renumbered.get(from.task) ?? from.task } : from
  const input = (value: PlanInput): PlanInput =>
    value._tag === "One"
      ? { ...value, origin: origin(value.origin) }
      : { ...value, items: value.items.map((item) => ({ ...item, origin: origin(item.origin) })) }
  return {
    ...task,
    inputs: Object.fromEntries(Object.entries(task.inputs).map(([name, value]) => [name, input(value)]))
  }
}
