/** The graph of a pipeline as it is shown: one node for each stage and source, with the statuses of its tasks. */
import { originsIn, type Plan, type PlanInput } from "../plan/Plan.ts"
import type { TaskStatus } from "../record/RunState.ts"

/** What became of a task; `waiting` when nothing has, `cut` when its run ended while it ran. */
export type ShownStatus = TaskStatus | "waiting" | "cut"

/** Every status, in the order of legends. */
export const STATUSES = [
  "done",
  "hit",
  "running",
  "ready",
  "failed",
  "cut",
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
  cut: "cut off",
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
  /** 0 for a source, and for a stage whose tasks are not known yet. */
  readonly tasks: number
  /** Milliseconds that the attempts at its tasks took, all together; absent where none ran. */
  readonly busyMillis?: number
  /** Whether some of its tasks are of those that the run waited for. */
  readonly isCritical?: boolean
}

export interface GraphEdge {
  /** Indices of nodes. */
  readonly from: number
  readonly to: number
  /**
   * `kernel → empirical`: output port and input port, one for each connection; `words → matrix` for a list that decides
   * which tasks there are. Empty where it is not known yet which tasks are connected.
   */
  readonly ports: ReadonlyArray<string>
  readonly isFanIn: boolean
}

/** Edges point from what produces to what consumes. */
export interface GraphModel {
  readonly nodes: ReadonlyArray<GraphNode>
  readonly edges: ReadonlyArray<GraphEdge>
}

/** Known statuses by task name; of a stage that never came to tasks by its own. */
export type TaskStatuses = ReadonlyMap<string, ShownStatus>

/** The graph of a plan: sources first, then the stages in the plan's order, at last those that wait for a list. */
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
    })),
    ...(plan.pending ?? []).map(({ id, stageType }) => {
      // A stage that never came to tasks has an end of its own.
      const ends = [statuses.get(id) ?? []].flat()
      return { label: id, detail: stageType, shape: "stage" as const, counts: count(ends), tasks: ends.length }
    })
  ],
  edges: edgesOf(plan)
})

/** The same graph, with what its stages took and which of them the run waited for. */
export const withTimes = (
  { nodes, edges }: GraphModel,
  times: ReadonlyMap<string, { readonly busyMillis: number; readonly isCritical: boolean }>
): GraphModel => ({
  nodes: nodes.map((node) => {
    const { busyMillis = 0, isCritical = false } = (node.shape === "stage" && times.get(node.label)) || {}
    return { ...node, ...(busyMillis > 0 ? { busyMillis } : {}), ...(isCritical ? { isCritical } : {}) }
  }),
  edges
})

/** How many of each. */
export const count = (statuses: ReadonlyArray<ShownStatus>): { readonly [status in ShownStatus]?: number } => {
  const counts: { [status in ShownStatus]?: number } = {}
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

const edgesOf = (plan: Plan): ReadonlyArray<GraphEdge> => {
  const edges = new Edges()
  const stageOf = (task: number): number => plan.sources.length + (plan.tasks[task]?.stage ?? 0)
  for (const task of plan.tasks) {
    const to = plan.sources.length + task.stage
    for (const [port, input] of Object.entries(task.inputs)) {
      for (const [from, label] of startsOf(plan, input))
        edges.add(from, to, `${label} → ${port}`, input._tag === "Many")
    }
  }
  for (const [stage, { listsFrom = [] }] of plan.stages.entries()) {
    for (const { task, port } of listsFrom) edges.add(stageOf(task), plan.sources.length + stage, `${port} → matrix`)
  }
  const { pending = [] } = plan
  const firstPending = plan.sources.length + plan.stages.length
  const numbers = new Map(pending.map(({ id }, index) => [id, firstPending + index]))
  for (const [index, { waitsFor, needs, after, sources }] of pending.entries()) {
    const to = firstPending + index
    for (const { task, port } of waitsFor) edges.add(stageOf(task), to, `${port} → matrix`)
    for (const from of [...sources, ...needs.map(stageOf), ...after.flatMap((id) => numbers.get(id) ?? [])]) {
      edges.add(from, to)
    }
  }
  return edges.all()
}

/** Edges by their ends: what connects the same two nodes is one edge. */
class Edges {
  private readonly edges = new Map<string, { from: number; to: number; ports: Set<string>; isFanIn: boolean }>()

  add(from: number, to: number, ports?: string, isFanIn = false): void {
    const id = `${from} ${to}`
    const edge = this.edges.get(id) ?? { from, to, ports: new Set<string>(), isFanIn: false }
    if (ports !== undefined) edge.ports.add(ports)
    edge.isFanIn ||= isFanIn
    this.edges.set(id, edge)
  }

  all(): ReadonlyArray<GraphEdge> {
    return [...this.edges.values()].map((edge) => ({ ...edge, ports: [...edge.ports] }))
  }
}

/** The nodes from which an input comes, each with the name of its port. */
const startsOf = (plan: Plan, input: PlanInput): ReadonlyArray<readonly [node: number, port: string]> => {
  return originsIn(input).flatMap((origin) => {
    if (origin._tag === "Source") return [[origin.source, "file"] as const]
    const task = plan.tasks[origin.task]
    return task === undefined ? [] : [[plan.sources.length + task.stage, origin.port] as const]
  })
}
