/** How much the values of a series scatter around a level that may shift now and then. */

/** Standard deviation of a normal distribution over its median absolute deviation: 1 / Φ⁻¹(3/4). */
export const DEVIATIONS_PER_MEDIAN = 1.482602218505602

/**
 * Standard deviation of the noise, in the unit of the values, estimated from the differences of neighbours; 0 where there is none.
 *
 * A shift of the level enters into one difference only, so half of the values may lie at other levels without harm: the
 * median of the absolute differences, divided by √2. Where more than half of the neighbours are equal the median is 0 and
 * tells nothing: then the mean square of the differences is taken, which a shift makes too large and never too small.
 *
 * Sources: J. von Neumann, The Annals of Mathematical Statistics 12 (1941), for the mean square; the median in its place as
 * in P. Fryzlewicz, The Annals of Statistics 42 (2014), section 4.1.
 */
export const noiseLevel = (values: ReadonlyArray<number>): number => {
  if (values.length < 2) return 0
  // Halved before they are subtracted: the difference of the two largest doubles is none.
  const halves = values.slice(1).map((value, index) => Math.abs(value / 2 - (values[index] ?? 0) / 2))
  const typical = Math.SQRT2 * DEVIATIONS_PER_MEDIAN * median(halves)
  // The differences of the largest doubles are none themselves.
  if (typical > 0) return Math.min(typical, Number.MAX_VALUE)
  const largest = halves.reduce((most, half) => Math.max(most, half), 0)
  if (largest === 0) return 0
  const meanSquare = halves.reduce((sum, half) => sum + (half / largest) ** 2, 0) / halves.length
  return Math.SQRT2 * largest * Math.sqrt(meanSquare)
}

/** The middle value, or the mean of the two middle ones; NaN of nothing. */
export const median = (values: ReadonlyArray<number>): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [below = Number.NaN, above = Number.NaN] = [sorted[middle - 1], sorted[middle]]
  return sorted.length % 2 === 1 ? above : below / 2 + above / 2
}
