/** Products of matrices in plain typed arrays, row-major, by WebAssembly with vector instructions. */
import { withWorkspace } from "./with-workspace.ts"

export interface Transposition {
  readonly transposeA?: boolean
  readonly transposeB?: boolean
}

/**
 * C (m × n) = op(A) (m × k) · op(B) (k × n).
 *
 * Error: of each element at most k ε |a|·|b| for its row and column. Cost: 2mnk flops. Bits depend on the shapes alone.
 * Throws `RangeError` when an array has the wrong length.
 */
export const multiply = (
  a: Float64Array,
  b: Float64Array,
  m: number,
  n: number,
  k: number,
  { transposeA = false, transposeB = false }: Transposition = {}
): Float64Array => {
  checkLength("A", a.length, m, k)
  checkLength("B", b.length, k, n)
  return withWorkspace((space) => {
    const left = transposeA ? space.matrix(k, m) : space.matrix(m, k)
    const right = transposeB ? space.matrix(n, k) : space.matrix(k, n)
    const result = space.matrix(m, n)
    left.set(a)
    right.set(b)
    space.multiply(result, left, right, { transposeA, transposeB })
    return result.toFloat64()
  })
}

/** A · Aᵀ of a matrix with `rows` rows: symmetric to the last bit. */
export const gram = (a: Float64Array, rows: number, columns: number): Float64Array => {
  const product = multiply(a, a, rows, rows, columns, { transposeB: true })
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) product[i * rows + j] = product[j * rows + i]!
  }
  return product
}

const checkLength = (name: string, length: number, rows: number, columns: number): void => {
  if (length !== rows * columns) throw new RangeError(`${name} has ${length} elements, not ${rows}×${columns}`)
}
