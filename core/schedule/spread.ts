/** Where a series stands now, and how far its values usually lie from that: by measures that a few odd ones do not move. */
import { stretches } from "../explain/change-points.ts"
import { DEVIATIONS_PER_MEDIAN, median, noiseLevel } from "../explain/noise-level.ts"

export interface Spread {
  readonly median: number
  /** The median absolute deviation, scaled to be the standard deviation of what is normally distributed. */
  readonly deviation: number
  readonly count: number
}

/** The spread of some numbers; not a number where there are none. */
export const spreadOf = (values: ReadonlyArray<number>): Spread => {
  const middle = median(values)
  const deviation = DEVIATIONS_PER_MEDIAN * median(values.map((value) => Math.abs(value - middle)))
  return { median: middle, deviation, count: values.length }
}

/**
 * The values of a series, in the order of time, since its level has shifted last and stayed there for `least` of them; all of them
 * where it never has. What is not finite tells of no level.
 */
export const sinceLastShift = (series: ReadonlyArray<number>, least: number): ReadonlyArray<number> => {
  const values = series.filter(Number.isFinite)
  const last = stretches(values, noiseLevel(values)).findLast(({ from, to }) => to - from >= least)
  return last === undefined ? values : values.slice(last.from, last.to)
}
