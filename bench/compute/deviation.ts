/** How far decompositions are off, in units of ε. */
import { multiply } from "../../stages/math/linear/Gemm.ts"

export const largest = (x: Float64Array): number => x.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

/** Of inner products of rows from those of an orthonormal set. */
export const fromOrthonormal = (rows: Float64Array, count: number, width: number): number => {
  const gram = multiply(rows, rows, count, count, width, { transposeB: true })
  return largest(gram.map((x, at) => x - (at % (count + 1) === 0 ? 1 : 0))) / Number.EPSILON
}
