/**
 * How own variables of a piece are eliminated: by Givens' rotations of one row after the other into a triangle.
 *
 * Rows with few entries come first, and leave few behind: a bound |u| ≤ a, which is two rows of two entries, leaves one entry. Source: George and Heath,
 * Linear Algebra Appl. 34 (1980).
 */

/** Rows of a matrix, those with the fewest entries first. */
export const sparsestFirst = (matrix: Float64Array, rows: number, width: number): Int32Array => {
  const entries = Int32Array.from({ length: rows }, (_, i) =>
    matrix.subarray(i * width, (i + 1) * width).reduce((sum, entry) => sum + (entry === 0 ? 0 : 1), 0)
  )
  return Int32Array.from({ length: rows }, (_, i) => i).sort((i, j) => entries[i]! - entries[j]! || i - j)
}

/** Takes the first entries of a row, which begins there, into a triangle of so many rows; whether something may be left of the others. */
export const rotateInto = (
  triangle: Float64Array,
  order: number,
  width: number,
  matrix: Float64Array,
  at: number
): boolean => {
  for (let k = 0; k < order; k++) {
    const entry = matrix[at + k]!
    if (entry === 0) continue
    const row = k * width
    const pivot = triangle[row + k]!
    if (pivot === 0) {
      for (let j = k; j < width; j++) triangle[row + j] = matrix[at + j]!
      return false
    }
    const size = Math.sqrt(pivot * pivot + entry * entry)
    const [c, s] = [pivot / size, entry / size]
    triangle[row + k] = size
    for (let j = k + 1; j < width; j++) {
      const [above, below] = [triangle[row + j]!, matrix[at + j]!]
      triangle[row + j] = c * above + s * below
      matrix[at + j] = c * below - s * above
    }
  }
  return true
}

/** Lower triangle += row rowᵀ of a row that begins there, zeros skipped. */
export const addSquare = (triangle: Float64Array, order: number, rows: Float64Array, at: number): void => {
  for (let j = 0; j < order; j++) {
    const entry = rows[at + j]!
    if (entry === 0) continue
    for (let k = 0; k <= j; k++) triangle[j * order + k]! += entry * rows[at + k]!
  }
}

/** The upper triangle of a symmetric matrix from its lower one. */
export const mirror = (matrix: Float64Array, order: number): void => {
  for (let j = 0; j < order; j++) for (let k = 0; k < j; k++) matrix[k * order + j] = matrix[j * order + k]!
}
