/** Values of a metric over what it is averaged over: seeds, folds. */

/** Values of one metric taken together: one value as it is, several over the dimensions that are averaged over. */
export interface Aggregate {
  readonly mean: number
  /** Of the sample, with n − 1; `undefined` of one value. */
  readonly deviation: number | undefined
  readonly count: number
}

/** Mean and standard deviation, by Welford's updates; `undefined` of nothing. */
export const aggregate = (values: ReadonlyArray<number>): Aggregate | undefined => {
  if (values.length === 0) return undefined
  let mean = 0
  let squares = 0
  for (const [index, value] of values.entries()) {
    const deviation = value - mean
    mean += deviation / (index + 1)
    squares += deviation * (value - mean)
  }
  const count = values.length
  return { mean, deviation: count < 2 ? undefined : Math.sqrt(squares / (count - 1)), count }
}
