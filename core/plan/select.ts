/** A part of a plan: chosen tasks and all that they need. */
import { Effect, Result } from "effect"
import type { GrowingPlan } from "./GrowingPlan.ts"
import {
  type Absences,
  expectedOf,
  needsOf,
  type Origin,
  type PendingStage,
  type Plan,
  type PlanInput,
  type PlanPort,
  type PlanStage,
  type PlanTask
} from "./Plan.ts"
import { meantTask, parseTaskId, stageInMetric, stageOf } from "./task-id.ts"

/** A name that no stage and no task of the plan has. */
export interface UnknownTarget {
  readonly target: string
  /** Why it is not part of the plan, where the file has it. */
  readonly because: string | undefined
  readonly candidates: ReadonlyArray<string>
}

/** Tasks by their indices, and pending stages, whose tasks are not known yet. */
export interface Targets {
  readonly tasks: ReadonlySet<number>
  readonly pending: ReadonlySet<string>
}

/** What these names mean: a stage's name means all of its tasks. */
export const findTargets = (plan: Plan, targets: ReadonlyArray<string>): Result.Result<Targets, UnknownTarget> => {
  const tasks = new Set<number>()
  const pending = new Set<string>()
  for (const target of targets) {
    const id = stageOf(target)
    const stage = plan.stages.find((candidate) => candidate.id === id)
    const meant = stage === undefined ? [] : tasksMeant(plan, stage, target)
    for (const task of meant) tasks.add(task)
    if (meant.length > 0) continue
    const waiting = plan.pending?.find((candidate) => candidate.id === id)
    if (waiting === undefined || !mayHave(waiting, target))
      return Result.fail({ target, because: absence(plan, target), candidates: namesIn(plan) })
    pending.add(id)
  }
  return Result.succeed({ tasks, pending })
}

/** The tasks of a stage that a name means: all of them, one, or none. */
const tasksMeant = (plan: Plan, { id, tasks }: PlanStage, target: string): ReadonlyArray<number> => {
  if (target === id) return tasks
  const numbers = new Map(tasks.map((task) => [plan.tasks[task]?.id ?? "", task]))
  const task = numbers.get(meantTask(target, numbers.keys()) ?? "")
  return task === undefined ? [] : [task]
}

/** Whether a stage whose tasks are not known may come to have one of this name: it gives a value to each dimension. */
const mayHave = ({ id, dimensions }: PendingStage, target: string): boolean => {
  const names = parseTaskId(target).values.map(({ name }) => name)
  return target === id || dimensions === undefined || names.sort().join() === dimensions.toSorted().join()
}

/** Reasons that are told of a stage without tasks. */
const MAX_REASONS = 3

/** Why a name that has no tasks has none, where the plan tells. */
const absence = ({ leftOut = [] }: Plan, target: string): string | undefined => {
  const id = stageOf(target)
  const own = new Map(leftOut.flatMap(({ task, because }) => (stageOf(task) === id ? [[task, because]] : [])))
  const reason = own.get(meantTask(target, own.keys()) ?? id)
  if (reason !== undefined || target !== id || own.size === 0) return reason
  const reasons = [...new Set(own.values())]
  return [...reasons.slice(0, MAX_REASONS), ...(reasons.length > MAX_REASONS ? ["…"] : [])].join("; ")
}

const namesIn = ({ stages, pending = [], tasks }: Plan): ReadonlyArray<string> =>
  [...stages, ...pending, ...tasks].map(({ id }) => id)

/** A growing plan of the named stages and tasks and all that they need. */
export const selectGrowing = (
  whole: GrowingPlan,
  names: ReadonlyArray<string>
): Result.Result<GrowingPlan, UnknownTarget> =>
  Result.map(findTargets(whole.plan, names), (targets) => grown(whole, names, targets))

const grown = (whole: GrowingPlan, names: ReadonlyArray<string>, targets: Targets, before?: Part): GrowingPlan => {
  const part = partOf(whole.plan, targets, before)
  return {
    plan: part.plan,
    // What nobody asked for is not a failure of this part.
    refused: new Map([...whole.refused].filter(([stage]) => part.pending.has(stage))),
    grow: (known) =>
      Effect.map(whole.grow(known), (larger) => grown(larger, names, targetsIn(larger.plan, names), part))
  }
}

/** A list may lack the item that a name asks for: then there is no such task this time. */
const targetsIn = (plan: Plan, names: ReadonlyArray<string>): Targets => {
  const found = names.flatMap((name) => {
    const one = findTargets(plan, [name])
    return Result.isSuccess(one) ? [one.success] : []
  })
  return {
    tasks: new Set(found.flatMap(({ tasks }) => [...tasks])),
    pending: new Set(found.flatMap(({ pending }) => [...pending]))
  }
}

/** A part of a plan. */
interface Part {
  readonly whole: Plan
  readonly plan: Plan
  /** Numbers in the part of the tasks that it keeps, by those in the whole. */
  readonly numbers: ReadonlyMap<number, number>
  /** Pending stages that it keeps. */
  readonly pending: ReadonlySet<string>
}

