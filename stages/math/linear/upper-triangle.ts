/** R of an orthogonal factorisation. */
import type { Matrix } from "./Matrix.ts"

/** The n × n triangle that begins with the first row of an m × n matrix, m ≥ n, as an array with zeros below. */
export const upperTriangle = (factors: Matrix<"f64">): Float64Array => {
  const n = factors.columns
  const r = new Float64Array(n * n)
  for (let i = 0; i < n; i++) r.set(factors.row(i).subarray(i), i * (n + 1))
  return r
}
