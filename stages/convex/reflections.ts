/** How own variables of a piece are eliminated: by Householder's reflections of a small matrix, row after row. */

/** Lower triangle += row rowᵀ of a row that begins there, zeros skipped. */
export const addSquare = (triangle: Float64Array, order: number, rows: Float64Array, at: number): void => {
  for (let j = 0; j < order; j++) {
    const entry = rows[at + j]!
    if (entry === 0) continue
    for (let k = 0; k <= j; k++) triangle[j * order + k]! += entry * rows[at + k]!
  }
}

/** Householder's reflection that takes column k, from its diagonal on, to the diagonal. */
export const reflect = (matrix: Float64Array, rows: number, width: number, k: number): void => {
  let square = 0
  for (let i = k; i < rows; i++) square += matrix[i * width + k]! * matrix[i * width + k]!
  if (square === 0) return
  const head = matrix[k * width + k]!
  const size = head > 0 ? -Math.sqrt(square) : Math.sqrt(square)
  const pivot = head - size
  for (let j = k + 1; j < width; j++) {
    let sum = pivot * matrix[k * width + j]!
    for (let i = k + 1; i < rows; i++) sum += matrix[i * width + k]! * matrix[i * width + j]!
    const factor = sum / (pivot * size)
    if (factor === 0) continue
    matrix[k * width + j]! += factor * pivot
    for (let i = k + 1; i < rows; i++) matrix[i * width + j]! += factor * matrix[i * width + k]!
  }
  matrix[k * width + k] = size
}
