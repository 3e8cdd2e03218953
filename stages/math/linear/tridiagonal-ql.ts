/**
 * Implicit QL with shifts on a symmetric tridiagonal matrix.
 *
 * Source: Golub and Van Loan, 4th ed., section 8.3.3; Bowdler, Martin, Reinsch and Wilkinson, Numerische Mathematik 11
 * (1968).
 */
import { largest } from "./Vector.ts"

const MAX_ITERATIONS = 90

/**
 * Two or three are usual. From here on elements count as zero that are round-off of the whole matrix, not of those
 * beside them.
 */
const PATIENCE = 30

/**
 * Diagonalises the matrix with the diagonal `d`, where e[i] couples i and i + 1; both are overwritten, `d` by the
 * eigenvalues in no order.
 *
 * Rotates the rows of `z` along, d.length rows one after the other; without it only eigenvalues are found. e has
 * d.length elements, the last one for scratch. Throws `RangeError` when it does not converge, which a finite matrix
 * never shows.
 */
export const iterateQl = (d: Float64Array, e: Float64Array, z?: Float64Array): void => {
  const n = d.length
  e[n - 1] = 0
  const size = Math.max(largest(d), largest(e))
  for (let l = 0; l < n; l++) {
    for (let iteration = 0; ; iteration++) {
      const round = iteration < PATIENCE ? 0 : size
      let m = l
      while (m < n - 1 && Math.abs(e[m]!) > Number.EPSILON * Math.max(round, Math.abs(d[m]!) + Math.abs(d[m + 1]!))) m++
      if (m === l) break
      if (iteration === MAX_ITERATIONS) throw new RangeError(`QL did not converge at eigenvalue ${l}`)
      step(d, e, l, m, z)
    }
  }
}

/** One implicit QL step on rows l … m. */
const step = (d: Float64Array, e: Float64Array, l: number, m: number, z?: Float64Array): void => {
  const n = d.length
  const shift = (d[l + 1]! - d[l]!) / (2 * e[l]!)
  const root = Math.sqrt(shift * shift + 1)
  let g = d[m]! - d[l]! + e[l]! / (shift + (shift >= 0 ? root : -root))
  let [s, c, p] = [1, 1, 0]
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!
    const b = c * e[i]!
    const r = Math.sqrt(f * f + g * g)
    e[i + 1] = r
    if (r === 0) {
      d[i + 1]! -= p
      e[m] = 0
      return
    }
    s = f / r
    c = g / r
    g = d[i + 1]! - p
    const t = (d[i]! - g) * s + 2 * c * b
    p = s * t
    d[i + 1] = g + p
    g = c * t - b
    if (z !== undefined) rotate(z.subarray(i * n, (i + 1) * n), z.subarray((i + 1) * n, (i + 2) * n), c, s)
  }
  d[l]! -= p
  e[l] = g
  e[m] = 0
}

const rotate = (x: Float64Array, y: Float64Array, c: number, s: number): void => {
  for (let k = 0; k < x.length; k++) {
    const f = y[k]!
    y[k] = s * x[k]! + c * f
    x[k] = c * x[k]! - s * f
  }
}
