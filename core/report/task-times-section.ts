/** How long tasks took against the dimensions of their matrices. */
import { countText } from "../document/quantities.ts"
import type { Machine, ReportTimes } from "./collect-task-times.ts"
import { figurePlate } from "./figure-plate.ts"
import { leftOut } from "./listing.ts"
import { type Markup, markup, nameMarkup } from "./Markup.ts"
import { fromArtifacts, fromFile } from "./number-origin.ts"
import { numberText } from "./quantity-text.ts"
import type { ReportModel } from "./ReportModel.ts"
import { countOf, type TaskTimes, type TimesLine, type TimesPoint } from "./TaskTimes.ts"
import { type Cell, table } from "./table-markup.ts"
import { hasMarks } from "./task-times-figure.ts"

/** Nothing where no stage has tasks of several sizes. */
export const taskTimesSection = ({ times, run }: ReportModel): Markup | undefined =>
  times.length === 0
    ? undefined
    : markup`<section id="times"${fromFile("journal.jsonl")}><h2>Task times</h2>
<p class="hint">What the attempt took that computed each result, in this run or, where it was cached, in an earlier one. Times are no results: they depend on the machine and on what else runs there.</p>
${times.map((one) => timesMarkup(one, run.id))}</section>`

const timesMarkup = ({ times, image, machines }: ReportTimes, run: string): Markup => {
  const { title, measure, against, over, lines } = times
  const words = `${measure} against ${against}: ${lines.map(wordsOf).join("; ")}; the table below has the numbers`
  return markup`<h3>${title}</h3>
<figure>${figurePlate(image, { words, reference: title })}<figcaption>Median ${measure} of ${countText(countOf(times), "task")}${
    over.length > 0 && ` and its range over ${over.join(", ")}`
  }. ${cachedText(times)}${continuedText(times)}<span class="where">${machinesText(machines, run)}</span></figcaption></figure>
${lawsOf(times)}
<details data-print><summary>The times of each size</summary><div class="inner">${numbersOf(times)}</div></details>`
}

const wordsOf = ({ label, law, points }: TimesLine): string => {
  const [first] = points
  const last = points.at(-1)
  const ends =
    first === undefined || last === undefined ? "" : ` from ${secondsText(first.median)} to ${secondsText(last.median)}`
  return `${label}${ends}${law === undefined ? "" : `, exponent ${exponentText(law.exponent)}`}`
}

const cachedText = (times: TaskTimes): string => {
  const cached = times.lines.reduce((sum, { points }) => points.reduce((part, point) => part + point.cached, sum), 0)
  if (cached === 0) return ""
  const count = cached === countOf(times) ? "All of them were" : `${countText(cached, "of them was", "of them were")}`
  return `${count} cached${hasMarks(times) ? ": hollow" : ""}. `
}

const continuedText = ({ continued }: TaskTimes): string =>
  continued === 0
    ? ""
    : `${countText(continued, "task")} went on from an earlier result and took only the rest of the time: left out. `

/** Runs that are named. */
const MAX_RUNS = 4

/** On what and in which runs the times were measured, with a warning where that is several kinds of machines. */
const machinesText = (machines: ReadonlyArray<Machine>, run: string): Markup => {
  const kinds = machines.filter(({ words }) => words !== undefined).length
  return markup`${kinds > 1 && markup`<b class="missed">⚠ Measured on ${countText(kinds, "kind")} of machines: not comparable.</b> `}${machines.map(
    ({ words = "an unknown machine", runs, tasks }, index) =>
      markup`${index > 0 && "; "}${words}${machines.length > 1 && ` (${countText(tasks, "task")})`}: ${runsText(runs, run)}`
  )}`
}

const runsText = (runs: ReadonlyArray<string>, run: string): Markup => {
  const named = runs
    .slice(0, MAX_RUNS)
    .map((one, index) => markup`${index > 0 && ", "}${one === run ? "this run" : markup`<code>${one}</code>`}`)
  return markup`${named}${runs.length > MAX_RUNS && ` and ${countText(runs.length - MAX_RUNS, "more run")}`}`
}

