/**
 * Least squares, min ‖A X − B‖ in each column, and of all minima the shortest.
 *
 * Columns are exchanged so that R shows the rank r; with fewer than n, [R₁₁ R₁₂] is made triangular from the right as well:
 * the complete orthogonal decomposition. Error: each column is the answer for A + E with |E| ≤ c m n ε |A|, where what is
 * beyond the rank counts as zero. Sources: Golub and Van Loan, 4th ed., sections 5.3 and 5.5; Higham, 2nd ed., theorem 20.3.
 */
import type { Matrix } from "./Matrix.ts"
import * as PivotedQr from "./PivotedQr.ts"
import * as Qr from "./Qr.ts"
import { SingularMatrix } from "./SingularMatrix.ts"
import * as Triangular from "./Triangular.ts"
import type { Workspace } from "./Workspace.ts"
import { withWorkspace } from "./with-workspace.ts"

export interface RankOptions {
  /** Diagonal elements of R below this share of the first count as zero; max(m, n) ε when left out. */
  readonly tolerance?: number
}

/**
 * X, n × columns, from A, m × n of any shape, and B, m × columns; gives back the rank of A.
 *
 * A and B are void afterwards. Cost: 2n²(m − n/3) flops, with a lower rank up to twice that. Infinities and NaN in B stay
 * in their columns. Throws `NotFinite` for an infinity or NaN in A, `RangeError` when the shapes do not fit.
 */
export const solveInPlace = (
  space: Workspace<"f64">,
  a: Matrix<"f64">,
  b: Matrix<"f64">,
  x: Matrix<"f64">,
  { tolerance = Math.max(a.rows, a.columns) * Number.EPSILON }: RankOptions = {}
): number => {
  checkShapes(a, b, x)
  return space.temporary(() => {
    const qr = PivotedQr.factorInPlace(space, a)
    const rank = PivotedQr.rank(qr, tolerance)
    Qr.applyQ(space, qr, b, { transpose: true })
    const y = space.matrix(x.rows, x.columns)
    for (let i = 0; i < rank; i++) y.row(i).set(b.row(i))
    if (rank === a.columns) Triangular.solveInPlace(space, a.block(0, 0, rank, rank), y, { triangle: "upper" })
    else solveShortest(space, a.block(0, 0, rank, a.columns), y)
    qr.order.forEach((to, i) => {
      x.row(to).set(y.row(i))
    })
    return rank
  })
}

const checkShapes = (a: Matrix<"f64">, b: Matrix<"f64">, x: Matrix<"f64">): void => {
  if (a.rows !== b.rows || a.columns !== x.rows || b.columns !== x.columns) {
    const shapes = [a, x, b].map(({ rows, columns }) => `${rows}×${columns}`)
    throw new RangeError(`${shapes[0]} times ${shapes[1]} does not give ${shapes[2]}`)
  }
}

/** The shortest Y of R Y = C for R upper trapezoidal, r × n; the first r rows of `y` are C, the others zeros. */
const solveShortest = (space: Workspace<"f64">, r: Matrix<"f64">, y: Matrix<"f64">): void => {
  const turned = space.matrix(r.columns, r.rows)
  for (let i = 0; i < r.rows; i++) {
    const row = r.row(i)
    for (let j = i; j < row.length; j++) turned.row(j)[i] = row[j]!
  }
  // Rᵀ = Z S, so that R Y = Sᵀ (Zᵀ Y).
  const qr = Qr.factorInPlace(space, turned)
  const [s, c] = [turned.block(0, 0, r.rows, r.rows), y.block(0, 0, r.rows, y.columns)]
  Triangular.solveInPlace(space, s, c, { triangle: "upper", transpose: true })
  Qr.applyQ(space, qr, y)
}

export interface LeastSquares {
  /** n × columns. */
  readonly solution: Float64Array
  readonly rank: number
}

/** The shortest solution for arrays: A m × n of any shape, B m × columns. Throws as `solveInPlace` does. */
export const solve = (
  a: Float64Array,
  m: number,
  n: number,
  b: Float64Array,
  columns = 1,
  options: RankOptions = {}
): LeastSquares =>
  withWorkspace((space) => {
    const [left, right, x] = [space.matrix(m, n), space.matrix(m, columns), space.matrix(n, columns)]
    left.set(a)
    right.set(b)
    const rank = solveInPlace(space, left, right, x, options)
    return { solution: x.toFloat64(), rank }
  })

/**
 * The solution for arrays where the rank is known to be n ≤ m: without exchanges, in about half the time.
 *
 * Throws `SingularMatrix` when a diagonal element of R is 0, which round-off will rarely let happen; `NotFinite` for an
 * infinity or NaN in A; `RangeError` for fewer rows than columns.
 */
export const solveFullRank = (a: Float64Array, m: number, n: number, b: Float64Array, columns = 1): Float64Array => {
  if (m < n) throw new RangeError(`${m}×${n} has not rank ${n}`)
  return withWorkspace((space) => {
    const [left, right] = [space.matrix(m, n), space.matrix(m, columns)]
    left.set(a)
    right.set(b)
    const qr = Qr.factorInPlace(space, left)
    for (let i = 0; i < n; i++) if (left.row(i)[i] === 0) throw new SingularMatrix({ pivot: i })
    Qr.applyQ(space, qr, right, { transpose: true })
    const x = right.block(0, 0, n, columns)
    Triangular.solveInPlace(space, left.block(0, 0, n, n), x, { triangle: "upper" })
    return x.toFloat64()
  })
}
