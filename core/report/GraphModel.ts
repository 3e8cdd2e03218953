/** The graph of a pipeline as it is shown: one node for each stage and source, with the statuses of its tasks. */
import type { Plan, PlanInput } from "../plan/Plan.ts"
import type { TaskStatus } from "../record/RunState.ts"

/** What became of a task; `waiting` when nothing has. */
export type ShownStatus = TaskStatus | "waiting"

/** Every status, in the order of legends. */
export const STATUSES = [
  "done",
  "hit",
  "running",
  "ready",
  "failed",
  "skipped",
  "waiting"
] as const satisfies ReadonlyArray<ShownStatus>

/** How a status is called to a reader. */
export const STATUS_WORDS: { readonly [status in ShownStatus]: string } = {
  done: "ran",
  hit: "cached",
  running: "running",
  ready: "to run",
  failed: "failed",
  skipped: "skipped",
  waiting: "not run"
}

export interface GraphNode {
  readonly label: string
  /** Stage type, or the path of a source. */
  readonly detail: string
  readonly shape: "stage" | "source"
  /** Tasks in each status; empty for a source, and when no statuses are known. */
  readonly counts: { readonly [status in ShownStatus]?: number }
  readonly tasks: number
}

export interface GraphEdge {
  /** Indices of nodes. */
  readonly from: number
  readonly to: number
  /** `kernel → empirical`: output port and input port, one for each connection. */
  readonly ports: ReadonlyArray<string>
  readonly isFanIn: boolean
}

/** Edges point from what produces to what consumes. */
export interface GraphModel {
  readonly nodes: ReadonlyArray<GraphNode>
  readonly edges: ReadonlyArray<GraphEdge>
}

/** Known statuses by task name. */
export type TaskStatuses = ReadonlyMap<string, ShownStatus>

/** The graph of a plan: sources first, then the stages in the plan's order. */
export const ofPlan = (plan: Plan, statuses: TaskStatuses = new Map()): GraphModel => ({
  nodes: [
    ...plan.sources.map(({ name, path }) => ({
      label: name,
      detail: path,
      shape: "source" as const,
      counts: {},
      tasks: 0
    })),
    ...plan.stages.map(({ id, stageType, tasks }) => ({
      label: id,
      detail: stageType,
      shape: "stage" as const,
      counts: count(tasks.flatMap((task) => statuses.get(plan.tasks[task]?.id ?? "") ?? [])),
      tasks: tasks.length
    }))
  ],
  edges: edgesOf(plan)
})

/** How many of each. */
export const count = (statuses: ReadonlyArray<ShownStatus>): { readonly [status in ShownStatus]?: number } => {
  const counts: { [status in ShownStatus]?: number } = {}
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

const edgesOf = (plan: Plan): ReadonlyArray<GraphEdge> => {
  const edges = new Map<string, { from: number; to: number; ports: Set<string>; isFanIn: boolean }>()
  for (const task of plan.tasks) {
    const to = plan.sources.length + task.stage
    for (const [port, input] of Object.entries(task.inputs)) {
      for (const [from, label] of startsOf(plan, input)) {
        const id = `${from} ${to}`
        const edge = edges.get(id) ?? { from, to, ports: new Set<string>(), isFanIn: false }
        edge.ports.add(`${label} → ${port}`)
        edge.isFanIn ||= input._tag === "Many"
        edges.set(id, edge)
      }
    }
  }
  return [...edges.values()].map((edge) => ({ ...edge, ports: [...edge.ports] }))
}

/** The nodes from which an input comes, each with the name of its port. */
const startsOf = (plan: Plan, input: PlanInput): ReadonlyArray<readonly [node: number, port: string]> => {
  const origins = input._tag === "One" ? [input.origin] : input.items.map(({ origin }) => origin)
  return origins.flatMap((origin) => {
    if (origin._tag === "Source") return [[origin.source, "file"] as const]
    const task = plan.tasks[origin.task]
    return task === undefined ? [] : [[plan.sources.length + task.stage, origin.port] as const]
  })
}
