/** Where the middle of some numbers lies, and how far they usually lie from it: by measures that a few odd ones do not move. */

export interface Spread {
  readonly median: number
  /** The median absolute deviation, scaled to be the standard deviation of what is normally distributed. */
  readonly deviation: number
  readonly count: number
}

/** Of a normal distribution, the standard deviation over the median absolute deviation. */
const NORMAL = 1.4826

/** The spread of some numbers; not a number where there are none. */
export const spreadOf = (values: ReadonlyArray<number>): Spread => {
  const median = medianOf(values)
  const deviation = NORMAL * medianOf(values.map((value) => Math.abs(value - median)))
  return { median, deviation, count: values.length }
}

const medianOf = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
