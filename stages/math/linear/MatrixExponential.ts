/** The exponential of a matrix. */
import { multiply } from "./Gemm.ts"
import { solve } from "./Lu.ts"
import { oneNorm } from "./Norm.ts"

/** Coefficients of the Padé approximant of order 13. */
const PADE: Fourteen = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
  670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1
]

/** Largest 1-norm for which the approximant is exact to working precision. */
const THETA = 5.371920351148152

/**
 * e^A of an n × n matrix, row-major.
 *
 * Padé approximation of order 13 after scaling by 2⁻ˢ, then s squarings. Backward error about ε for normal matrices.
 * Source: N. J. Higham, The Scaling and Squaring Method for the Matrix Exponential Revisited, SIAM J. Matrix Anal. Appl.
 * 26 (2005), algorithm 2.3.
 */
export const expm = (a: Float64Array, n: number): Float64Array => {
  const norm = oneNorm(a, n)
  const squarings = Math.max(0, Math.ceil(Math.log2(norm / THETA)))
  const scaled = a.map((element) => element / 2 ** squarings)
  const product = (x: Float64Array, y: Float64Array): Float64Array => multiply(x, y, n, n, n)
  const a2 = product(scaled, scaled)
  const a4 = product(a2, a2)
  const a6 = product(a4, a2)
  const combine = (c6: number, c4: number, c2: number, c0: number): Float64Array =>
    a2.map((_, i) => c6 * a6[i]! + c4 * a4[i]! + c2 * a2[i]! + (i % (n + 1) === 0 ? c0 : 0))
  const [b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13] = PADE
  const high = product(a6, combine(b13, b11, b9, 0))
  const odd = product(scaled, add(high, combine(b7, b5, b3, b1)))
  const even = add(product(a6, combine(b12, b10, b8, 0)), combine(b6, b4, b2, b0))
  const numerator = add(even, odd)
  const denominator = even.map((element, i) => element - odd[i]!)
  let result = solve(denominator, n, numerator, n)
  for (let s = 0; s < squarings; s++) result = product(result, result)
  return result
}

type Fourteen = readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number
]

const add = (x: Float64Array, y: Float64Array): Float64Array => x.map((element, i) => element + y[i]!)
