/** Which runs a command lists, in which order, and what it shows of them. */
import { Option, Result } from "effect"
import { type Diagnostic, PipelineInvalid } from "../document/Diagnostic.ts"
import * as SourceText from "../document/SourceText.ts"
import { settleFilter, settleName } from "../explain/filter-runs.ts"
import { parseFilter } from "../explain/RunFilter.ts"
import { FACTS, type RunValue, type RunValues } from "../explain/RunValues.ts"
import { taskEnd } from "../plan/task-id.ts"
import type { RunState } from "../record/RunState.ts"

/** What a person asks for. */
export interface RunQuery {
  readonly where: Option.Option<string>
  /** The name of a value to sort by, from the smallest to the largest or the other way round. */
  readonly sort: Option.Option<string>
  readonly descending: boolean
  /** Names of values, with commas between them. */
  readonly columns: Option.Option<string>
}

/** A run with what can be asked of it. */
export interface ListedRun {
  readonly state: RunState
  readonly values: RunValues
}

/** A value shown of each run. */
export interface Column {
  readonly name: string
  readonly of: (run: RunValues) => RunValue | undefined
}

/** The runs that the filter lets through, in the order asked for, and the values to show of them. */
export const chooseRuns = (
  { where, sort, descending, columns }: RunQuery,
  listed: ReadonlyArray<ListedRun>
): Result.Result<
  { readonly chosen: ReadonlyArray<ListedRun>; readonly columns: ReadonlyArray<Column> },
  PipelineInvalid
> =>
  Result.gen(function* () {
    const all = listed.map(({ values }) => values)
    // Nothing can be wrong about runs that are not there.
    if (all.length === 0) return { chosen: [], columns: [] }
    const filter = yield* Option.match(where, {
      onNone: () => Result.succeed({ holds: () => true, names: [] }),
      onSome: (text) =>
        within("--where", text, (source) => Result.flatMap(parseFilter(source), (parsed) => settleFilter(parsed, all)))
    })
    const named = (flag: string, name: string, text = name, start = 0): Result.Result<Column, PipelineInvalid> =>
      within(flag, text, (source) => {
        const span = SourceText.span(source, start, start + name.length)
        return Result.map(settleName({ _tag: "Word", word: name, span }, all), (of) => ({ name, of }))
      })
    const order = yield* Option.match(sort, {
      onNone: () => Result.succeed(undefined),
      onSome: (name) => named("--sort", name)
    })
    const asked = yield* Result.all(
      splitNames(Option.getOrElse(columns, () => "")).map(({ name, start, text }) =>
        named("--columns", name, text, start)
      )
    )
    const found = yield* Result.all(filter.names.map((name) => named("--where", name)))
    const chosen = listed.filter(({ values }) => filter.holds(values))
    const extra = [...found, ...(order === undefined ? [] : [order])].filter(({ name }) => !Object.hasOwn(FACTS, name))
    const shown = new Map([...asked, ...(asked.length > 0 ? [] : extra)].map((column) => [column.name, column]))
    return {
      chosen: order === undefined ? chosen : chosen.toSorted((a, b) => compare(order, descending, a, b)),
      columns: [...shown.values()]
    }
  })

/** Names with commas between them; those in a task's name separate nothing. */
const splitNames = (text: string) => {
  const names: Array<{ readonly name: string; readonly start: number; readonly text: string }> = []
  for (let start = text.search(NAMED); start >= 0 && start < text.length; ) {
    REST.lastIndex = taskEnd(text, start) ?? start
    const end = REST.test(text) ? REST.lastIndex : text.length
    names.push({ name: text.slice(start, end), start, text })
    const next = text.slice(end).search(NAMED)
    start = next < 0 ? text.length : end + next
  }
  return names
}

/** A letter of a name, and what follows of it where no task's name is to be seen. */
const NAMED = /[^,\s]/u
const REST = /[^,\s]*/uy

/** Gives complaints their text, so that they are shown with a caret. */
const within = <A>(
  flag: string,
  text: string,
  read: (source: SourceText.SourceText) => Result.Result<A, Diagnostic>
): Result.Result<A, PipelineInvalid> =>
  Result.mapError(
    read(SourceText.make(flag, text)),
    (diagnostic) => new PipelineInvalid({ diagnostics: [diagnostic], texts: new Map([[flag, text]]) })
  )

/** Runs without the value come last, whichever the order, and so do those whose metric diverged. */
const compare = ({ of }: Column, descending: boolean, a: ListedRun, b: ListedRun): number => {
  const [x, y] = [sortable(of(a.values)), sortable(of(b.values))]
  if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined)
  const order = x < y ? -1 : x > y ? 1 : 0
  return descending ? -order : order
}

const sortable = (value: RunValue | undefined): Exclude<RunValue, null> | undefined =>
  value === null || (typeof value === "number" && !Number.isFinite(value)) ? undefined : value
