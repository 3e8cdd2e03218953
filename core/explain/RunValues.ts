/** What can be asked of a run by name: its parameters, its metrics, and how it went. */
import { stageOf } from "../plan/task-id.ts"
import type { RunFolder } from "../record/RunFolder.ts"
import { outcomeOf, paramsOf, type RunState } from "../record/RunState.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import { leaves } from "./leaves.ts"

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

export class RunValues {
  readonly id: string
  private readonly facts: { readonly [name: string]: RunValue | undefined }
  /** By path: `lr`, `network.depth`. */
  readonly params: ReadonlyMap<string, RunValue>
  /** By `task.metric`. */
  readonly metrics: ReadonlyMap<string, number>
  /** The full names of the metrics that a short one may mean: `metric`, `stage.metric`. */
  private readonly short = new Map<string, Array<string>>()

  constructor({ id }: RunFolder, state: RunState) {
    this.id = id
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
      for (const [metric, value] of Object.entries(recorded)) {
        const name = `${task}.${metric}`
        metrics.set(name, value)
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

  /** Every name that stands for one value, and the short names of metrics. */
  names(): ReadonlyArray<string> {
    return [...Object.keys(FACTS), ...this.params.keys(), ...this.short.keys(), ...this.metrics.keys()]
  }
}

/** A list counts as one value, its text. */
const runValue = (leaf: Json): RunValue => (typeof leaf === "object" && leaf !== null ? JSON.stringify(leaf) : leaf)
