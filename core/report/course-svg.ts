/** The course of a metric as a small drawing: its values, its levels, where they shift, and what is expected of it. */
import type { Tolerance } from "../document/PipelineDocument.ts"
import type { Course } from "../explain/metric-course.ts"
import { extent } from "./extent.ts"
import { centre, halfWidth } from "./judge-expectations.ts"
import { type Markup, markup } from "./Markup.ts"
import { numberText } from "./quantity-text.ts"
import { at, type Drawing, type StyleSheet } from "./svg-document.ts"

/** In CSS pixels; the labels of the values stand left of the plot. */
const WIDTH = 330
const HEIGHT = 116
const LEFT = 62
const RIGHT = 10
const TOP = 16
const BOTTOM = 10

/** How many times the range of the values an expectation may lie away before it is left out of the drawing. */
const NEAR = 3

/** Runs up to which each value has a dot of full size. */
const SPARSE = 60

/** Values are divided by it before they are subtracted from each other: the largest doubles have no difference. */
const UNIT = 8

interface Scale {
  readonly x: (run: number) => number
  readonly y: (value: number) => number
  /** The least and the largest value that the axis names. */
  readonly low: number
  readonly high: number
}

/** `runs` is the number of runs in the history; `label` is the drawing in words. */
export const courseDrawing = (course: Course, goal: Tolerance | undefined, runs: number, label: string): Drawing => {
  const scale = scaleOf(course, goal, runs)
  const content = markup`${band(goal, scale)}${axis(scale)}${shifts(course, scale)}${line(course, scale)}${levels(course, scale)}${dots(course, scale, runs)}${crosses(course, scale)}`
  return { width: WIDTH, height: HEIGHT, label, content }
}

const scaleOf = ({ readings }: Course, goal: Tolerance | undefined, runs: number): Scale => {
  const values = readings.map(({ value }) => value / UNIT)
  const wanted = (goal === undefined ? [] : edgesOf(goal)).map((edge) => edge / UNIT)
  const [least, most] = extent(values.length > 0 ? values : wanted)
  const range = most - least || extent(wanted.map((edge) => Math.abs(edge - most)))[1] || Math.abs(most) || 1
  const shown = wanted.filter((edge) => edge > least - NEAR * range && edge < most + NEAR * range)
  const [bottom, top] = extent([least, most, ...shown])
  // One value alone, or the same one all along: a line in the middle.
  const margin = top === bottom ? Math.abs(top) / 2 || 1 : 0.06 * (top - bottom)
  const [low, high] = [bottom - margin, top + margin]
  return {
    x: (run) => LEFT + (runs < 2 ? 0.5 : run / (runs - 1)) * (WIDTH - LEFT - RIGHT),
    y: (value) => TOP + ((high - value / UNIT) / (high - low)) * (HEIGHT - TOP - BOTTOM),
    low: bottom * UNIT,
    high: top * UNIT
  }
}

/** The ends of what is accepted; of a bound the bound alone. */
const edgesOf = (goal: Tolerance): ReadonlyArray<number> => {
  const [middle, width] = [centre(goal), halfWidth(goal)]
  return width === 0 ? [middle] : [middle - width, middle + width]
}

const clamped = (y: number): number => Math.min(HEIGHT - BOTTOM + 4, Math.max(TOP - 4, y))

const band = (goal: Tolerance | undefined, { y }: Scale): Markup | undefined => {
  if (goal === undefined) return undefined
  const edges = edgesOf(goal)
  const upper = goal._tag === "AtLeast" ? TOP - 4 : clamped(y(Math.max(...edges)))
  const lower = goal._tag === "AtMost" ? HEIGHT - BOTTOM + 4 : clamped(y(Math.min(...edges)))
  return markup`<rect class="course-band" x="${LEFT}" y="${at(upper)}" width="${WIDTH - LEFT - RIGHT}" height="${at(Math.max(1, lower - upper))}"/>`
}

const axis = ({ y, low, high }: Scale): Markup => {
  const text = (value: number): Markup =>
    markup`<text class="course-text" x="${LEFT - 8}" y="${at(y(value) + 3.5)}" text-anchor="end">${shortText(value)}</text><line class="course-grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(value))}" y2="${at(y(value))}"/>`
  return low === high ? text(low) : markup`${text(high)}${text(low)}`
}

/** Four digits: there is no room for more, and the table has them. */
const shortText = (value: number): string => numberText(Number(value.toPrecision(4)))

/** A line between the last run at the old level and the first at the new one, with the number that the list below has. */
const shifts = (course: Course, { x }: Scale): Markup =>
  markup`${course.shifts.map(({ before, after }, index) => {
    const middle = at((x(before) + x(after)) / 2)
    return markup`<line class="course-shift" x1="${middle}" x2="${middle}" y1="${TOP - 4}" y2="${HEIGHT - BOTTOM + 4}"/><text class="course-mark" x="${middle}" y="${TOP - 6}" text-anchor="middle">${index + 1}</text>`
  })}`

const line = ({ readings }: Course, { x, y }: Scale): Markup =>
  markup`<polyline class="course-line" points="${readings.map(({ run, value }) => `${at(x(run))},${at(y(value))}`).join(" ")}"/>`

const levels = ({ levels, shifts }: Course, { x, y }: Scale): Markup | undefined =>
  shifts.length === 0
    ? undefined
    : markup`${levels.map(({ from, to, value }) => markup`<line class="course-level" x1="${at(x(from) - 2)}" x2="${at(x(to) + 2)}" y1="${at(y(value))}" y2="${at(y(value))}"/>`)}`

const dots = ({ readings, outliers }: Course, { x, y }: Scale, runs: number): Markup => {
  const apart = new Set(outliers)
  return markup`${readings.map(({ run, value }) =>
    apart.has(run)
      ? markup`<circle class="course-outlier" cx="${at(x(run))}" cy="${at(y(value))}" r="4.5"/>`
      : markup`<circle class="course-dot" cx="${at(x(run))}" cy="${at(y(value))}" r="${runs > SPARSE ? 1.4 : 2.4}"/>`
  )}`
}

/** Half the width of a cross. */
const ARM = 3.5

/** At the foot of the plot, where the metric of a run diverged: it has no place on the axis. */
const crosses = ({ diverged }: Course, { x }: Scale): Markup =>
  markup`${diverged.map(
    ({ run }) =>
      markup`<path class="course-cross" d="M${at(x(run) - ARM)} ${HEIGHT - BOTTOM - ARM}l${2 * ARM} ${2 * ARM}m0 ${-2 * ARM}l${-2 * ARM} ${2 * ARM}"/>`
  )}`

/** The rules of its classes. */
export const courseStyle: StyleSheet = (color) => `
.course-band{fill:${color("met")};opacity:.16}.course-grid{stroke:${color("line")}}
.course-text{font-size:10.5px;fill:${color("muted")}}
.course-line{fill:none;stroke:${color("done")};stroke-width:1;opacity:.55}.course-dot{fill:${color("done")}}
.course-level{stroke:${color("ink")};stroke-width:2}
.course-shift{stroke:${color("accent")};stroke-dasharray:3 3}.course-mark{font-size:10.5px;font-weight:700;fill:${color("accent")}}
.course-outlier{fill:none;stroke:${color("absent")};stroke-width:1.6}.course-cross{fill:none;stroke:${color("missed")};stroke-width:1.8}
`
