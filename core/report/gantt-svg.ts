/** Who was busy when: rows of bars over the wall time of a run. */

import { durationText } from "../observe/duration.ts"
import { type Markup, markup } from "./Markup.ts"
import { LIGHT, SERIES } from "./palette.ts"
import { at, type Drawing, type StyleSheet } from "./svg-document.ts"
import { MONOSPACE, shorten, textWidth } from "./text-width.ts"

/** A stretch of work. */
export interface GanttBar {
  readonly label: string
  /** Index of its colour. */
  readonly series: number
  /** Milliseconds from the start of the chart. */
  readonly from: number
  readonly to: number
  readonly isFailed: boolean
  /** Whether the run waited for it: a line below marks it. */
  readonly isCritical: boolean
  /** Shown when the pointer rests on the bar. */
  readonly title: string
}

/** A row; bars that overlap are drawn in lanes one below the other. */
export interface GanttRow {
  readonly label: string
  readonly bars: ReadonlyArray<GanttBar>
}

// Lengths in CSS pixels.
const WIDTH = 1000
const SIZE = 11
const MAX_CHARACTERS = 26
const LANE = 18
const NARROW_LANE = 7
const ROW_GAP = 8
const AXIS = 26
const MARGIN = 6

/** Draws rows over `millis` of wall time. Rows with many lanes have thin ones. */
export const ganttDrawing = (rows: ReadonlyArray<GanttRow>, millis: number, label: string): Drawing => {
  const names = rows.map((row) => shorten(row.label, MAX_CHARACTERS))
  const left = Math.ceil(MARGIN + Math.max(0, ...names.map((name) => textWidth(name, SIZE))) + 12)
  const scale = (WIDTH - left - MARGIN) / Math.max(millis, Number.MIN_VALUE)
  const x = (at: number): number => left + at * scale
  let top = MARGIN
  const drawn = rows.map((row, index) => {
    const { lanes, count } = inLanes(row.bars)
    const lane = count > 3 ? NARROW_LANE : LANE
    const height = count * lane
    const parts = markup`<text class="tick" text-anchor="end" x="${left - 10}" y="${at(top + height / 2 + 4)}">${names[index]}</text>
${row.bars.map((bar, each) => drawBar(bar, x, top + lanes[each]! * lane, lane - 2))}`
    top += height + ROW_GAP
    return parts
  })
  return {
    width: WIDTH,
    height: Math.ceil(top + AXIS),
    label,
    content: markup`${drawAxis(millis, x, top)}${drawn}`
  }
}

/** Rules for the classes that the drawing uses. */
export const ganttStyle: StyleSheet = (color) =>
  [
    `.tick{font-family:${MONOSPACE};font-size:${SIZE}px;fill:${color("muted")}}`,
    `.grid{stroke:${color("line")};stroke-width:1}`,
    `.on-bar{font-family:${MONOSPACE};font-size:${SIZE}px;fill:#fff}`,
    `.critical{fill:${color("ink")}}`,
    `.bar-failed{fill:${LIGHT.failed};stroke:${color("ink")};stroke-dasharray:3 2}`,
    ...SERIES.map((fill, index) => `.series-${index}{fill:${fill}}`)
  ].join("")

/** The lowest free lane for each bar, by start. */
export const inLanes = (
  bars: ReadonlyArray<Pick<GanttBar, "from" | "to">>
): { readonly lanes: ReadonlyArray<number>; readonly count: number } => {
  const free: Array<number> = []
  const lanes = new Array<number>(bars.length).fill(0)
  const order = [...bars.keys()].sort((a, b) => bars[a]!.from - bars[b]!.from || a - b)
  for (const index of order) {
    const { from, to } = bars[index]!
    const found = free.findIndex((end) => end <= from)
    const lane = found === -1 ? free.length : found
    free[lane] = to
    lanes[index] = lane
  }
  return { lanes, count: Math.max(1, free.length) }
}

/** Round instants, 4 to 9 of them, from 0 up to a length of time: multiples of 1, 2 or 5, or of parts of an hour. */
export const ticks = (millis: number): ReadonlyArray<number> => {
  if (!(millis > 0) || !Number.isFinite(millis)) return [0]
  const magnitude = 10 ** Math.floor(Math.log10(millis / 8))
  const decimal = [1, 2, 5, 10].map((factor) => factor * magnitude)
  const clock = [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400].map(
    (seconds) => 1000 * seconds
  )
  const step = (millis > 90_000 && millis < 6 * 86_400_000 ? clock : decimal).find((each) => millis / each <= 8)
  if (step === undefined) return [0]
  return Array.from({ length: Math.floor(millis / step) + 1 }, (_, index) => index * step)
}

const drawBar = (bar: GanttBar, x: (at: number) => number, y: number, height: number): Markup => {
  const width = Math.max(1, x(bar.to) - x(bar.from) - 0.5)
  const color = bar.isFailed ? "bar-failed" : `series-${bar.series % SERIES.length}`
  const fits = height >= 14 && textWidth(bar.label, SIZE) + 10 < width
  return markup`<g><title>${bar.title}</title><rect class="${color}" x="${at(x(bar.from))}" y="${at(y)}" width="${at(width)}" height="${height}" rx="${height > 8 ? 3 : 1}"/>${bar.isCritical && markup`<rect class="critical" x="${at(x(bar.from))}" y="${at(y + height - 1)}" width="${at(width)}" height="3"/>`}${fits && markup`<text class="on-bar" x="${at(x(bar.from) + 5)}" y="${at(y + height / 2 + 4)}">${bar.label}</text>`}</g>`
}

const drawAxis = (millis: number, x: (at: number) => number, bottom: number): ReadonlyArray<Markup> =>
  ticks(millis).map((tick) => {
    const anchor = tick > 0 && x(tick) > WIDTH - 40 ? "end" : tick === 0 ? "start" : "middle"
    return markup`<line class="grid" x1="${at(x(tick))}" y1="${MARGIN}" x2="${at(x(tick))}" y2="${at(bottom)}"/><text class="tick" text-anchor="${anchor}" x="${at(x(tick))}" y="${at(bottom + 16)}">${tickText(tick)}</text>`
  })

const tickText = (millis: number): string =>
  millis === 0 ? "0" : durationText(millis).replace(/\.0(?=s)| 00[sm]$/u, "")