const lawsOf = ({ lines, against, measure, by }: TaskTimes): Markup =>
  table(
    `How the ${measure} grows with ${against}`,
    [
      { title: by ?? "Stage", isHead: true },
      { title: "Sizes", isNumeric: true },
      { title: "At the smallest", isNumeric: true },
      { title: "At the largest", isNumeric: true },
      { title: `Exponent of ${against}`, isNumeric: true },
      { title: "Of the last two sizes", isNumeric: true }
    ],
    lines.map(({ label, points, law }) => ({
      origin: originOf(points),
      cells: [
        nameMarkup(label),
        { content: points.length, order: points.length },
        endCell(points[0], against),
        endCell(points.length > 1 ? points.at(-1) : undefined, against),
        law === undefined
          ? points.length < 3
            ? "–"
            : markup`<span class="muted">too short to tell</span>`
          : {
              content: markup`${exponentText(law.exponent)} ± ${exponentText(law.error)}${law.count < points.length && ` (${law.count} of ${points.length} sizes)`}`,
              order: law.exponent
            },
        law === undefined ? "–" : { content: exponentText(law.last), order: law.last }
      ]
    }))
  )

const endCell = (point: TimesPoint | undefined, against: string): Cell =>
  point === undefined
    ? "–"
    : {
        content: markup`${secondsText(point.median)} <span class="muted">at ${against} = ${numberText(point.size)}</span>`,
        order: point.median
      }

/** Rows of the table of all sizes. */
const MAX_ROWS = 200

const numbersOf = ({ lines, against, measure, by }: TaskTimes): Markup => {
  const rows = lines.flatMap(({ label, points }) => points.map((point) => ({ label, point })))
  return markup`${table(
    `The ${measure} of tasks by ${against}`,
    [
      { title: by ?? "Stage", isHead: true },
      ...[against, "Tasks", "Cached", `Median ${measure}`, "Least", "Most"].map((title) => ({
        title,
        isNumeric: true
      })),
      ...(measure === "wall time" ? [] : [{ title: "Median wall time", isNumeric: true }])
    ],
    rows.slice(0, MAX_ROWS).map(({ label, point }) => ({
      origin: originOf([point]),
      cells: [
        nameMarkup(label),
        { content: numberText(point.size), order: point.size },
        { content: point.tasks.length, order: point.tasks.length },
        { content: point.cached === 0 ? "–" : point.cached, order: point.cached },
        timeCell(point.median),
        timeCell(point.least),
        timeCell(point.most),
        ...(measure === "wall time" ? [] : [timeCell(point.wall)])
      ]
    }))
  )}${leftOut(rows.length, MAX_ROWS, "size")}`
}

const timeCell = (seconds: number): Cell => ({ content: secondsText(seconds), order: seconds })

/** Three digits: no clock tells more of a task. */
const secondsText = (seconds: number): string =>
  seconds < 1
    ? `${numberText(Number((1000 * seconds).toPrecision(3)))} ms`
    : `${numberText(Number(seconds.toPrecision(3)))} s`

const exponentText = (value: number): string => value.toFixed(2).replace(/^-(?=0\.00$)/u, "")

/** Tasks whose artifacts a row names. */
const MAX_NAMED = 5

/** The journal tells what the run took itself; what an earlier one took stands with the artifacts that it made. */
const originOf = (points: ReadonlyArray<TimesPoint>): Markup => {
  const cached = points.flatMap(({ tasks }) => tasks.filter(({ status }) => status === "hit"))
  const digests = cached.flatMap(({ outputs }) => outputs.map(({ digest }) => digest))
  return (cached.length <= MAX_NAMED ? fromArtifacts(digests) : undefined) ?? fromFile("journal.jsonl")
}
