/** Draws the times of tasks: the median of each size, its range, and the tasks themselves while they are few. */
import type { Figure } from "../stage/ArtifactKind.ts"
import { extent } from "./extent.ts"
import { logTicks, numberAxis } from "./number-axis.ts"
import { numberText } from "./quantity-text.ts"
import { countOf, type TaskTimes, type TimesLine } from "./TaskTimes.ts"

type Spec = Figure["spec"]

/** Tasks that have a dot each, and medians that have a mark and a range; of more lines alone are drawn. */
const [MAX_DOTS, MAX_MARKS] = [150, 200]

/** The largest size over the smallest from which on steps are rather factors, and the same of times. */
const [FACTOR, DECADE] = [1.5, 10]

/** Sizes, in CSS pixels. */
const [WIDTH, HEIGHT] = [460, 300]

/** Seconds as people say them. */
const SECONDS =
  "datum.value == 0 ? '0' : datum.value < 0.9995 ? format(1000 * datum.value, '.3~g') + ' ms' : datum.value < 1e5 ? format(datum.value, '.5~g') + ' s' : format(datum.value, '.2~e') + ' s'"

/** Both axes are logarithmic where sizes are multiplied: a power is a line there, and its exponent the slope. */
export const taskTimesFigure = (times: TaskTimes): Figure => {
  const { lines, against, measure } = times
  const points = lines.flatMap((line) => line.points)
  const sizes = [...new Set(points.map(({ size }) => size))].sort((a, b) => a - b)
  const seconds = points.flatMap(({ least, most }) => [least, most])
  const isLog = spans(sizes, FACTOR) && spans(seconds, 1)
  const y = { type: "quantitative", title: measure, ...timeAxis(seconds, isLog || spans(seconds, DECADE)) }
  const spec: Spec = {
    width: WIDTH,
    height: HEIGHT,
    encoding: { x: numberAxis({ name: against, numbers: sizes, isLog }), color: colorOf(times) },
    layer: layersOf(times, y)
  }
  return { spec }
}

/** Tasks, ranges, a line through the medians, and their marks; lines differ in shape too, not in colour alone. */
const layersOf = (times: TaskTimes, y: Spec): ReadonlyArray<Spec> => {
  const medians = mediansOf(times)
  const marked = hasMarks(times) ? medians : []
  return [
    ...hollowIfCached(dotsOf(times)).map(({ values, filled }) => ({
      data: { values },
      mark: { type: "point", filled, size: 14, opacity: filled ? 0.4 : 0.8, strokeWidth: 1 },
      encoding: { y: { ...y, field: "seconds" } }
    })),
    {
      data: { values: marked.filter(({ least = 0, most = 0 }) => least < most) },
      mark: { type: "rule", strokeWidth: 1.4, opacity: 0.6 },
      encoding: { y: { ...y, field: "least" }, y2: { field: "most" } }
    },
    { data: { values: medians }, mark: { type: "line" }, encoding: { y: { ...y, field: "median" } } },
    ...hollowIfCached(marked).map(({ values, filled }) => ({
      data: { values },
      mark: { type: "point", filled, size: 50, opacity: 1, strokeWidth: 1.6 },
      encoding: { y: { ...y, field: "median" }, shape: colorOf(times) }
    }))
  ]
}

const mediansOf = ({ lines, against }: TaskTimes): ReadonlyArray<Datum> =>
  lines.flatMap((line) =>
    line.points.map(({ size, median, least, most, cached, tasks }) => ({
      ...{ at: size, line: legendText(line, against), median, least, most },
      isCached: cached === tasks.length
    }))
  )

const timeAxis = (seconds: ReadonlyArray<number>, isLog: boolean): Spec => {
  if (!isLog) return { scale: { zero: true }, axis: { tickCount: 5, labelExpr: SECONDS } }
  return { scale: { type: "log", nice: false, padding: 8 }, axis: { ...logTicks(seconds), labelExpr: SECONDS } }
}

/** Whether all are positive, and the largest is so many times the smallest. */
const spans = (values: ReadonlyArray<number>, factor: number): boolean => {
  const [least, most] = extent(values)
  return least > 0 && most >= factor * least
}

/** The exponent stands with the name of its line. */
const legendText = ({ label, law }: TimesLine, against: string): string =>
  law === undefined ? label : `${label}  ∝ ${against}^${numberText(Number(law.exponent.toFixed(1)))}`

const colorOf = ({ lines, by, against }: TaskTimes): Spec => {
  const domain = lines.map((line) => legendText(line, against))
  return {
    field: "line",
    type: "nominal",
    title: by ?? null,
    sort: domain,
    scale: { domain },
    legend: lines.length < 2 && lines[0]?.law === undefined ? null : { labelLimit: 260, symbolOpacity: 1 }
  }
}

/** Whether medians have marks, hollow where all their tasks were cached. */
export const hasMarks = ({ lines }: TaskTimes): boolean =>
  lines.reduce((sum, { points }) => sum + points.length, 0) <= MAX_MARKS

/** What a mark is drawn from. */
interface Datum {
  readonly [field: string]: number | string | boolean
  readonly isCached: boolean
}

const hollowIfCached = (data: ReadonlyArray<Datum>) =>
  [true, false].map((filled) => ({ filled, values: data.filter(({ isCached }) => isCached !== filled) }))

/** A task alone is its median. */
const dotsOf = (times: TaskTimes): ReadonlyArray<Datum> =>
  countOf(times) > MAX_DOTS
    ? []
    : times.lines.flatMap((line) =>
        line.points.flatMap(({ size: at, tasks, seconds }) =>
          tasks.length < 2
            ? []
            : tasks.map(({ status }, index) => ({
                ...{ at, line: legendText(line, times.against), seconds: seconds[index] ?? 0 },
                isCached: status === "hit"
              }))
        )
      )
