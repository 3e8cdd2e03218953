/** The sign that vectors without one of their own are given. */

/** The first component of largest magnitude. */
const peakOf = (vector: Float64Array): number => {
  let peak = 0
  for (const component of vector) if (Math.abs(component) > Math.abs(peak)) peak = component
  return peak
}

export const negate = (vector: Float64Array): void => {
  for (let k = 0; k < vector.length; k++) vector[k] = -vector[k]!
}

/** Makes the first component of largest magnitude positive, and turns `partner` with the vector. */
export const makePeakPositive = (vector: Float64Array, partner?: Float64Array): void => {
  if (peakOf(vector) >= 0) return
  negate(vector)
  if (partner !== undefined) negate(partner)
}
