/** Values of a metric over what it is averaged over: seeds, folds. */

/** Values of one metric taken together: one value as it is, several over the dimensions that are averaged over. */
export interface Aggregate {
  /** Of the values that are finite; where none is, what they are: NaN, or an infinity that all of them are. */
  readonly mean: number
  /** Of the sample, with n − 1; `undefined` of one value. */
  readonly deviation: number | undefined
  /** Values that are finite. */
  readonly count: number
  /** Values that there would be if none had diverged and every task had recorded one. */
  readonly of: number
}

/** Mean and standard deviation, by Welford's updates; `undefined` of nothing. `of` where some tasks have recorded nothing. */
export const aggregate = (all: ReadonlyArray<number>, of = all.length): Aggregate | undefined => {
  const [first] = all
  if (first === undefined) return undefined
  const values = all.filter(Number.isFinite)
  if (values.length === 0) {
    const mean = all.every((value) => value === first) ? first : Number.NaN
    return { mean, deviation: undefined, count: 0, of }
  }
  let mean = 0
  let squares = 0
  for (const [index, value] of values.entries()) {
    const deviation = value - mean
    mean += deviation / (index + 1)
    squares += deviation * (value - mean)
  }
  const count = values.length
  return { mean, deviation: count < 2 ? undefined : Math.sqrt(squares / (count - 1)), count, of }
}
