/** What can be asked of a run by name: its parameters, its metrics, the times of its tasks, and how it went. */
import { MEASURED_TIMES, timeInMetric } from "../document/measured-times.ts"
import { parseTaskId, stageOf, taskEnd, type WrittenValue } from "../plan/task-id.ts"
import type { RunFolder } from "../record/RunFolder.ts"
import { outcomeOf, paramsOf, type RunState } from "../record/RunState.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import { leaves } from "./leaves.ts"
import { taskSeconds } from "./task-seconds.ts"

export type RunValue = string | number | boolean | null

/** Facts that every run has, with what they are: a duration is in milliseconds, a time in milliseconds since 1970. */
export const FACTS = {
  run: "text",
  pipeline: "text",
  profile: "text",
  outcome: "text",
  started: "time",
  duration: "duration",
  ran: "number",
  hit: "number",
  failed: "number",
  skipped: "number"
} as const

/** What a name stands for in a run. */
export type Found =
  | { readonly _tag: "Value"; readonly value: RunValue | undefined }
  /** A metric that several tasks have. */
  | { readonly _tag: "Several"; readonly names: ReadonlyArray<string> }

/** A metric of one task. */
export interface NamedMetric {
  /** In full: `task.metric`. */
  readonly name: string
  readonly task: string
  readonly value: number
}

export class RunValues {
  readonly id: string
  private readonly facts: { readonly [name: string]: RunValue | undefined }
  /** By path: `lr`, `network.depth`. */
  readonly params: ReadonlyMap<string, RunValue>
  /** By `task.metric`; what diverged is there, and not finite. */
  readonly metrics: ReadonlyMap<string, number>
  /** By stage, in the order of the journal. */
  private readonly tasks = new Map<string, Array<string>>()
  /** The task of each metric, by its full name. */
  private readonly taskOf = new Map<string, string>()
  /** The full names of the metrics that a short one may mean: `metric`, `stage.metric`. */
  private readonly short = new Map<string, Array<string>>()
  private readonly states: RunState["tasks"]

  constructor({ id }: RunFolder, state: RunState) {
    this.id = id
    this.states = state.tasks
    const { started, endedAt, counts } = state
    this.facts = {
      run: id,
      pipeline: started?.pipeline,
      profile: started?.profile,
      outcome: outcomeOf(state),
      started: started?.at,
      duration: started === undefined || endedAt === undefined ? undefined : endedAt - started.at,
      ...counts
    }
    this.params = new Map(leaves(paramsOf(state)).map(([path, leaf]) => [path, runValue(leaf)]))
    const metrics = new Map<string, number>()
    for (const { task, metrics: recorded } of state.tasks.values()) {
      const stage = stageOf(task)
      const sisters = this.tasks.get(stage)
      if (sisters === undefined) this.tasks.set(stage, [task])
      else sisters.push(task)
      for (const [metric, value] of Object.entries(recorded)) {
        const name = `${task}.${metric}`
        metrics.set(name, value)
        this.taskOf.set(name, task)
        for (const short of [metric, `${stage}.${metric}`]) {
          const names = this.short.get(short)
          if (names === undefined) this.short.set(short, [name])
          else names.push(name)
        }
      }
    }
    this.metrics = metrics
  }

  /** Facts come before parameters, and those before metrics; `params.` before a name asks for a parameter. */
  find(name: string): Found | undefined {
    if (Object.hasOwn(this.facts, name)) return { _tag: "Value", value: this.facts[name] }
    const param = this.params.get(name.replace(/^params\./u, ""))
    if (param !== undefined) return { _tag: "Value", value: param }
    const [only, ...others] = this.short.get(name) ?? []
    if (only !== undefined && others.length > 0) return { _tag: "Several", names: [only, ...others] }
    const metric = this.metrics.get(only ?? name)
    return metric === undefined ? undefined : { _tag: "Value", value: metric }
  }

  /** The value that a name stands for; `undefined` where there is none, or several. */
  value(name: string): RunValue | undefined {
    const found = this.find(name)
    return found?._tag === "Value" ? found.value : undefined
  }

