/** Plans drawn in a few words: one line a task, edges by name. */
import type { Backoff } from "../../../core/document/Backoff.ts"
import { PLAN_FORMAT, type Plan, type PlanInput, type PlanSource, type PlanTask } from "../../../core/plan/Plan.ts"
import { ofValue } from "../../../core/store/Digest.ts"

/** A task, and what a test may want to say about it. */
export interface TaskSketch {
  /** `train` or `train@n=1`: what stands before the `@` is its stage. */
  readonly id: string
  /** Earlier tasks, each at a port of its own, or a source as `sources.NAME`. */
  readonly needs?: ReadonlyArray<string>
  /** Collects its needs at one port instead. */
  readonly fanIn?: boolean
  readonly cpu?: number
  readonly memory?: number
  readonly memoryFactor?: number
  readonly gpu?: number
  readonly tokens?: { readonly [limit: string]: number }
  readonly retries?: number
  readonly backoff?: Backoff
  readonly timeout?: number
  /** What its key holds beside its inputs; its own name unless two tasks are to share a key. */
  readonly param?: string
  /** Changes the code identity of its stage. */
  readonly code?: string
}

const SPAN = { file: "sketch.yaml", line: 1, column: 1, length: 1 }

const stageOf = (id: string): string => id.split("@")[0] ?? id

/** The plan of these tasks; each follows those it needs. */
export const sketched = (tasks: ReadonlyArray<TaskSketch>, sources: ReadonlyArray<PlanSource> = []): Plan => {
  const stages = [...new Set(tasks.map(({ id }) => stageOf(id)))]
  const inputsOf = ({ needs = [], fanIn = false }: TaskSketch): PlanTask["inputs"] => {
    const origins = needs.map((need) => {
      const source = sources.findIndex(({ name }) => need === `sources.${name}`)
      if (source >= 0) return { _tag: "Source", source } as const
      const task = tasks.findIndex(({ id }) => id === need)
      if (task < 0) throw new Error(`the sketch has no ${need}`)
      return { _tag: "Task", task, port: "out" } as const
    })
    if (fanIn) {
      const items = origins.map((origin, index) => ({ matrix: { index }, origin }))
      return { all: { _tag: "Many", kind: "Json", items } }
    }
    return Object.fromEntries(
      origins.map((origin, index): [string, PlanInput] => [`in${index}`, { _tag: "One", kind: "Json", origin }])
    )
  }
  return {
    format: PLAN_FORMAT,
    name: "sketch",
    file: "sketch.yaml",
    profile: "default",
    params: {},
    stages: stages.map((id) => {
      const own = tasks.filter((task) => stageOf(task.id) === id)
      const identity = ofValue("test", own[0]?.code ?? "code")
      return {
        id,
        span: SPAN,
        stageType: `test/${id}`,
        summary: "",
        determinism: "bitwise",
        outputs: { out: "Json" },
        code: {
          _tag: "Bundle",
          file: `${id}.ts`,
          identity,
          parts: { declarations: { main: identity }, packages: {} },
          bundle: identity,
          bundleFile: `${id}.js`
        },
        tasks: own.map((task) => tasks.indexOf(task))
      }
    }),
    tasks: tasks.map((sketch): PlanTask => {
      const { id, param = id, cpu = 1, memory = 0, memoryFactor, gpu, tokens, retries = 0, backoff, timeout } = sketch
      return {
        id,
        stage: stages.indexOf(stageOf(id)),
        matrix: {},
        params: { param },
        inputs: inputsOf(sketch),
        resources: {
          cpu,
          memory,
          ...(memoryFactor === undefined ? {} : { memoryFactor }),
          ...(gpu === undefined ? {} : { gpu }),
          ...(tokens === undefined ? {} : { tokens })
        },
        retries,
        ...(backoff === undefined ? {} : { backoff }),
        ...(timeout === undefined ? {} : { timeout })
      }
    }),
    sources,
    outputs: [],
    expectations: [],
    figures: []
  }
}
