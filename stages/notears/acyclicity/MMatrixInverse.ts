/**
 * Inverses of M-matrices s I − A, A ≥ 0, by elimination without exchanges.
 *
 * An M-matrix keeps its signs when it is eliminated: what is off the diagonal never cancels, so that an element of the inverse is 0 exactly
 * where no walk leads from its row to its column, and all others are positive. A pivot that is not positive says that the matrix was none.
 * Sources: Berman and Plemmons, Nonnegative Matrices in the Mathematical Sciences, chapter 6; Golub and Van Loan, 4th ed., section 3.2.
 */
import type { Matrix } from "../../math/linear/Matrix.ts"
import { Workspace } from "../../math/linear/Workspace.ts"
import { log } from "../../math/special/Elementary.ts"

/** Blocks of this order are inverted element by element: products of smaller ones cost more in calls than in flops. */
const SMALL = 24

export class MMatrixInverse {
  private readonly d: number
  private readonly space = new Workspace("f64")
  private readonly matrix: Matrix<"f64">
  private readonly block = new Float64Array(SMALL * SMALL)

  constructor(d: number) {
    this.d = d
    this.matrix = this.space.matrix(d, d)
  }

  /** (s I − A)⁻¹ of the matrix that `of` was called with last, row by row; void at the next call. */
  get elements(): Float64Array {
    return this.matrix.data
  }

  /** log det (s I − A); `undefined` where that is no M-matrix, or A has an element that is not finite. Cost: 2d³ flops. */
  of(a: Float64Array, s: number): number | undefined {
    const elements = this.matrix.data
    // A NaN or an infinity need not reach a pivot: 0 times it is no number.
    let zero = 0
    for (let i = 0; i < elements.length; i++) {
      elements[i] = 0 - a[i]!
      zero += 0 * a[i]!
    }
    for (let i = 0; i < elements.length; i += this.d + 1) elements[i]! += s
    const logDet = zero + this.invert(this.matrix)
    return Number.isNaN(logDet) ? undefined : logDet
  }

  /** The inverse in place of a matrix; log det, NaN where it is no M-matrix. */
  private invert(m: Matrix<"f64">): number {
    return m.rows <= SMALL ? this.invertSmall(m) : this.space.temporary(() => this.invertHalves(m))
  }

  /**
   * With blocks A, B, C, D and the complement S = D − C A⁻¹ B, which is an M-matrix too: the inverse has S⁻¹ below on the right, and
   * −A⁻¹ B S⁻¹, −S⁻¹ C A⁻¹ and A⁻¹ + A⁻¹ B S⁻¹ C A⁻¹ elsewhere. As B, C ≤ 0, nothing is subtracted but in S.
   */
  private invertHalves(m: Matrix<"f64">): number {
    const { space } = this
    const [p, q] = [m.rows >> 1, m.rows - (m.rows >> 1)]
    const [a, b] = [m.block(0, 0, p, p), m.block(0, p, p, q)]
    const [c, d] = [m.block(p, 0, q, p), m.block(p, p, q, q)]
    const [right, below] = [space.matrix(p, q), space.matrix(q, p)]
    const first = this.invert(a)
    if (Number.isNaN(first)) return first
    space.multiply(right, a, b)
    space.multiply(d, c, right, { alpha: -1, accumulate: true })
    const second = this.invert(d)
    if (Number.isNaN(second)) return second
    space.multiply(below, c, a)
    space.multiply(b, right, d, { alpha: -1 })
    space.multiply(a, b, below, { alpha: -1, accumulate: true })
    space.multiply(c, d, below, { alpha: -1 })
    return first + second
  }

  /** By Gauss and Jordan: row k is divided by its pivot and taken from all others. */
  private invertSmall(m: Matrix<"f64">): number {
    const n = m.rows
    const x = this.block
    for (let i = 0; i < n; i++) x.set(m.row(i), i * n)
    let logDet = 0
    for (let k = 0; k < n; k++) {
      const pivot = x[k * n + k]!
      if (!(pivot > 0 && pivot < Number.POSITIVE_INFINITY)) return Number.NaN
      logDet += log(pivot)
      eliminate(x, n, k, 1 / pivot)
    }
    for (let i = 0; i < n; i++) m.row(i).set(x.subarray(i * n, (i + 1) * n))
    return logDet
  }
}

const eliminate = (x: Float64Array, n: number, k: number, reciprocal: number): void => {
  const pivotRow = k * n
  x[pivotRow + k] = 1
  for (let j = 0; j < n; j++) x[pivotRow + j]! *= reciprocal
  for (let i = 0; i < n; i++) {
    const factor = x[i * n + k]!
    if (i === k || factor === 0) continue
    x[i * n + k] = 0
    for (let j = 0; j < n; j++) x[i * n + j]! -= factor * x[pivotRow + j]!
  }
}
