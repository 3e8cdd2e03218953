/** `pipeline diff`: two or more runs side by side. */
import { Effect, Option } from "effect"
import type { DeviceRow } from "../explain/compare-devices.ts"
import { compareRuns, differing, type Row, type RunComparison } from "../explain/compare-runs.ts"
import type { TaskParamRow } from "../explain/compare-task-params.ts"
import { documentOf } from "../explain/document-of-run.ts"
import { letterOf } from "../explain/letters.ts"
import { SECTIONS, type Section } from "../explain/sections.ts"
import { durationText } from "../observe/duration.ts"
import { shortTexts } from "../plan/short-texts.ts"
import { isFlawless } from "../record/JournalFlaws.ts"
import { RunHistory } from "../record/RunHistory.ts"
import { EXIT } from "./exit-status.ts"
import { print, printJson, table } from "./output.ts"
import { historyLayer } from "./services.ts"
import { tellFlaws } from "./tell-flaws.ts"
import { UsageError } from "./UsageError.ts"

export interface DiffChoices {
  readonly runs: ReadonlyArray<string>
  /** What is alike too. */
  readonly all: boolean
  readonly only: Option.Option<Section>
  readonly json: boolean
}

/** Prints what differs between runs. */
export const diff = (choices: DiffChoices) =>
  Effect.gen(function* () {
    if (choices.runs.length < 2) {
      return yield* new UsageError({ reason: `diff sets runs side by side: name another beside ${choices.runs[0]}` })
    }
    const history = yield* RunHistory
    const compared = yield* Effect.forEach(
      choices.runs,
      Effect.fnUntraced(function* (name) {
        const past = yield* history.load(yield* history.resolve(name))
        tellFlaws(past.folder.id, past.state)
        return { ...past, document: yield* documentOf(past) }
      })
    )
    const comparison = compareRuns(compared)
    const shown = choices.all ? comparison : differing(comparison)
    const sections = Option.match(choices.only, { onNone: () => SECTIONS, onSome: (section) => [section] })
    if (choices.json) {
      const flawed = compared.flatMap(({ folder, state }) =>
        isFlawless(state.flaws) ? [] : [{ run: folder.id, ...state.flaws }]
      )
      printJson({
        runs: shown.runs,
        ...(flawed.length === 0 ? {} : { flawed }),
        ...Object.fromEntries(sections.map((section) => [section, shown[section]]))
      })
    } else print(render(shown, sections))
    return EXIT.success
  }).pipe(Effect.provide(historyLayer))

const render = (comparison: RunComparison, sections: ReadonlyArray<Section>): string => {
  const parts = sections.flatMap((section) => {
    const rows = cellsOf(comparison, section)
    const changes = section === "code" ? changeLines(comparison) : []
    const title = section === "taskParams" ? "task params" : section
    return rows.length === 0 ? [] : [[title, sectionTable(comparison, section, rows), ...changes].join("\n")]
  })
  const names = comparison.runs.map((run, index) => `${letterOf(index)}  ${run}`).join("\n")
  return [names, ...(parts.length === 0 ? ["nothing differs"] : parts)].join("\n\n")
}

/** A row of a section: its name, what each run has, and a remark. */
type Cells = readonly [name: string, values: ReadonlyArray<string>, remark: string]

const sectionTable = ({ runs }: RunComparison, section: Section, rows: ReadonlyArray<Cells>): string =>
  table([
    ["", "", ...runs.map((_, index) => letterOf(index)), section === "metrics" && runs.length === 2 ? "B − A" : ""],
    ...rows.map(([name, values, remark]) => ["", name, ...values, remark])
  ])

const cellsOf = (comparison: RunComparison, section: Section): ReadonlyArray<Cells> => {
  if (section === "taskParams") return comparison.taskParams.map(taskParamCells)
  if (section === "devices") return comparison.devices.map(deviceCells)
  return cells(section, comparison[section])
}

const cells = (section: Section, rows: ReadonlyArray<Row<unknown>>): ReadonlyArray<Cells> =>
  rows.map(({ name, values }) => [
    name,
    values.map((value) => cellText(section, value)),
    section === "metrics" ? deltaText(values) : ""
  ])

/** Scripts may be long: of values that have no room it shows where they differ. */
const taskParamCells = ({ name, values, tasks }: TaskParamRow): Cells => [
  name,
  shortTexts(values.map((value) => value ?? undefined)).map((text) => text ?? "–"),
  countCell(tasks)
]

const deviceCells = ({ name, values, tasks }: DeviceRow): Cells => [
  name,
  values.map((value) => value ?? "–"),
  countCell(tasks)
]

const countCell = (tasks: ReadonlyArray<string>): string => (tasks.length === 1 ? "" : `${tasks.length} tasks`)

/** Letters of a digest that tell it from others. */
const SHORT = 12

const cellText = (section: Section, value: unknown): string => {
  if (value === null) return "–"
  if (section === "timings" && typeof value === "number") return durationText(value)
  return section === "artifacts" || section === "code" ? String(value).slice(0, SHORT) : String(value)
}

const deltaText = ([a, b, ...others]: ReadonlyArray<unknown>): string =>
  typeof a === "number" && typeof b === "number" && others.length === 0 && Number.isFinite(b - a) && a !== b
    ? `${b > a ? "+" : ""}${Number((b - a).toPrecision(6))}`
    : ""

const changeLines = ({ code }: RunComparison): ReadonlyArray<string> =>
  code.flatMap(({ changes }) =>
    changes.flatMap((phrases, index) => phrases.map((text) => `  ${letterOf(index)}: ${text}`))
  )
