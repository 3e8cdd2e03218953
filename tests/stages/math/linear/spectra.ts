/** Symmetric matrices whose spectra are known, or that break naive code, row-major. */
import { random, tabulate } from "./matrices.ts"

export const symmetric = (n: number, name: string): Float64Array => {
  const g = random(n, n, name)
  return tabulate(n, n, (i, j) => g[Math.max(i, j) * n + Math.min(i, j)]!)
}

/** The tridiagonal matrix with d(i) on the diagonal and e(i) between i − 1 and i. */
export const tridiagonal = (n: number, d: (i: number) => number, e: (i: number) => number): Float64Array =>
  tabulate(n, n, (i, j) => (i === j ? d(i) : Math.abs(i - j) === 1 ? e(Math.max(i, j)) : 0))

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
