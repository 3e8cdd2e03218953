/** Axes of numbers, in the figures that a report draws itself. */
import type { Figure } from "../stage/ArtifactKind.ts"
import { extent } from "./extent.ts"

/** Numbers that the axis names one by one. */
const MAX_TICKS = 6

/** Numbers as they are, and powers of ten where these would be long: Vega's own rounds them to the digits between two ticks. */
export const NUMBER_LABEL =
  "datum.value == 0 || (abs(datum.value) >= 1e-3 && abs(datum.value) < 1e5) ? format(datum.value, '.5~g') : format(datum.value, '.3~e')"

/** The channel of the field `at`; `numbers` are those that occur, ascending. */
export const numberAxis = ({
  name,
  numbers,
  isLog
}: {
  readonly name: string
  readonly numbers: ReadonlyArray<number>
  readonly isLog: boolean
}): Figure["spec"] => {
  const ticks = numbers.length <= MAX_TICKS ? { values: numbers } : {}
  return {
    field: "at",
    type: "quantitative",
    title: name,
    scale: isLog ? { type: "log", nice: false, padding: 8 } : { zero: false, nice: false, padding: 8 },
    axis: { ...ticks, grid: false, labelExpr: NUMBER_LABEL, labelOverlap: true }
  }
}

/** Ticks of one decade; of several, and of many, of which some are left out. */
const DECADES = [
  { most: 1.5, digits: [1, 2, 3, 5] },
  { most: 2.5, digits: [1, 2, 5] },
  { most: 5, digits: [1, 3] },
  { most: Number.POSITIVE_INFINITY, digits: [1] }
]

/** Powers of ten that an axis names at most. */
const MAX_POWERS = 8

/**
 * Ticks of a logarithmic axis for these positive values: Vega's own are so many that their labels touch. Where the values lie
 * between two of them, a few of Vega's.
 */
export const logTicks = (numbers: ReadonlyArray<number>): Figure["spec"] => {
  const [least, most] = extent(numbers)
  const [from, to] = [Math.log10(least), Math.log10(most)]
  const { digits } = DECADES.find((row) => to - from <= row.most) ?? { digits: [1] }
  const step = Math.ceil((to - from) / MAX_POWERS) || 1
  const powers = Array.from(
    { length: Math.ceil((to - from) / step) + 2 },
    (_, index) => Math.floor(from) + index * step
  )
  // Read from text: 3 · 10⁻³ is not quite 0.003.
  const ticks = powers.flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
  const values = ticks.filter((tick) => tick >= least && tick <= most)
  return values.length < 2 ? { tickCount: 4 } : { values }
}
