/** `pipeline runs`: the history, or those of it that a filter lets through. */
import { Effect, Option } from "effect"
import { FACTS, type RunValue, RunValues } from "../explain/RunValues.ts"
import { durationText } from "../observe/duration.ts"
import { RunHistory } from "../record/RunHistory.ts"
import { outcomeOf } from "../record/RunState.ts"
import { type Column, chooseRuns, type ListedRun, type RunQuery } from "./choose-runs.ts"
import { csvRow } from "./csv-row.ts"
import { EXIT } from "./exit-status.ts"
import { print, printJson, table } from "./output.ts"
import { historyLayer } from "./services.ts"
import { flawsField, tellFlaws } from "./tell-flaws.ts"
import { UsageError } from "./UsageError.ts"

export interface RunsChoices extends RunQuery {
  /** Metrics to rank by: a leaderboard in place of a list. */
  readonly metrics: ReadonlyArray<string>
  /** Dimensions of a matrix to average over, with commas between them. */
  readonly over: Option.Option<string>
  readonly limit: number
  readonly csv: boolean
  readonly json: boolean
}

/** Prints past runs, the latest first. */
export const runs = (asked: RunsChoices) =>
  Effect.gen(function* () {
    const { metrics } = asked
    // A leaderboard is sorted by its metric anyway.
    const choices = { ...asked, sort: Option.filter(asked.sort, (name) => name !== "") }
    if (Option.isNone(choices.sort) && Option.isSome(asked.sort) && metrics.length === 0) {
      return yield* new UsageError({ reason: "--sort needs the name of a value, or a --metric beside it" })
    }
    const history = yield* RunHistory
    const folders = yield* history.list
    const isWhole = Option.isSome(choices.where) || Option.isSome(choices.sort) || metrics.length > 0
    const listed = yield* Effect.forEach(isWhole ? folders : folders.slice(0, choices.limit), (folder) =>
      Effect.map(history.state(folder), (state): ListedRun => ({ state, values: new RunValues(folder, state) }))
    )
    const { chosen, columns } = yield* Effect.fromResult(chooseRuns(choices, listed))
    if (metrics.length > 0 && listed.length > 0) {
      const { printLeaderboard } = yield* Effect.promise(() => import("./leaderboard.ts"))
      yield* printLeaderboard(
        { ...choices, over: namesIn(choices.over), isSorted: Option.isSome(choices.sort) },
        { runs: chosen, columns }
      )
      return EXIT.success
    }
    if (Option.isSome(choices.over))
      return yield* new UsageError({ reason: "--over averages the values of a --metric" })
    const shown = chosen.slice(0, choices.limit)
    for (const { values, state } of shown) tellFlaws(values.id, state)
    if (choices.json) printJson(shown.map((run) => ({ ...described(run), values: valuesOf(run, columns) })))
    else if (choices.csv) print(csvOf(shown, columns))
    else if (shown.length === 0) print(listed.length === 0 ? "nothing has run here yet" : "no run is like this")
    else print(Option.isSome(choices.columns) ? columnTable(shown, columns) : usualTable(shown, columns))
    return EXIT.success
  }).pipe(Effect.provide(historyLayer))

const namesIn = (text: Option.Option<string>): ReadonlyArray<string> =>
  Option.getOrElse(text, () => "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "")

const described = ({ values, state }: ListedRun) => ({
  run: values.id,
  pipeline: state.started?.pipeline ?? "",
  profile: state.started?.profile ?? "",
  outcome: outcomeOf(state),
  startedAt: state.started?.at,
  durationMillis:
    state.started === undefined || state.endedAt === undefined ? undefined : state.endedAt - state.started.at,
  ...state.counts,
  ...flawsField(state)
})

const valuesOf = ({ values }: ListedRun, columns: ReadonlyArray<Column>) =>
  Object.fromEntries(columns.map(({ name, of }) => [name, of(values) ?? null]))

const usualTable = (shown: ReadonlyArray<ListedRun>, columns: ReadonlyArray<Column>): string => {
  const rows = shown.map((listed) => {
    const run = described(listed)
    return [
      run.run,
      run.pipeline,
      run.profile,
      run.outcome,
      run.durationMillis === undefined ? "" : durationText(run.durationMillis),
      `${run.ran} ran`,
      `${run.hit} cached`,
      run.failed === 0 ? "" : `${run.failed} failed`,
      ...columns.map(({ name, of }) => `${name} ${cellText(name, of(listed.values))}`)
    ]
  })
  return table(rows, new Set([4, 5, 6]))
}

const columnTable = (shown: ReadonlyArray<ListedRun>, columns: ReadonlyArray<Column>): string =>
  table([
    ["run", ...columns.map(({ name }) => name)],
    ...shown.map(({ values }) => [values.id, ...columns.map(({ name, of }) => cellText(name, of(values)))])
  ])

const cellText = (name: string, value: RunValue | undefined): string => {
  if (value === undefined || value === null) return "–"
  if (name === "duration" && typeof value === "number") return durationText(value)
  return name === "started" && typeof value === "number" ? new Date(value).toISOString() : String(value)
}

/** Values as they are: durations in milliseconds, times in milliseconds since 1970; all facts where no columns are asked for. */
const csvOf = (shown: ReadonlyArray<ListedRun>, columns: ReadonlyArray<Column>): string => {
  const facts = Object.keys(FACTS).map((name): Column => ({ name, of: (run) => run.value(name) }))
  const rest = facts.filter(({ name }) => name !== "run")
  const all = columns.length > 0 ? columns : rest
  return [
    csvRow(["run", ...all.map(({ name }) => name)]),
    ...shown.map(({ values }) => csvRow([values.id, ...all.map(({ of }) => of(values) ?? "")]))
  ].join("\n")
}
