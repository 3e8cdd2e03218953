/** Results as tables, for the terminal and for a page. */
import type { Result } from "./results.ts"
import { type Measured, SCENARIOS, type Scenario } from "./scenarios.ts"

const HEAD = ["system", "ms a task", ...SCENARIOS, "MiB"]

/** Milliseconds of processor time for each task of a cold run. */
export const millisPerTask = ({ measurements, size }: Result): number | undefined =>
  measurements.cold && (1000 * measurements.cold.cpu) / size

const seconds = (value: number): string =>
  value < 0.995 ? value.toFixed(3) : value < 9.95 ? value.toFixed(2) : value.toFixed(1)

/** Processor seconds; behind them the bodies that ran, marked where others had to. */
const cell = (measured: Measured | undefined, scenario: Scenario, { necessary }: Result): string => {
  if (measured === undefined) return "–"
  const { cpu, bodies } = measured
  if (bodies === undefined) return seconds(cpu)
  return `${seconds(cpu)} (${bodies}${bodies === necessary[scenario] ? "" : "!"})`
}

const row = (result: Result): ReadonlyArray<string> => {
  const { peer, measurements, expected } = result
  if (expected !== undefined)
    return [peer, `not run: cold would take ${Math.round(expected)} s`, ...HEAD.slice(2).map(() => "")]
  const memory = Math.max(...Object.values(measurements).map((measured) => measured.memory ?? Number.NaN))
  return [
    peer,
    millisPerTask(result)?.toFixed(2) ?? "–",
    ...SCENARIOS.map((scenario) => cell(measurements[scenario], scenario, result)),
    Number.isNaN(memory) ? "–" : memory.toFixed(0)
  ]
}

const title = ({ shape, size }: Result): string => `${shape}, ${size} tasks`

/** The results of one graph, in columns. */
export const textTable = (results: ReadonlyArray<Result>): string => {
  const rows = [HEAD, ...results.map(row)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  const lines = rows.map((cells) =>
    cells
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd()
  )
  return [results[0] === undefined ? "" : title(results[0]), ...lines.map((line) => `  ${line}`), ""].join("\n")
}

/** The results of one graph, in Markdown. */
export const markdownTable = (results: ReadonlyArray<Result>): string => {
  const line = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`
  const head = [line(HEAD), line(HEAD.map(() => "---"))]
  const caption = results[0] === undefined ? "" : title(results[0])
  return [
    `### ${caption.charAt(0).toUpperCase()}${caption.slice(1)}`,
    "",
    ...head,
    ...results.map((result) => line(row(result)))
  ].join("\n")
}