  /**
   * The values of a metric with the tasks that recorded it: by its full name, or by a short one, `loss`, `train.loss`, or
   * `train@width=500.loss` for all tasks with this value. Where no stage recorded one, `wall time` and `processor time` are those
   * of the tasks that this run computed.
   */
  metricsNamed(name: string): ReadonlyArray<NamedMetric> {
    const names = this.metrics.has(name) ? [name] : (this.short.get(name) ?? this.withValues(name))
    if (names.length === 0) return this.timesNamed(name)
    return names.flatMap((full) => {
      const [task, value] = [this.taskOf.get(full), this.metrics.get(full)]
      return task === undefined || value === undefined ? [] : [{ name: full, task, value }]
    })
  }

  /** The tasks that may have a metric of this name, also those that recorded none: they failed, or were cut off. */
  tasksBehind(name: string): ReadonlyArray<string> {
    const stages = new Set(this.metricsNamed(name).map(({ task }) => stageOf(task)))
    const own = this.taskOf.get(name)
    if (own !== undefined) return [own]
    const tasks = [...stages].flatMap((stage) => this.tasks.get(stage) ?? [])
    return this.short.has(name) ? tasks : tasks.filter(hasValues(valuesIn(name)))
  }

  /** The dimensions of the matrix of the tasks that recorded it. */
  dimensionsOf(metric: string): ReadonlyArray<string> {
    const dimensions = this.metricsNamed(metric).flatMap(({ task }) => parseTaskId(task).values.map(({ name }) => name))
    return [...new Set(dimensions)]
  }

  /** A metric, by its full name, of a task that has a value in this dimension of its matrix. */
  metricAlong(dimension: string): string | undefined {
    const has = (task: string): boolean => parseTaskId(task).values.some(({ name }) => name === dimension)
    return [...this.taskOf].find(([, task]) => has(task))?.[0]
  }

  /** Short names of metrics. */
  metricNames(): ReadonlyArray<string> {
    return [...this.short.keys()]
  }

  /** Full names of a metric of the tasks of a stage that have some of their values. */
  private withValues(name: string): ReadonlyArray<string> {
    const end = taskEnd(name, 0)
    if (end === undefined) return []
    const { stage } = parseTaskId(name.slice(0, end))
    const has = hasValues(valuesIn(name))
    return (this.short.get(`${stage}${name.slice(end)}`) ?? []).filter((full) => has(this.taskOf.get(full) ?? ""))
  }

  private timesNamed(name: string): ReadonlyArray<NamedMetric> {
    const measure = timeInMetric(`.${name}`)
    if (measure === undefined) return []
    const { stage, values } = parseTaskId(name.slice(0, -measure.length - 1))
    const tasks = stage === "" ? [...this.states.keys()] : (this.tasks.get(stage) ?? [])
    return tasks.filter(hasValues(values)).flatMap((task) => {
      const state = this.states.get(task)
      const value = state && taskSeconds(state, measure)
      return value === undefined ? [] : [{ name: `${task}.${measure}`, task, value }]
    })
  }

  /** `train.wall time` and its like. */
  timeNames(): ReadonlyArray<string> {
    return [...this.tasks.keys()].flatMap((stage) => MEASURED_TIMES.map((measure) => `${stage}.${measure}`))
  }

  /** Every name that stands for one value, and the short names of metrics. */
  names(): ReadonlyArray<string> {
    return [...Object.keys(FACTS), ...this.params.keys(), ...this.short.keys(), ...this.metrics.keys()]
  }
}

/** The values that `train@width=500.loss` names. */
const valuesIn = (name: string): ReadonlyArray<WrittenValue> => {
  const end = taskEnd(name, 0)
  return end === undefined ? [] : parseTaskId(name.slice(0, end)).values
}

const hasValues =
  (values: ReadonlyArray<WrittenValue>) =>
  (task: string): boolean => {
    const own = new Map(parseTaskId(task).values.map(({ name, text }) => [name, text]))
    return values.every(({ name, text }) => own.get(name) === text)
  }

/** A list counts as one value, its text. */
const runValue = (leaf: Json): RunValue => (typeof leaf === "object" && leaf !== null ? JSON.stringify(leaf) : leaf)
