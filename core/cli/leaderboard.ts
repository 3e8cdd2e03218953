/** `pipeline runs --metric`: runs ranked by a metric. */
import { Effect, Result } from "effect"
import type { Tolerance } from "../document/PipelineDocument.ts"
import { suggestion } from "../document/suggestion.ts"
import type { Aggregate } from "../explain/aggregate.ts"
import { type Direction, directionOf, type LeaderRow, leaderboard } from "../explain/leaderboard.ts"
import type { RunValues } from "../explain/RunValues.ts"
import { expectedOf } from "../plan/Plan.ts"
import { nameOf, timeOf } from "../record/RunFolder.ts"
import { RunHistory } from "../record/RunHistory.ts"
import { numberText } from "../report/quantity-text.ts"
import type { Column, ListedRun } from "./choose-runs.ts"
import { csvRow } from "./csv-row.ts"
import { knownMetric } from "./known-metric.ts"
import { print, printJson, table } from "./output.ts"
import { UsageError } from "./UsageError.ts"

export interface LeaderChoices {
  /** Names of metrics; the first one ranks. */
  readonly metrics: ReadonlyArray<string>
  /** Dimensions of the matrix to average over. */
  readonly over: ReadonlyArray<string>
  readonly descending: boolean
  /** Whether the runs have an order that somebody asked for, which then stays; ranks are those of the metric all the same. */
  readonly isSorted: boolean
  readonly limit: number
  readonly csv: boolean
  readonly json: boolean
}

/** The runs, and the values that are shown of each besides. */
export interface Contestants {
  readonly runs: ReadonlyArray<ListedRun>
  readonly columns: ReadonlyArray<Column>
}

/** Prints runs, the best first: by the direction that an expectation gives the metric, else from its smallest value on. */
export const printLeaderboard = Effect.fnUntraced(function* (
  choices: LeaderChoices,
  { runs: all, columns }: Contestants
) {
  const { metrics, json, csv, limit, isSorted } = choices
  yield* checkNames(choices, all)
  const runs = ofTheirPipelines(all, metrics)
  const { direction, isExpected } = yield* directionFor(choices, runs)
  const { rows, ambiguity } = leaderboard(runs, { metrics, over: new Set(choices.over), direction })
  if (ambiguity !== undefined) {
    const { metric, dimensions } = ambiguity
    return yield* new UsageError({
      reason: `${metric} has several values for each row: average over ${dimensions.join(" and ")} with --over ${dimensions.join(",")}`
    })
  }
  const ordered = isSorted ? rows.toSorted((a, b) => runs.indexOf(a.run) - runs.indexOf(b.run)) : rows
  const shown = ordered.slice(0, limit)
  const board = {
    metrics,
    columns: [...columns, ...differingColumns(shown, columns)],
    rows: shown,
    isAveraged: choices.over.length > 0
  }
  if (json) printJson(shown.map((row) => shownRow(row, board)))
  else if (csv) print(csvOf(board))
  else if (shown.length === 0) print("no run is like this")
  else print(`${titleOf(metrics[0] ?? "", direction, isExpected)}\n\n${tableOf(board)}`)
  return undefined
})

/** Nothing can be wrong about runs that are not there. */
const checkNames = Effect.fnUntraced(function* ({ metrics, over }: LeaderChoices, runs: ReadonlyArray<ListedRun>) {
  if (runs.length === 0) return
  const values = runs.map((run) => run.values)
  yield* Effect.fromResult(Result.all(metrics.map((name) => knownMetric(name, values))))
  const dimensions = [...new Set(values.flatMap((run) => metrics.flatMap((metric) => run.dimensionsOf(metric))))]
  const stray = over.find((name) => !dimensions.includes(name))
  if (stray === undefined) return
  const hint = suggestion(stray, "dimensions", dimensions)
  return yield* new UsageError({
    reason: `--over ${stray}: no task of ${metrics.join(", ")} has such a value; ${hint}`
  })
})

/** Runs of pipelines of which some run has one of the metrics: others could not have it. */
const ofTheirPipelines = (runs: ReadonlyArray<ListedRun>, metrics: ReadonlyArray<string>): ReadonlyArray<ListedRun> => {
  const having = runs.filter(({ values }) => metrics.some((name) => values.metricsNamed(name).length > 0))
  const pipelines = new Set(having.map(({ state }) => state.started?.pipeline))
  return runs.filter(({ state }) => pipelines.has(state.started?.pipeline))
}

/** What somebody asks for, what the pipeline expects, or from the smallest. */
const directionFor = Effect.fnUntraced(function* (
  { metrics, descending, isSorted }: LeaderChoices,
  runs: ReadonlyArray<ListedRun>
) {
  const asked: Direction = { _tag: "Largest" }
  if (descending && !isSorted) return { direction: asked, isExpected: false }
  const expected = directionOf(yield* goalsOf(runs, metrics[0] ?? ""))
  const direction: Direction = expected ?? { _tag: "Smallest" }
  return { direction, isExpected: expected !== undefined }
})

/** What is printed. */
interface Board {
  readonly metrics: ReadonlyArray<string>
  readonly columns: ReadonlyArray<Column>
  readonly rows: ReadonlyArray<LeaderRow<ListedRun>>
  /** Whether a metric may be the mean of several values. */
  readonly isAveraged: boolean
}

