/** `pipeline diff`: two or more runs side by side. */
import { Effect, Option } from "effect"
import {
  compareRuns,
  differing,
  type Row,
  type RunComparison,
  SECTIONS,
  type Section
} from "../explain/compare-runs.ts"
import { durationText } from "../observe/duration.ts"
import { RunHistory } from "../record/RunHistory.ts"
import { EXIT } from "./exit-status.ts"
import { UsageError } from "./load-pipeline.ts"
import { print, printJson, table } from "./output.ts"
import { historyLayer } from "./services.ts"

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
    const past = yield* Effect.forEach(choices.runs, (name) => Effect.flatMap(history.resolve(name), history.load))
    const comparison = compareRuns(past)
    const shown = choices.all ? comparison : differing(comparison)
    const sections = Option.match(choices.only, { onNone: () => SECTIONS, onSome: (section) => [section] })
    if (choices.json) {
      printJson({ runs: shown.runs, ...Object.fromEntries(sections.map((section) => [section, shown[section]])) })
    } else print(render(shown, sections))
    return EXIT.success
  }).pipe(Effect.provide(historyLayer))

const render = (comparison: RunComparison, sections: ReadonlyArray<Section>): string => {
  const parts = sections.flatMap((section) => {
    const rows = comparison[section]
    const changes = section === "code" ? changeLines(comparison) : []
    return rows.length === 0 ? [] : [`${section}\n${[sectionTable(section, rows), ...changes].join("\n")}`]
  })
  const names = comparison.runs.map((run, index) => `${letter(index)}  ${run}`).join("\n")
  return [names, ...(parts.length === 0 ? ["nothing differs"] : parts)].join("\n\n")
}

/** Runs have long names: in a table each goes by a letter. */
const letter = (index: number): string => (index < 26 ? String.fromCharCode(65 + index) : `#${index + 1}`)

const sectionTable = (section: Section, rows: ReadonlyArray<Row<unknown>>): string => {
  const count = rows[0]?.values.length ?? 0
  return table([
    [
      "",
      "",
      ...Array.from({ length: count }, (_, index) => letter(index)),
      section === "metrics" && count === 2 ? "B − A" : ""
    ],
    ...rows.map(({ name, values }) => [
      "",
      name,
      ...values.map((value) => cellText(section, value)),
      section === "metrics" ? deltaText(values) : ""
    ])
  ])
}

/** Letters of a digest that tell it from others. */
const SHORT = 12

const cellText = (section: Section, value: unknown): string => {
  if (value === null) return "–"
  if (section === "timings" && typeof value === "number") return durationText(value)
  return section === "artifacts" || section === "code" ? String(value).slice(0, SHORT) : String(value)
}

const deltaText = ([a, b, ...others]: ReadonlyArray<unknown>): string =>
  typeof a === "number" && typeof b === "number" && others.length === 0 && a !== b
    ? `${b > a ? "+" : ""}${Number((b - a).toPrecision(6))}`
    : ""

const changeLines = ({ code }: RunComparison): ReadonlyArray<string> =>
  code.flatMap(({ changes }) =>
    changes.flatMap((phrases, index) => phrases.map((text) => `  ${letter(index)}: ${text}`))
  )
