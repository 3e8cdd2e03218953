/**
 * A = Q T Qᵀ with a tridiagonal T, one Householder reflection after the other, for small matrices.
 *
 * Source: Golub and Van Loan, 4th ed., section 8.3.1; Martin, Reinsch and Wilkinson, Numerische Mathematik 11 (1968).
 */

/**
 * Reduces A in place; e[i] is what couples i − 1 and i in T, the diagonal of T stays in A, and each row keeps its
 * reflection, `h` what it is divided by.
 *
 * Only the lower triangle is read. Cost: 4n³/3 flops.
 */
export const tridiagonalise = (a: Float64Array, n: number, h: Float64Array, e: Float64Array): void => {
  for (let i = n - 1; i > 0; i--) {
    const last = i - 1
    const row = a.subarray(i * n, i * n + i)
    let scale = 0
    for (let k = 0; k < i; k++) scale += Math.abs(row[k]!)
    if (last === 0 || scale === 0) {
      e[i] = row[last]!
      h[i] = 0
      continue
    }
    let squares = 0
    for (let k = 0; k < i; k++) {
      row[k]! /= scale
      squares += row[k]! * row[k]!
    }
    const f = row[last]!
    const g = f >= 0 ? -Math.sqrt(squares) : Math.sqrt(squares)
    e[i] = scale * g
    squares -= f * g
    row[last] = f - g
    reflect(a, n, i, row, squares, e)
    h[i] = squares
  }
  h[0] = 0
  e[0] = 0
}

/** A ← P A P for the reflection P = 1 − u uᵀ / h of row i, on the leading i × i part; uses `e[0…i−1]` as scratch. */
const reflect = (a: Float64Array, n: number, i: number, u: Float64Array, h: number, e: Float64Array): void => {
  e.fill(0, 0, i)
  for (let j = 0; j < i; j++) {
    a[j * n + i] = u[j]! / h
    // The lower triangle holds A: each element serves its row and its mirror image.
    let sum = a[j * n + j]! * u[j]!
    for (let k = 0; k < j; k++) {
      const element = a[j * n + k]!
      sum += element * u[k]!
      e[k]! += element * u[j]!
    }
    e[j]! += sum
  }
  let f = 0
  for (let j = 0; j < i; j++) {
    e[j]! /= h
    f += e[j]! * u[j]!
  }
  const half = f / (2 * h)
  for (let j = 0; j < i; j++) {
    e[j]! -= half * u[j]!
    const [uj, ej] = [u[j]!, e[j]!]
    for (let k = 0; k <= j; k++) a[j * n + k]! -= uj * e[k]! + ej * u[k]!
  }
}

/**
 * Makes of what `tridiagonalise` leaves in A the orthogonal Q, and of `d`, its `h`, the diagonal of T. Cost: 4n³/3
 * flops.
 */
export const accumulateReflections = (a: Float64Array, n: number, d: Float64Array): void => {
  const g = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    if (d[i] !== 0) {
      g.fill(0, 0, i)
      for (let k = 0; k < i; k++) {
        const factor = a[i * n + k]!
        for (let j = 0; j < i; j++) g[j]! += factor * a[k * n + j]!
      }
      for (let k = 0; k < i; k++) {
        const factor = a[k * n + i]!
        for (let j = 0; j < i; j++) a[k * n + j]! -= g[j]! * factor
      }
    }
    d[i] = a[i * n + i]!
    a[i * n + i] = 1
    for (let j = 0; j < i; j++) {
      a[j * n + i] = 0
      a[i * n + j] = 0
    }
  }
}