/** What the latest run that has a metric expects of it. */
const goalsOf = Effect.fnUntraced(function* (runs: ReadonlyArray<ListedRun>, metric: string) {
  const history = yield* RunHistory
  const folders = yield* history.list
  const latest = runs.find(({ values }) => values.metricsNamed(metric).length > 0)
  const folder = folders.find(({ id }) => id === latest?.values.id)
  if (latest === undefined || folder === undefined) return []
  const plan = yield* Effect.catchTag(history.plan(folder), "RunUnknown", () => Effect.undefined)
  const names = new Set(latest.values.metricsNamed(metric).map(({ name }) => name))
  return (plan?.expectations ?? []).flatMap(
    (each): ReadonlyArray<Tolerance> =>
      expectedOf(each).some((task) => names.has(`${plan?.tasks[task]?.id}.${each.metric}`))
        ? [each.expected.tolerance]
        : []
  )
})

/** Parameters that are shown unasked. */
const MAX_PARAMS = 6

/** The profile and the parameters in which the runs differ, as far as they are not asked for by name. */
const differingColumns = (rows: Board["rows"], asked: ReadonlyArray<Column>): ReadonlyArray<Column> => {
  const runs = [...new Set(rows.map(({ run }) => run.values))]
  const params = [...new Set(runs.flatMap((run) => [...run.params.keys()]))].map((name) => ({
    name,
    of: (run: RunValues) => run.params.get(name)
  }))
  const profile: Column = { name: "profile", of: (run) => run.value("profile") }
  return [profile, ...params]
    .filter(({ name, of }) => new Set(runs.map(of)).size > 1 && !asked.some((column) => column.name === name))
    .slice(0, MAX_PARAMS)
}

const WORDS = { Smallest: "from the smallest", Largest: "from the largest" } as const

const titleOf = (metric: string, direction: Direction, isExpected: boolean): string => {
  const order =
    direction._tag === "Nearest" ? `from the nearest to ${numberText(direction.value)}` : WORDS[direction._tag]
  return `by ${metric}, ${order}${isExpected ? ", as the pipeline expects" : ""}`
}

const dimensionsIn = (rows: Board["rows"]): ReadonlyArray<string> => [
  ...new Set(rows.flatMap(({ matrix }) => [...matrix.keys()]))
]

const tableOf = ({ metrics, columns, rows }: Board): string => {
  const dimensions = dimensionsIn(rows)
  const head = ["#", "run", "", ...dimensions, ...metrics, ...columns.map(({ name }) => name)]
  const cells = rows.map(({ run, rank, matrix, values }) => [
    rank === undefined ? "–" : String(rank),
    nameOf(run.values.id),
    dayOf(run.values.id),
    ...dimensions.map((name) => matrix.get(name) ?? "–"),
    ...values.map(aggregateText),
    ...columns.map(({ of }) => String(of(run.values) ?? "–"))
  ])
  const numeric = [0, ...metrics.map((_, index) => 3 + dimensions.length + index)]
  return table([head, ...cells], new Set(numeric))
}

const dayOf = (id: string): string => {
  const at = timeOf(id)
  return Number.isNaN(at) ? "" : new Date(at).toISOString().slice(0, 10)
}

/** `0.0123`, `0.0123 ± 0.002 (3)` of three values, or `(2 of 3)` where one of them diverged or is not there. */
const aggregateText = (value: Aggregate | undefined): string => {
  if (value === undefined) return "–"
  const { mean, deviation, count, of } = value
  const spread = deviation === undefined ? "" : ` ± ${numberText(Number(deviation.toPrecision(2)))}`
  const told = count < of ? `${count} of ${of}` : of
  return `${numberText(mean)}${spread}${of === 1 ? "" : ` (${told})`}`
}

const shownRow = ({ run, rank, matrix, values }: LeaderRow<ListedRun>, { metrics, columns }: Board) => ({
  rank: rank ?? null,
  run: run.values.id,
  matrix: Object.fromEntries(matrix),
  metrics: Object.fromEntries(metrics.map((name, index) => [name, shownAggregate(values[index])])),
  values: Object.fromEntries(columns.map(({ name, of }) => [name, of(run.values) ?? null]))
})

const shownAggregate = (value: Aggregate | undefined) =>
  value === undefined ? null : { mean: value.mean, sd: value.deviation ?? null, n: value.count, of: value.of }

const csvOf = ({ metrics, columns, rows, isAveraged }: Board): string => {
  const dimensions = dimensionsIn(rows)
  const heads = metrics.flatMap((name) => (isAveraged ? [name, `${name} sd`, `${name} n`, `${name} of`] : [name]))
  return [
    csvRow(["rank", "run", ...dimensions, ...heads, ...columns.map(({ name }) => name)]),
    ...rows.map(({ run, rank, matrix, values }) =>
      csvRow([
        rank ?? "",
        run.values.id,
        ...dimensions.map((name) => matrix.get(name) ?? ""),
        ...values.flatMap((value) =>
          isAveraged
            ? [value?.mean ?? "", value?.deviation ?? "", value?.count ?? 0, value?.of ?? 0]
            : [value?.mean ?? ""]
        ),
        ...columns.map(({ of }) => of(run.values) ?? "")
      ])
    )
  ].join("\n")
}
