/** How something grows with a size: the exponent b of a · size^b. */

/** A fitted exponent with its standard error. */
export interface PowerLaw {
  readonly exponent: number
  /** 0 of points that lie on a line. */
  readonly error: number
  /** That of the two largest sizes alone: larger where a cost that does not grow hides the power at small ones. */
  readonly last: number
  /** Points that it is fitted to. */
  readonly count: number
}

/** Points from which on a line through them can fail. */
const FEWEST = 3

/**
 * Least squares in logarithms. `undefined` for fewer than three sizes.
 *
 * Sizes and values must be positive, sizes ascending and each once.
 */
export const powerLawOf = (points: ReadonlyArray<readonly [size: number, value: number]>): PowerLaw | undefined => {
  const count = points.length
  if (count < FEWEST) return undefined
  const meanX = points.reduce((sum, [size]) => sum + Math.log(size), 0) / count
  const meanY = points.reduce((sum, [, value]) => sum + Math.log(value), 0) / count
  let [xx, xy, yy] = [0, 0, 0]
  for (const [size, value] of points) {
    const [x, y] = [Math.log(size) - meanX, Math.log(value) - meanY]
    xx += x * x
    xy += x * y
    yy += y * y
  }
  const exponent = xy / xx
  // Rounding may leave less than nothing.
  const left = Math.max(0, yy - exponent * xy)
  return { exponent, error: Math.sqrt(left / (count - 2) / xx), last: slopeAt(points, count - 1), count }
}

const slopeAt = (points: ReadonlyArray<readonly [size: number, value: number]>, index: number): number => {
  const [[smaller, before], [larger, after]] = [points[index - 1] ?? [1, 1], points[index] ?? [1, 1]]
  return Math.log(after / before) / Math.log(larger / smaller)
}
