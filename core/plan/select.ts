/** A part of a plan: chosen tasks and all that they need. */
import { Effect, Result } from "effect"
import type { GrowingPlan } from "./GrowingPlan.ts"
import { type Absences, needsOf, type Origin, type Plan, type PlanInput, type PlanPort, type PlanTask } from "./Plan.ts"
import { meantTask, stageInMetric, stageOf } from "./task-id.ts"

/** A name that no stage and no task of the plan has. */
export interface UnknownTarget {
  readonly target: string
  readonly candidates: ReadonlyArray<string>
}

/** Tasks by their indices, and pending stages, whose tasks are not known yet. */
export interface Targets {
  readonly tasks: ReadonlySet<number>
  readonly pending: ReadonlySet<string>
}

/** What these names mean: a stage's name means all of its tasks. */
export const findTargets = (plan: Plan, targets: ReadonlyArray<string>): Result.Result<Targets, UnknownTarget> => {
  const stages = new Map(plan.stages.map((stage) => [stage.id, stage.tasks]))
  const tasks = new Map(plan.tasks.map((task, index) => [task.id, index]))
  const unknown = new Set(plan.pending?.map(({ id }) => id))
  const found = new Set<number>()
  const pending = new Set<string>()
  for (const target of targets) {
    const one = tasks.get(target) ?? tasks.get(meantTask(target, tasks.keys()) ?? "")
    const indices = stages.get(target) ?? (one === undefined ? undefined : [one])
    const stage = stageOf(target)
    if (indices !== undefined) for (const index of indices) found.add(index)
    else if (unknown.has(stage)) pending.add(stage)
    else return Result.fail({ target, candidates: [...stages.keys(), ...unknown, ...tasks.keys()] })
  }
  return Result.succeed({ tasks: found, pending })
}

/** A growing plan of the named stages and tasks and all that they need. */
export const selectGrowing = (
  whole: GrowingPlan,
  names: ReadonlyArray<string>
): Result.Result<GrowingPlan, UnknownTarget> =>
  Result.map(findTargets(whole.plan, names), (targets) => grown(whole, names, targets))

/** Once kept, a task stays: those that follow have larger numbers in every larger plan. */
const grown = (whole: GrowingPlan, names: ReadonlyArray<string>, targets: Targets): GrowingPlan => {
  const kept = keptWith(whole.plan, targets)
  return {
    plan: partOf(whole.plan, kept),
    // What nobody asked for is not a failure of this part.
    refused: new Map([...whole.refused].filter(([stage]) => kept.pending.has(stage))),
    grow: (known) =>
      Effect.map(whole.grow(known), (larger) => {
        // A list may lack the item that a name asks for: then there is no such task this time.
        const found = names.flatMap((name) => {
          const one = findTargets(larger.plan, [name])
          return Result.isSuccess(one) ? [one.success] : []
        })
        return grown(larger, names, {
          tasks: new Set([...kept.tasks, ...found.flatMap(({ tasks }) => [...tasks])]),
          pending: new Set(found.flatMap(({ pending }) => [...pending]))
        })
      })
  }
}

/** Targets with all that they need, or may need. */
const keptWith = (plan: Plan, targets: Targets): Targets => {
  const pending = new Set(targets.pending)
  const tasks = new Set(targets.tasks)
  // Each pending stage comes after those it needs.
  for (const stage of plan.pending?.toReversed() ?? []) {
    if (!pending.has(stage.id)) continue
    for (const other of stage.after) pending.add(other)
    for (const need of stage.needs) tasks.add(need)
  }
  return { tasks: closure(plan, tasks), pending }
}

const partOf = (plan: Plan, { tasks: kept, pending }: Targets): Plan => {
  const renumbered = new Map([...kept].sort((a, b) => a - b).map((old, index) => [old, index]))
  const port = ({ task, port }: PlanPort): ReadonlyArray<PlanPort> => {
    const index = renumbered.get(task)
    return index === undefined ? [] : [{ task: index, port }]
  }
  const stages = plan.stages
    .map(({ listsFrom, ...stage }) => ({
      ...stage,
      ...(listsFrom === undefined ? {} : { listsFrom: listsFrom.flatMap(port) }),
      tasks: stage.tasks.flatMap((task) => renumbered.get(task) ?? [])
    }))
    .filter(({ tasks }) => tasks.length > 0)
  const numbers = new Map(stages.map(({ id }, index) => [id, index]))
  const { pending: every = [], absences, ...rest } = plan
  const waiting = every.flatMap((stage) => {
    if (!pending.has(stage.id)) return []
    const needs = stage.needs.flatMap((need) => renumbered.get(need) ?? [])
    return [{ ...stage, needs, waitsFor: stage.waitsFor.flatMap(port) }]
  })
  const isWhole = (id: string): boolean =>
    pending.has(id) || plan.stages.some((stage) => stage.id === id && stage.tasks.every((task) => kept.has(task)))
  return {
    ...rest,
    ...absencesOf(absences, isWhole),
    ...(waiting.length === 0 ? {} : { pending: waiting }),
    stages,
    tasks: plan.tasks.flatMap((task, index) =>
      kept.has(index)
        ? [{ ...renumberInputs(task, renumbered), stage: numbers.get(plan.stages[task.stage]?.id ?? "") ?? 0 }]
        : []
    ),
    outputs: plan.outputs.flatMap(({ destination, from }) => port(from).map((bound) => ({ destination, from: bound }))),
    expectations: plan.expectations.flatMap((expectation) => {
      const task = renumbered.get(expectation.task)
      return task === undefined ? [] : [{ ...expectation, task }]
    }),
    figures: plan.figures.flatMap(port)
  }
}

/** What is asked of absent tasks, where all tasks of their stage are kept. */
const absencesOf = (absences: Absences | undefined, isWhole: (stage: string) => boolean): Pick<Plan, "absences"> => {
  const expectations = absences?.expectations.filter(({ metric }) => isWhole(stageInMetric(metric.value))) ?? []
  const outputs = absences?.outputs.filter(({ task }) => isWhole(stageOf(task))) ?? []
  return expectations.length === 0 && outputs.length === 0 ? {} : { absences: { expectations, outputs } }
}

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
