/**
 * General systems, by elimination with partial pivoting, P A = L U.
 *
 * Columns are halved until a kernel eliminates what is left, and all else is products. Error: L U = P A + E with
 * |E| ≤ n ε |L| |U| for each element. Sources: Golub and Van Loan, 4th ed., section 3.4; Toledo, Locality of Reference in
 * LU Decomposition with Partial Pivoting, SIAM J. Matrix Anal. Appl. 18 (1997).
 */
import { log } from "../special/Elementary.ts"
import { LU_WASM } from "../wasm/lu.wasm.ts"
import { estimateOneNorm } from "./estimate-one-norm.ts"
import type { Matrix } from "./Matrix.ts"
import { oneNorm } from "./Norm.ts"
import { requireFinite } from "./NotFinite.ts"
import { checkedScale } from "./power-of-two.ts"
import { SingularMatrix } from "./SingularMatrix.ts"
import * as Triangular from "./Triangular.ts"
import type { Workspace } from "./Workspace.ts"
import { withWorkspace } from "./with-workspace.ts"

/** Of `assembly/lu.ts`. */
export interface LuKernel {
  readonly factorPanel: (m: number, n: number, a: number, ld: number, pivots: number) => void
  readonly exchangeRows: (
    count: number,
    columns: number,
    a: number,
    ld: number,
    pivots: number,
    backwards: boolean
  ) => void
}

/** Columns that the kernel takes as they are: a row of them fills a line of the cache. */
const SMALL = 8

/**
 * L, with ones on its diagonal that are not stored, below the diagonal of A, and U from it on; A is m × n, of any shape.
 *
 * `pivots`, 1 × min(m, n), tells the exchanges in order: row k with row pivots[k] ≥ k, that of the largest element, the
 * first of several. A zero pivot is no error: U has it. Cost: 2n³/3 flops for n × n. Throws `NotFinite` for an infinity or
 * NaN in A, `RangeError` when `pivots` has another shape.
 */
export const factorInPlace = (space: Workspace<"f64">, a: Matrix<"f64">, pivots: Matrix<"f64">): void => {
  const steps = Math.min(a.rows, a.columns)
  if (pivots.rows !== 1 || pivots.columns !== steps) {
    throw new RangeError(`${a.rows}×${a.columns} has ${steps} pivots, not ${pivots.rows}×${pivots.columns}`)
  }
  requireFinite(a)
  const left = a.block(0, 0, a.rows, steps)
  factorColumns(space, left, pivots)
  if (steps < a.columns) eliminate(space, left, a.block(0, steps, a.rows, a.columns - steps), pivots)
}

/** m × n with m ≥ n. */
const factorColumns = (space: Workspace<"f64">, a: Matrix<"f64">, pivots: Matrix<"f64">): void => {
  const { rows: m, columns: n } = a
  if (n <= SMALL) {
    space.module<LuKernel>(LU_WASM).factorPanel(m, n, a.address, a.stride, pivots.address)
    return
  }
  const half = Triangular.firstHalf(n)
  const [left, right] = [a.block(0, 0, m, half), a.block(0, half, m, n - half)]
  const [first, second] = [pivots.block(0, 0, 1, half), pivots.block(0, half, 1, n - half)]
  factorColumns(space, left, first)
  eliminate(space, left, right, first)
  factorColumns(space, right.block(half, 0, m - half, n - half), second)
  exchangeRows(space, left.block(half, 0, m - half, half), second)
  const exchanges = second.data
  for (let k = 0; k < exchanges.length; k++) exchanges[k]! += half
}

/** Takes factorised columns to those on their right: exchanges, U, and what is left below. */
const eliminate = (
  space: Workspace<"f64">,
  factorised: Matrix<"f64">,
  right: Matrix<"f64">,
  pivots: Matrix<"f64">
): void => {
  const n = factorised.columns
  const rest = factorised.rows - n
  exchangeRows(space, right, pivots)
  const top = right.block(0, 0, n, right.columns)
  Triangular.solveInPlace(space, factorised.block(0, 0, n, n), top, { triangle: "lower", unit: true })
  const below = right.block(n, 0, rest, right.columns)
  space.multiply(below, factorised.block(n, 0, rest, n), top, { alpha: -1, accumulate: true })
}

/** Exchanges row k of A with row pivots[k], k ascending, or descending when `backwards`. */
const exchangeRows = (space: Workspace<"f64">, a: Matrix<"f64">, pivots: Matrix<"f64">, backwards = false): void => {
  const { exchangeRows: exchange } = space.module<LuKernel>(LU_WASM)
  exchange(pivots.columns, a.columns, a.address, a.stride, pivots.address, backwards)
}

/** The first pivot that is 0; `undefined` when a system has a unique solution. */
export const zeroPivot = (factors: Matrix<"f64">): number | undefined => {
  for (let k = 0; k < Math.min(factors.rows, factors.columns); k++) if (factors.row(k)[k] === 0) return k
  return undefined
}

