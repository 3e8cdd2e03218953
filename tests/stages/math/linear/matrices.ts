/** Matrices whose spectra are known, or that break naive code, row-major. */
import { stream } from "../../../../stages/math/random/Philox.ts"

export const normals = (rows: number, columns: number, name: string): Float64Array =>
  stream(11, name).normals(rows * columns)

export const symmetric = (n: number, name: string): Float64Array => {
  const g = normals(n, n, name)
  return built(n, n, (i, j) => g[Math.max(i, j) * n + Math.min(i, j)]!)
}

export const built = (rows: number, columns: number, element: (i: number, j: number) => number): Float64Array =>
  Float64Array.from({ length: rows * columns }, (_, at) => element(Math.floor(at / columns), at % columns))

/** The symmetric tridiagonal matrix with d(i) on the diagonal and e(i) between i − 1 and i. */
export const tridiagonal = (n: number, d: (i: number) => number, e: (i: number) => number): Float64Array =>
  built(n, n, (i, j) => (i === j ? d(i) : Math.abs(i - j) === 1 ? e(Math.max(i, j)) : 0))

export const hilbert = (n: number): Float64Array => built(n, n, (i, j) => 1 / (i + j + 1))

/** Wilkinson's W⁺: pairs of eigenvalues that agree to the last digits. */
export const wilkinson = (n: number): Float64Array =>
  tridiagonal(
    n,
    (i) => Math.abs(i - (n - 1) / 2),
    () => 1
  )

/** Copies of W21⁺, glued by a small number: clusters of as many eigenvalues as there are copies. */
export const gluedWilkinson = (copies: number, glue: number): Float64Array =>
  tridiagonal(
    21 * copies,
    (i) => Math.abs((i % 21) - 10),
    (i) => (i % 21 === 0 ? glue : 1)
  )

export const largest = (values: ArrayLike<number>): number => {
  let most = 0
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!))
  return most
}
