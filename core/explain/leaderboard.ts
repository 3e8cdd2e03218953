/** Runs ranked by a metric: a row for each run, and for each combination of a matrix whose tasks recorded it. */
import type { Tolerance } from "../document/PipelineDocument.ts"
import { parseTaskId } from "../plan/task-id.ts"
import { type Aggregate, aggregate } from "./aggregate.ts"
import type { RunValues } from "./RunValues.ts"

export interface LeaderRow<Run> {
  readonly run: Run
  /** Equal values share a rank, and the next one counts them all; `undefined` where there is no number. */
  readonly rank: number | undefined
  /** Of the tasks behind it, by dimension, as their names write them. */
  readonly matrix: ReadonlyMap<string, string>
  /** By metric, in the order asked for; `undefined` where the run has none. */
  readonly values: ReadonlyArray<Aggregate | undefined>
}

/** Which values are the better ones. */
export type Direction =
  | { readonly _tag: "Smallest" | "Largest" }
  /** Those nearest to it. */
  | { readonly _tag: "Nearest"; readonly value: number }

export interface LeaderQuery {
  /** Names of metrics, as short as they name one stage's; the first one ranks. */
  readonly metrics: ReadonlyArray<string>
  /** Dimensions of the matrix to average over. */
  readonly over: ReadonlySet<string>
  readonly direction: Direction
}

/** A metric that has several values for one row: further dimensions would have to be averaged over. */
export interface Ambiguity {
  readonly metric: string
  readonly dimensions: ReadonlyArray<string>
}

interface Group {
  readonly matrix: ReadonlyMap<string, string>
  readonly values: ReadonlyArray<number>
  /** Tasks of the run that could have such a value. */
  readonly tasks: number
}

/** Ranks runs, the best first; what has no number comes last, in the order of the runs. */
export const leaderboard = <Run extends { readonly values: RunValues }>(
  runs: ReadonlyArray<Run>,
  { metrics, over, direction }: LeaderQuery
): { readonly rows: ReadonlyArray<LeaderRow<Run>>; readonly ambiguity: Ambiguity | undefined } => {
  let ambiguity: Ambiguity | undefined
  const rows = runs.flatMap((run) => {
    const [leading = [], ...others] = metrics.map((metric) => groupsOf(run.values, metric, over))
    const rowGroups = leading.length > 0 ? leading : [{ matrix: new Map<string, string>(), values: [], tasks: 0 }]
    return rowGroups.map(({ matrix, values, tasks }) => ({
      run,
      matrix,
      values: [
        aggregate(values, tasks),
        ...others.map((groups, index) => {
          const [only, ...more] = groups.filter((group) => agrees(group.matrix, matrix))
          if (more.length > 0) ambiguity ??= ambiguityOf(metrics[index + 1] ?? "", groups, matrix)
          return more.length > 0 || only === undefined ? undefined : aggregate(only.values, only.tasks)
        })
      ]
    }))
  })
  return { rows: ranked(rows, direction), ambiguity }
}

/** The values of a metric, those of tasks that differ in nothing else than the dimensions averaged over in one group. */
const groupsOf = (run: RunValues, metric: string, over: ReadonlySet<string>): ReadonlyArray<Group> => {
  const keptOf = (task: string) => parseTaskId(task).values.filter(({ name }) => !over.has(name))
  const values = Map.groupBy(run.metricsNamed(metric), ({ task }) => JSON.stringify(keptOf(task)))
  const tasks = Map.groupBy(run.tasksBehind(metric), (task) => JSON.stringify(keptOf(task)))
  return [...values].map(([key, members]) => ({
    matrix: new Map(members.slice(0, 1).flatMap(({ task }) => keptOf(task).map(({ name, text }) => [name, text]))),
    values: members.map(({ value }) => value),
    tasks: tasks.get(key)?.length ?? members.length
  }))
}

/** Whether two combinations have the same values of what both have. */
const agrees = (a: Group["matrix"], b: Group["matrix"]): boolean =>
  [...a].every(([name, text]) => (b.get(name) ?? text) === text)

const ambiguityOf = (metric: string, groups: ReadonlyArray<Group>, matrix: Group["matrix"]): Ambiguity => ({
  metric,
  dimensions: [...new Set(groups.flatMap((group) => [...group.matrix.keys()]))].filter((name) => !matrix.has(name))
})

const ranked = <Run>(
  rows: ReadonlyArray<Omit<LeaderRow<Run>, "rank">>,
  direction: Direction
): ReadonlyArray<LeaderRow<Run>> => {
  const scored = rows.map((row) => ({ row, score: scoreOf(row.values[0], direction) }))
  const sorted = scored.toSorted((a, b) => compare(a.score, b.score))
  let rank = 0
  return sorted.map(({ row, score }, index) => {
    if (index === 0 || score !== sorted[index - 1]?.score) rank = index + 1
    return { ...row, rank: Number.isNaN(score) ? undefined : rank }
  })
}

/** The less the better; NaN where there is no number. */
const scoreOf = (value: Aggregate | undefined, direction: Direction): number => {
  if (value === undefined || value.count === 0) return Number.NaN
  if (direction._tag === "Nearest") return Math.abs(value.mean - direction.value)
  return direction._tag === "Smallest" ? value.mean : -value.mean
}

const compare = (a: number, b: number): number => {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  return a < b ? -1 : a > b ? 1 : 0
}

/** What expectations say of a metric: the direction of their bounds, or the value that all of them name. */
export const directionOf = (goals: ReadonlyArray<Tolerance>): Direction | undefined => {
  const [first, ...others] = goals
  if (first === undefined) return undefined
  // Between two bounds all are as good.
  if (first._tag === "Between") return undefined
  if (first._tag === "AtMost" || first._tag === "AtLeast") {
    const isAlike = others.every(({ _tag }) => _tag === first._tag)
    return isAlike ? { _tag: first._tag === "AtMost" ? "Smallest" : "Largest" } : undefined
  }
  const isAlike = others.every((goal) => "value" in goal && goal.value === first.value)
  return isAlike ? { _tag: "Nearest", value: first.value } : undefined
}
