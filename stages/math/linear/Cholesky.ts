/**
 * Symmetric positive definite systems, A = L Lᵀ.
 *
 * The order is halved until a kernel factorises what is left. Error: L Lᵀ = A + E with |E| ≤ (n + 1) ε |L| |Lᵀ| for each
 * element. Source: Golub and Van Loan, Matrix Computations, 4th ed., section 4.2; Higham, 2nd ed., theorem 10.3.
 */
import { log } from "../special/Elementary.ts"
import { CHOLESKY_WASM } from "../wasm/cholesky.wasm.ts"
import type { Matrix } from "./Matrix.ts"
import { NotPositiveDefinite } from "./NotPositiveDefinite.ts"
import * as Triangular from "./Triangular.ts"
import type { Workspace } from "./Workspace.ts"
import { withWorkspace } from "./with-workspace.ts"

/** Of `assembly/cholesky.ts`. */
export interface CholeskyKernel {
  readonly factor: (n: number, a: number, ld: number, column: number) => number
}

/** Orders that the kernel takes as they are. */
const SMALL = 32

/**
 * L in the place of A, zeros above. Only the lower triangle of A is read, up to its first pivot that does not do.
 *
 * Cost: n³/3 flops. Throws `NotPositiveDefinite`, which an infinity or NaN in the lower triangle leads to as well; A is
 * then void. Throws `RangeError` when A is not square.
 */
export const factorInPlace = (space: Workspace<"f64">, a: Matrix<"f64">): void => {
  if (a.rows !== a.columns) throw new RangeError(`${a.rows}×${a.columns} is not square`)
  factorFrom(space, a, 0)
  for (let i = 0; i < a.rows; i++) a.row(i).fill(0, i + 1)
}

/** `first` pivots of the whole matrix come before. What stands above the diagonal is void afterwards. */
const factorFrom = (space: Workspace<"f64">, a: Matrix<"f64">, first: number): void => {
  const n = a.rows
  if (n <= SMALL) {
    const { factor: factorSmall } = space.module<CholeskyKernel>(CHOLESKY_WASM)
    const reached = factorSmall(n, a.address, a.stride, space.scratch)
    if (reached < n) throw new NotPositiveDefinite({ column: first + reached, pivot: a.row(reached)[reached]! })
    return
  }
  const half = Triangular.firstHalf(n)
  const [top, below] = [a.block(0, 0, half, half), a.block(half, 0, n - half, half)]
  const rest = a.block(half, half, n - half, n - half)
  factorFrom(space, top, first)
  Triangular.solveInPlace(space, top, below, { side: "right", triangle: "lower", transpose: true })
  subtractLower(space, rest, below, below)
  factorFrom(space, rest, first + half)
}

/** Lower triangle of C −= A Bᵀ; what stands above it is void afterwards. */
export const subtractLower = (space: Workspace<"f64">, c: Matrix<"f64">, a: Matrix<"f64">, b: Matrix<"f64">): void => {
  const n = c.rows
  if (n <= SMALL) {
    space.multiply(c, a, b, { transposeB: true, alpha: -1, accumulate: true })
    return
  }
  const half = Triangular.firstHalf(n)
  const rest = n - half
  const [top, below] = [a.block(0, 0, half, a.columns), a.block(half, 0, rest, a.columns)]
  const [topB, belowB] = [b.block(0, 0, half, b.columns), b.block(half, 0, rest, b.columns)]
  subtractLower(space, c.block(0, 0, half, half), top, topB)
  space.multiply(c.block(half, 0, rest, half), below, topB, { transposeB: true, alpha: -1, accumulate: true })
  subtractLower(space, c.block(half, half, rest, rest), below, belowB)
}

/** X of L Lᵀ X = B in the place of B. Cost: 2n² flops a column. Infinities and NaN stay in their columns. */
export const solveInPlace = (space: Workspace<"f64">, l: Matrix<"f64">, b: Matrix<"f64">): void => {
  Triangular.solveInPlace(space, l, b, { triangle: "lower" })
  Triangular.solveInPlace(space, l, b, { triangle: "lower", transpose: true })
}

/** L of an array: n × n, row-major, zeros above. Throws as `factorInPlace` does. */
export const factor = (a: Float64Array, n: number): Float64Array =>
  withWorkspace((space) => {
    const l = space.matrix(n, n)
    l.set(a)
    factorInPlace(space, l)
    return l.toFloat64()
  })

/** X of L Lᵀ X = B for n × columns right-hand sides; cost 2n² flops a column. */
export const solve = (l: Float64Array, n: number, b: Float64Array, columns = 1): Float64Array =>
  withWorkspace((space) => {
    const [lower, x] = [space.matrix(n, n), space.matrix(n, columns)]
    lower.set(l)
    x.set(b)
    solveInPlace(space, lower, x)
    return x.toFloat64()
  })

/** log det A = 2 Σ log lᵢᵢ; 0 for order 0. */
export const logDeterminant = (l: Float64Array, n: number): number => {
  let sum = 0
  for (let i = 0; i < n; i++) sum += log(l[i * (n + 1)]!)
  return 2 * sum
}
