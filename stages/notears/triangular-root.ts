/** Triangular roots of second moments, from the data or from another root. */
import * as Qr from "../math/linear/Qr.ts"
import * as Triangular from "../math/linear/Triangular.ts"
import { upperTriangle } from "../math/linear/upper-triangle.ts"
import { withWorkspace } from "../math/linear/with-workspace.ts"
import type { Order } from "./Order.ts"

/**
 * R of AᵀA = RᵀR for a matrix of `rows` × d: d × d, upper triangular, no element of the diagonal below 0, by Householder reflections.
 *
 * AᵀA is never formed, so that a residual deviation has an error of ε times the length of its column, where a Cholesky factor has √ε.
 * Cost: 2 d² (rows − d/3) flops.
 */
export const triangularRoot = (a: Float64Array, rows: number, d: number): Float64Array => {
  const root = withWorkspace((space) => {
    const matrix = space.matrix(Math.max(rows, d), d)
    matrix.data.set(a)
    return upperTriangle(Qr.factorInPlace(space, matrix).factors)
  })
  for (let k = 0; k < d; k++) {
    if (root[k * (d + 1)]! >= 0) continue
    for (let j = k; j < d; j++) root[k * d + j] = -root[k * d + j]!
  }
  return root
}

/** The root of the same moments for the variables in another order: that of R's columns so arranged. Cost: 4 d³ / 3 flops. */
export const rootInOrder = (root: Float64Array, d: number, order: Order): Float64Array => {
  const columns = new Float64Array(d * d)
  for (let i = 0; i < d; i++) for (let at = 0; at < d; at++) columns[i * d + at] = root[i * d + order[at]!]!
  return triangularRoot(columns, d, d)
}

/** L = R⁻ᵀ of a triangular root: the squares of its column j sum up to the j-th diagonal element of S⁻¹. Cost: d³ / 3 flops. */
export const inverseRoot = (root: Float64Array, d: number): Float64Array => {
  const identity = new Float64Array(d * d)
  for (let k = 0; k < d; k++) identity[k * (d + 1)] = 1
  return Triangular.solve(root, d, identity, d, { triangle: "upper", transpose: true })
}