/**
 * X of A X = B, or of Aᵀ X = B, in the place of B, from the factors of a square A. Cost: 2n² flops a column.
 *
 * Infinities and NaN in B stay in their columns. Throws `SingularMatrix` when a pivot is 0.
 */
export const solveInPlace = (
  space: Workspace<"f64">,
  factors: Matrix<"f64">,
  pivots: Matrix<"f64">,
  b: Matrix<"f64">,
  { transpose = false }: { readonly transpose?: boolean } = {}
): void => {
  const zero = zeroPivot(factors)
  if (zero !== undefined) throw new SingularMatrix({ pivot: zero })
  if (!transpose) {
    exchangeRows(space, b, pivots)
    Triangular.solveInPlace(space, factors, b, { triangle: "lower", unit: true })
    Triangular.solveInPlace(space, factors, b, { triangle: "upper" })
  } else {
    Triangular.solveInPlace(space, factors, b, { triangle: "upper", transpose: true })
    Triangular.solveInPlace(space, factors, b, { triangle: "lower", unit: true, transpose: true })
    exchangeRows(space, b, pivots, true)
  }
}

/** A⁻¹ into `inverse`, from the factors of a square A. Cost: 2n³ flops. Throws `SingularMatrix` when a pivot is 0. */
export const invert = (
  space: Workspace<"f64">,
  factors: Matrix<"f64">,
  pivots: Matrix<"f64">,
  inverse: Matrix<"f64">
): void => {
  inverse.fill(0)
  for (let i = 0; i < inverse.rows; i++) inverse.row(i)[i] = 1
  solveInPlace(space, factors, pivots, inverse)
}

/** What the body makes of the factors of an array. */
const withFactors = <A>(
  a: Float64Array,
  n: number,
  body: (space: Workspace<"f64">, factors: Matrix<"f64">, pivots: Matrix<"f64">) => A
): A =>
  withWorkspace((space) => {
    const [factors, pivots] = [space.matrix(n, n), space.matrix(1, n)]
    factors.set(a)
    factorInPlace(space, factors, pivots)
    return body(space, factors, pivots)
  })

/**
 * X of A X = B for arrays, A n × n, B n × columns.
 *
 * Throws `SingularMatrix` when a pivot vanishes, `NotFinite` for an infinity or NaN in A, `RangeError` when an array has
 * the wrong length.
 */
export const solve = (a: Float64Array, n: number, b: Float64Array, columns = 1): Float64Array =>
  withFactors(a, n, (space, factors, pivots) => {
    const x = space.matrix(n, columns)
    x.set(b)
    solveInPlace(space, factors, pivots, x)
    return x.toFloat64()
  })

/** A⁻¹ of an array. A solution of a system costs a third and is more exact by `solve`. Throws as `solve` does. */
export const inverse = (a: Float64Array, n: number): Float64Array =>
  withFactors(a, n, (space, factors, pivots) => {
    const result = space.matrix(n, n)
    invert(space, factors, pivots, result)
    return result.toFloat64()
  })

export interface Determinant {
  /** 1, −1, or 0 of a singular matrix. */
  readonly sign: number
  /** log |det A|; −∞ of a singular matrix. */
  readonly logAbsolute: number
}

/** det A, which itself would overflow for orders above some hundred; 1 for order 0. Throws as `factorInPlace` does. */
export const determinant = (a: Float64Array, n: number): Determinant =>
  withFactors(a, n, (_, factors, pivots) => {
    let [sign, logAbsolute] = [1, 0]
    pivots.data.forEach((row, k) => {
      const pivot = factors.row(k)[k]!
      sign *= Math.sign(pivot) * (row === k ? 1 : -1)
      logAbsolute += log(Math.abs(pivot))
    })
    return { sign, logAbsolute }
  })

/**
 * 1 / (‖A‖₁ ‖A⁻¹‖₁), the latter estimated from below; 0 of a singular matrix or where the inverse is beyond the range, 1 of an empty one. Cost: the factors, and some 10 n² flops.
 * Throws as `factorInPlace` does.
 */
export const reciprocalCondition = (a: Float64Array, n: number): number => {
  if (n === 0) return 1
  // A matrix of very small numbers has an inverse beyond the range.
  const factor = checkedScale(a, n, n)
  const scaled = a.map((element) => element * factor)
  return withFactors(scaled, n, (space, factors, pivots) => {
    if (zeroPivot(factors) !== undefined) return 0
    const x = space.matrix(n, 1)
    const apply = (transpose: boolean) => (vector: Float64Array) => {
      x.set(vector)
      solveInPlace(space, factors, pivots, x, { transpose })
      return x.toFloat64()
    }
    const reciprocal = 1 / (oneNorm(scaled, n) * estimateOneNorm(n, apply(false), apply(true)))
    // Solutions beyond the range may come as NaN: the matrix itself has none.
    return Number.isNaN(reciprocal) ? 0 : reciprocal
  })
}