/**
 * Targets with all that they need, or may need. Of what the smaller plan had nothing is kept but what its part has: a
 * pending stage keeps every task that it may need, and all others have larger numbers. They follow those of the part.
 */
const partOf = (plan: Plan, targets: Targets, before: Part | undefined): Part => {
  const { tasks: added, pending } = keptWith(plan, targets, before?.whole.tasks.length ?? 0)
  const numbers = new Map(before?.numbers)
  for (const task of added) numbers.set(task, numbers.size)
  const port = ({ task, port }: PlanPort): ReadonlyArray<PlanPort> => {
    const number = numbers.get(task)
    return number === undefined ? [] : [{ task: number, port }]
  }
  const stages = [
    ...(before?.plan.stages ?? []),
    ...plan.stages
      .slice(before?.whole.stages.length)
      .map(({ listsFrom, ...stage }) => ({
        ...stage,
        ...(listsFrom === undefined ? {} : { listsFrom: listsFrom.flatMap(port) }),
        tasks: stage.tasks.flatMap((task) => numbers.get(task) ?? [])
      }))
      .filter(({ tasks }) => tasks.length > 0)
  ]
  const stageNumbers = new Map(stages.map(({ id }, index) => [id, index]))
  const tasks = added.flatMap((index) => {
    const task = plan.tasks[index]
    if (task === undefined) return []
    return [{ ...renumberInputs(task, numbers), stage: stageNumbers.get(plan.stages[task.stage]?.id ?? "") ?? 0 }]
  })
  const { pending: every = [], absences, ...rest } = plan
  const waiting = every.flatMap((stage) => {
    if (!pending.has(stage.id)) return []
    const needs = stage.needs.flatMap((need) => numbers.get(need) ?? [])
    return [{ ...stage, needs, waitsFor: stage.waitsFor.flatMap(port) }]
  })
  const isWhole = (id: string): boolean =>
    pending.has(id) || plan.stages.some((stage) => stage.id === id && stage.tasks.every((task) => numbers.has(task)))
  const part: Plan = {
    ...rest,
    ...absencesOf(absences, isWhole),
    ...(waiting.length === 0 ? {} : { pending: waiting }),
    stages,
    tasks: [...(before?.plan.tasks ?? []), ...tasks],
    outputs: plan.outputs.flatMap(({ destination, from }) => port(from).map((bound) => ({ destination, from: bound }))),
    expectations: plan.expectations.flatMap((expectation) => {
      const tasks = expectedOf(expectation).map((task) => numbers.get(task))
      const every = tasks.filter((task) => task !== undefined)
      const [task] = every
      // What is expected of every task says nothing of some.
      if (task === undefined || every.length < tasks.length) return []
      return [{ ...expectation, task, ...(expectation.every === undefined ? {} : { every }) }]
    }),
    figures: plan.figures.flatMap(port)
  }
  return { whole: plan, plan: part, numbers, pending }
}

/** What to keep of a plan for these targets: pending stages, and of the tasks from a number on, ascending. */
const keptWith = (plan: Plan, targets: Targets, from: number) => {
  const pending = new Set(targets.pending)
  const tasks = new Set(targets.tasks)
  // Each pending stage comes after those it needs.
  for (const stage of plan.pending?.toReversed() ?? []) {
    if (!pending.has(stage.id)) continue
    for (const other of stage.after) pending.add(other)
    for (const need of stage.needs) tasks.add(need)
  }
  const kept: Array<number> = []
  // Needs have smaller numbers: one pass from the end sees every task after all that need it.
  for (let index = plan.tasks.length - 1; index >= from; index--) {
    const task = plan.tasks[index]
    if (task === undefined || !tasks.has(index)) continue
    kept.push(index)
    for (const need of needsOf(task)) tasks.add(need)
  }
  return { tasks: kept.reverse(), pending }
}

/** What is asked of absent tasks, where all tasks of their stage are kept. */
const absencesOf = (absences: Absences | undefined, isWhole: (stage: string) => boolean): Pick<Plan, "absences"> => {
  const expectations = absences?.expectations.filter(({ metric }) => isWhole(stageInMetric(metric.value))) ?? []
  const outputs = absences?.outputs.filter(({ task }) => isWhole(stageOf(task))) ?? []
  return expectations.length === 0 && outputs.length === 0 ? {} : { absences: { expectations, outputs } }
}

const renumberInputs = (task: PlanTask, numbers: ReadonlyMap<number, number>): PlanTask => {
  const origin = (from: Origin): Origin =>
    from._tag === "Task" ? { ...from, task: numbers.get(from.task) ?? from.task } : from
  const input = (value: PlanInput): PlanInput =>
    value._tag === "One"
      ? { ...value, origin: origin(value.origin) }
      : { ...value, items: value.items.map((item) => ({ ...item, origin: origin(item.origin) })) }
  return {
    ...task,
    inputs: Object.fromEntries(Object.entries(task.inputs).map(([name, value]) => [name, input(value)]))
  }
}
