/** A report for the terminal: the reproduction card and the stages, as wide as the terminal at most. */
import { describeBytes } from "../codec/describe.ts"
import { durationText } from "../observe/duration.ts"
import {
  clipName,
  harmless,
  paint as paintSegment,
  segment,
  symbolsOf,
  type Tone,
  widthOf
} from "../observe/terminal-style.ts"
import { deviationText, expectedText, type Judgement } from "./judge-expectations.ts"
import { taskWords } from "./masthead.ts"
import { numberText } from "./quantity-text.ts"
import type { ReportModel, ReportStage } from "./ReportModel.ts"
import { atLeast, stageSummaryOf, summaryOf, unmetWords } from "./ReportSummary.ts"

export interface TerminalOptions {
  readonly color: boolean
  /** Whether marks beyond ASCII can be shown; they can when absent. */
  readonly unicode?: boolean
  /** Columns of the terminal; as wide as it has to be where there is none. */
  readonly columns?: number | undefined
}

type Paint = (tone: Tone, text: string) => string

/** Heading, card and table of stages, each a block of lines; ends with a line break. */
export const renderTerminal = (model: ReportModel, options: TerminalOptions): string =>
  joined([...cardBlocks(model, options), stageTable(model, painter(options), roomOf(options))], options)

/** The same without the stages, which a run has shown already. */
export const renderCard = (model: ReportModel, options: TerminalOptions): string =>
  joined(cardBlocks(model, options), options)

const cardBlocks = (model: ReportModel, options: TerminalOptions) => {
  const paint = painter(options)
  return [heading(model, paint), card(model, paint, roomOf(options))]
}

const painter =
  ({ color }: TerminalOptions): Paint =>
  (tone, text) =>
    paintSegment(segment(text, tone), { color, unicode: true })

/** Columns for a table, which stands two from the edge; the last one stays free, where some terminals break the line. */
const roomOf = ({ columns }: TerminalOptions): number =>
  columns === undefined ? Number.POSITIVE_INFINITY : Math.max(40, columns - 3)

const joined = (blocks: ReadonlyArray<ReadonlyArray<string>>, { unicode = true }: TerminalOptions): string => {
  const text = blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")
  return `${unicode ? text : text.replace(/[✓✗–·…]/gu, (mark) => PLAIN[mark] ?? mark)}\n`
}

/** What stands for a mark, in as many columns. */
const PLAIN: { readonly [mark: string]: string } = { "✓": "+", "✗": "x", "–": "-", "·": "-", "…": "~" }

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

/** Columns of the card: where there is no room, where the number comes from goes first. */
const CARD: ReadonlyArray<Column> = [
  { title: "" },
  { title: "metric", isName: true },
  { title: "ours", isNumeric: true },
  { title: "expected", isNumeric: true },
  { title: "deviation", isNumeric: true, dropped: 3 },
  { title: "origin", dropped: 2 },
  { title: "", dropped: 1 }
]

const card = (model: ReportModel, paint: Paint, room: number): ReadonlyArray<string> => {
  const rows = model.expectations
  if (rows.length === 0) return []
  const summary = summaryOf(model)
  const cells = aligned(CARD, rows.map(cellsOf), room)
  return [
    paint(
      "bold",
      `Reproduction card: ${[`${summary.met} of ${rows.length} met`, unmetWords(summary)].filter(Boolean).join(", ")}`
    ),
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

/** A row; under one that is not met, what is wrong and what to know about it; under one that several tasks meet, which is the worst. */
const cardLines = (row: Judgement, line: string, paint: Paint): ReadonlyArray<string> => {
  const [style] = MARKS[row.verdict]
  const marked = row.verdict === "met" ? `${paint(style, line.slice(0, 1))}${line.slice(1)}` : paint(style, line)
  if (row.verdict === "met" && row.every === undefined) return [`  ${marked}`]
  const words = row.note === undefined || row.verdict === "met" ? row.words : `${row.words} · ${row.note}`
  return [`  ${marked}`, `     ${paint("dim", printable(words))}`]
}

const STAGES: ReadonlyArray<Column> = [
  { title: "stage", isName: true },
  ...["tasks", "ran", "cached", "failed", "busy"].map((title) => ({ title, isNumeric: true })),
  { title: "cpu", isNumeric: true, dropped: 2 },
  { title: "longest", isNumeric: true, dropped: 1 },
  { title: "memory", isNumeric: true, dropped: 3 }
]

const stageTable = (model: ReportModel, paint: Paint, room: number): ReadonlyArray<string> => {
  const [head = "", ...lines] = aligned(STAGES, model.stages.map(stageCells), room)
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

interface Column {
  readonly title: string
  /** Numbers stand flush right. */
  readonly isNumeric?: boolean
  /** What is cut where all that can be dropped has been, and the table is still too wide. */
  readonly isName?: boolean
  /** Its turn to be dropped where there is no room; it stays when absent. */
  readonly dropped?: number
}

/** Columns between two cells. */
const GAP = 2

/** Columns that a name keeps. */
const SHORTEST = 12

/** The line of titles, and a line for each row: cells padded to common widths, two columns apart, in so much room. */
const aligned = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  room: number
): ReadonlyArray<string> => {
  const all = [columns.map(({ title }) => title), ...rows]
  const widths = columns.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ""))))
  const widthOfAll = (kept: ReadonlyArray<number>): number =>
    kept.reduce((sum, column) => sum + (widths[column] ?? 0) + GAP, -GAP)
  let kept: ReadonlyArray<number> = [...columns.keys()]
  const turns = kept.filter((column) => columns[column]?.dropped !== undefined)
  for (const turn of turns.toSorted((a, b) => (columns[a]?.dropped ?? 0) - (columns[b]?.dropped ?? 0))) {
    if (widthOfAll(kept) > room) kept = kept.filter((column) => column !== turn)
  }
  const name = columns.findIndex(({ isName }) => isName === true)
  const excess = Math.max(0, widthOfAll(kept) - room)
  if (excess > 0) widths[name] = Math.max(SHORTEST, (widths[name] ?? 0) - excess)
  return all.map((row) =>
    kept
      .map((column) => {
        const width = widths[column] ?? 0
        const cell = clipName(row[column] ?? "", width, SYMBOLS)
        const padding = " ".repeat(Math.max(0, width - widthOf(cell)))
        return columns[column]?.isNumeric === true ? padding + cell : cell + padding
      })
      .join(" ".repeat(GAP))
      .trimEnd()
  )
}

const SYMBOLS = symbolsOf({ color: false, unicode: true })

/** Text from a stranger on one line, without what would steer the terminal. */
const printable = (text: string): string => harmless(text).replaceAll("\n", " ")
