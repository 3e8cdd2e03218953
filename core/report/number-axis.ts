/** The axis of a dimension with numbers, in the figures that a report draws itself. */
import type { Figure } from "../stage/ArtifactKind.ts"

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
