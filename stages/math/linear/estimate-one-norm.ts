/** The norm of a matrix that is known by what it does to vectors. */

type Apply = (x: Float64Array) => Float64Array

/**
 * ‖M‖₁ from below, rarely by more than a factor of 3, from at most six products with M and five with Mᵀ.
 *
 * NaN where a product holds NaN; 0 for order 0. Source: Higham, Accuracy and Stability, 2nd ed., algorithm 15.4.
 */
export const estimateOneNorm = (n: number, times: Apply, timesTransposed: Apply): number => {
  if (n === 0) return 0
  let y = times(new Float64Array(n).fill(1 / n))
  let estimate = sumOfMagnitudes(y)
  if (n === 1) return estimate
  let signs = signsOf(y)
  let previous = -1
  for (let round = 0; round < 5; round++) {
    const z = timesTransposed(signs)
    const place = peak(z)
    if (place === previous) break
    previous = place
    y = times(unitVector(n, place))
    const next = sumOfMagnitudes(y)
    const nextSigns = signsOf(y)
    const isRepeated = nextSigns.every((sign, i) => sign === signs[i])
    if (!(next > estimate)) break
    estimate = next
    if (isRepeated) break
    signs = nextSigns
  }
  const alternating = Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : -1) * (1 + i / (n - 1)))
  return Math.max(estimate, (2 * sumOfMagnitudes(times(alternating))) / (3 * n))
}

const sumOfMagnitudes = (x: Float64Array): number => x.reduce((sum, value) => sum + Math.abs(value), 0)

const signsOf = (x: Float64Array): Float64Array => x.map((value) => (value >= 0 ? 1 : -1))

const unitVector = (n: number, place: number): Float64Array => {
  const x = new Float64Array(n)
  x[place] = 1
  return x
}

/** The first place of the largest magnitude. */
const peak = (x: Float64Array): number => {
  let place = 0
  for (let i = 1; i < x.length; i++) if (Math.abs(x[i]!) > Math.abs(x[place]!)) place = i
  return place
}
