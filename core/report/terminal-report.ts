/** A report for the terminal: the reproduction card and the stages. */
import { describeBytes } from "../codec/describe.ts"
import { durationText } from "../observe/duration.ts"
import { harmless, paint as paintSegment, segment, type Tone, widthOf } from "../observe/terminal-style.ts"
import { deviationText, expectedText, type Judgement } from "./judge-expectations.ts"
import { taskWords } from "./masthead.ts"
import { numberText } from "./quantity-text.ts"
import type { ReportModel, ReportStage } from "./ReportModel.ts"
import { atLeast, stageSummaryOf, summaryOf } from "./ReportSummary.ts"

export interface TerminalOptions {
  readonly color: boolean
}

type Paint = (tone: Tone, text: string) => string

/** Heading, card and table of stages, each a block of lines; ends with a line break. */
export const renderTerminal = (model: ReportModel, { color }: TerminalOptions): string => {
  const paint: Paint = (tone, text) => paintSegment(segment(text, tone), { color, unicode: true })
  const blocks = [heading(model, paint), card(model, paint), stageTable(model, paint)]
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`
}

const OUTCOMES = {
  success: ["good", "success"],
  failure: ["bad", "failure"],
  interrupted: ["warn", "interrupted"],
  running: ["warn", "not finished"]
} as const

const heading = (model: ReportModel, paint: Paint): ReadonlyArray<string> => {
  const summary = summaryOf(model)
  const [style, words] = OUTCOMES[model.run.outcome]
  return [
    `${paint("bold", printable(model.name))}  ${model.run.id}  ${paint(style, words)}`,
    paint(
      "dim",
      `profile ${printable(model.run.profile)} · ${taskWords(summary)} · ${durationText(summary.wallMillis)}`
    )
  ]
}

const MARKS = { met: ["good", "✓"], missed: ["bad", "✗"], "not recorded": ["warn", "?"] } as const

const card = (model: ReportModel, paint: Paint): ReadonlyArray<string> => {
  const rows = model.expectations
  if (rows.length === 0) return []
  const { met, missed, notRecorded } = summaryOf(model)
  const rest = [missed > 0 && `${missed} missed`, notRecorded > 0 && `${notRecorded} not recorded`].filter(Boolean)
  const cells = aligned(
    [["", "metric", "ours", "expected", "deviation", "origin", ""], ...rows.map(cellsOf)],
    [false, false, true, true, true, false, false]
  )
  return [
    paint("bold", `Reproduction card: ${[`${met} of ${rows.length} met`, ...rest].join(", ")}`),
    paint("dim", `  ${cells[0]}`),
    ...rows.flatMap((row, index) => cardLines(row, cells[index + 1] ?? "", paint))
  ]
}

const cellsOf = (row: Judgement): ReadonlyArray<string> => [
  MARKS[row.verdict][1],
  printable(row.metric),
  row.measured === undefined ? "–" : numberText(row.measured),
  expectedText(row.tolerance),
  row.deviation === undefined ? "–" : deviationText(row.deviation),
  row.origin,
  printable(row.source ?? "")
]

/** A row; under one that is not met, what is wrong and what to know about it. */
const cardLines = (row: Judgement, line: string, paint: Paint): ReadonlyArray<string> => {
  const [style] = MARKS[row.verdict]
  const marked = row.verdict === "met" ? `${paint(style, line.slice(0, 1))}${line.slice(1)}` : paint(style, line)
  if (row.verdict === "met") return [`  ${marked}`]
  const words = row.note === undefined ? row.words : `${row.words} · ${row.note}`
  return [`  ${marked}`, `     ${paint("dim", printable(words))}`]
}

const stageTable = (model: ReportModel, paint: Paint): ReadonlyArray<string> => {
  const [head = "", ...lines] = aligned(
    [
      ["stage", "tasks", "ran", "cached", "failed", "busy", "cpu", "longest", "memory"],
      ...model.stages.map(stageCells)
    ],
    [false, true, true, true, true, true, true, true, true]
  )
  return [paint("bold", "Stages"), paint("dim", `  ${head}`), ...lines.map((line) => `  ${line}`)]
}

const stageCells = (stage: ReportStage): ReadonlyArray<string> => {
  const { counts, busyMillis, longestMillis, ...sums } = stageSummaryOf(stage)
  const number = (value = 0): string => (value === 0 ? "–" : String(value))
  const time = (millis: number): string => (millis > 0 ? durationText(millis) : "–")
  return [
    printable(stage.id),
    number(stage.tasks.length),
    number(counts.done),
    number(counts.hit),
    number(counts.failed),
    time(busyMillis),
    atLeast(sums.isCpuPartial, time(sums.cpuMillis)),
    time(longestMillis),
    atLeast(sums.isMemoryPartial, sums.peakMemory > 0 ? describeBytes(sums.peakMemory) : "–")
  ]
}

/** Lines of cells padded to common widths, two columns apart; numbers flush right. */
const aligned = (
  rows: ReadonlyArray<ReadonlyArray<string>>,
  isNumeric: ReadonlyArray<boolean>
): ReadonlyArray<string> => {
  const widths = isNumeric.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ""))))
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const padding = " ".repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell)))
        return isNumeric[column] === true ? padding + cell : cell + padding
      })
      .join("  ")
      .trimEnd()
  )
}

/** Text from a stranger on one line, without what would steer the terminal. */
const printable = (text: string): string => harmless(text).replaceAll("\n", " ")
