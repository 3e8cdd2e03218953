/** Draws the times of tasks: the median of each size, its range, and the tasks themselves while they are few. */
import type { Figure } from "../stage/ArtifactKind.ts"
import { extent } from "./extent.ts"
import { numberAxis } from "./number-axis.ts"
import { numberText } from "./quantity-text.ts"
import type { TaskTimes, TimesLine } from "./TaskTimes.ts"

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
  const points = lines.flatMap((line) =>
    line.points.map((point) => ({ ...point, at: point.size, line: legendText(line, against) }))
  )
  const sizes = [...new Set(points.map(({ size }) => size))].sort((a, b) => a - b)
  const seconds = points.flatMap(({ least, most }) => [least, most])
  const isLog = spans(sizes, FACTOR) && spans(seconds, 1)
  const hasMarks = points.length <= MAX_MARKS
  const y = { type: "quantitative", title: measure, ...timeAxis(seconds, isLog || spans(seconds, DECADE)) }
  const medians = points.map(({ at, line, median, least, most }) => ({ at, line, median, least, most }))
  const dots = dotsOf(times)
  const value = { ...y, field: "median" }
  const color = colorOf(times)
  const spec: Spec = {
    width: WIDTH,
    height: HEIGHT,
    encoding: { x: numberAxis({ name: against, numbers: sizes, isLog }), color },
    layer: [
      ...[true, false].map((isFilled) => ({
        data: { values: dots.filter(({ isCached }) => isCached !== isFilled) },
        mark: { type: "point", filled: isFilled, size: 14, opacity: isFilled ? 0.4 : 0.8, strokeWidth: 1 },
        encoding: { y: { ...y, field: "seconds" } }
      })),
      {
        data: { values: hasMarks ? medians.filter(({ least, most }) => least < most) : [] },
        mark: { type: "rule", strokeWidth: 1.4, opacity: 0.6 },
        encoding: { y: { ...y, field: "least" }, y2: { field: "most" } }
      },
      { data: { values: medians }, mark: { type: "line" }, encoding: { y: value } },
      {
        data: { values: hasMarks ? medians : [] },
        mark: { type: "point", filled: true, size: 50, opacity: 1 },
        encoding: { y: value, shape: color }
      }
    ]
  }
  return { spec }
}

const timeAxis = (seconds: ReadonlyArray<number>, isLog: boolean): Spec => {
  if (!isLog) return { scale: { zero: true }, axis: { tickCount: 5, labelExpr: SECONDS } }
  const values = logTicks(extent(seconds))
  return { scale: { type: "log", nice: false, padding: 8 }, axis: { values, labelExpr: SECONDS } }
}

/** Ticks of one decade; of several, and of many. */
const DECADES = [
  { most: 1.5, digits: [1, 2, 3, 5] },
  { most: 2.5, digits: [1, 2, 5] },
  { most: 5, digits: [1, 3] },
  { most: Number.POSITIVE_INFINITY, digits: [1] }
]

/** Vega's own are so many that their labels touch. */
const logTicks = ([least, most]: readonly [number, number]): ReadonlyArray<number> => {
  const [from, to] = [Math.log10(least), Math.log10(most)]
  const { digits } = DECADES.find((row) => to - from <= row.most) ?? { digits: [1] }
  const powers = Array.from({ length: Math.ceil(to) - Math.floor(from) + 1 }, (_, index) => Math.floor(from) + index)
  // Read from text: 3 · 10⁻³ is not quite 0.003.
  return powers.flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
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

const dotsOf = ({
  lines,
  against
}: TaskTimes): ReadonlyArray<{ readonly [field: string]: number | string | boolean }> => {
  const count = lines.reduce((sum, { points }) => points.reduce((part, { tasks }) => part + tasks.length, sum), 0)
  if (count > MAX_DOTS) return []
  return lines.flatMap((line) =>
    line.points
      // A task alone is its median.
      .filter(({ tasks }) => tasks.length > 1 || tasks.some(({ status }) => status === "hit"))
      .flatMap(({ size, tasks, seconds }) =>
        tasks.map(({ status }, index) => ({
          ...{ at: size, line: legendText(line, against), seconds: seconds[index] ?? 0 },
          isCached: status === "hit"
        }))
      )
  )
}
