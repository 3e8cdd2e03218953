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
const SMALL = 12

export class MMatrixInverse {
  /** (s I − A)⁻¹ of the matrix that `of` was called with last, row by row; void at the next call. */
  readonly elements: Float64Array
  private readonly d: number
  private readonly block: Block

  constructor(d: number) {
    this.d = d
    const space = new Workspace("f64")
    const matrix = space.matrix(d, d)
    this.block = blockOf(space, matrix)
    // Views are taken once, after all is allocated.
    this.block.prepare()
    this.elements = matrix.data
  }

  /** log det (s I − A); `undefined` where that is no M-matrix, or A has an element that is not finite. Cost: 2d³ flops. */
  of(a: Float64Array, s: number): number | undefined {
    const { d, elements } = this
    // A NaN or an infinity need not reach a pivot: 0 times it is no number.
    let zero = 0
    for (let i = 0; i < elements.length; i++) {
      elements[i] = 0 - a[i]!
      zero += 0 * a[i]!
    }
    for (let i = 0; i < elements.length; i += d + 1) elements[i]! += s
    const logDet = zero + this.block.invert()
    return Number.isNaN(logDet) ? undefined : logDet
  }
}

/** A square block of a matrix that is inverted where it lies. */
interface Block {
  /** To be called once, when nothing is allocated any more. */
  readonly prepare: () => void
  /** log det, NaN where it is no M-matrix. */
  readonly invert: () => number
}

const blockOf = (space: Workspace<"f64">, m: Matrix<"f64">): Block =>
  m.rows <= SMALL ? new SmallBlock(m) : new HalvedBlock(space, m)

/**
 * With blocks A, B, C, D and the complement S = D − C A⁻¹ B, which is an M-matrix too: the inverse has S⁻¹ below on the right, and
 * −A⁻¹ B S⁻¹, −S⁻¹ C A⁻¹ and A⁻¹ + A⁻¹ B S⁻¹ C A⁻¹ elsewhere. As B, C ≤ 0, nothing is subtracted but in S.
 */
class HalvedBlock implements Block {
  private readonly space: Workspace<"f64">
  private readonly a: Matrix<"f64">
  private readonly b: Matrix<"f64">
  private readonly c: Matrix<"f64">
  private readonly d: Matrix<"f64">
  /** A⁻¹ B and C A⁻¹. */
  private readonly right: Matrix<"f64">
  private readonly below: Matrix<"f64">
  private readonly first: Block
  private readonly second: Block

  constructor(space: Workspace<"f64">, m: Matrix<"f64">) {
    const [p, q] = [m.rows >> 1, m.rows - (m.rows >> 1)]
    this.space = space
    this.a = m.block(0, 0, p, p)
    this.b = m.block(0, p, p, q)
    this.c = m.block(p, 0, q, p)
    this.d = m.block(p, p, q, q)
    this.right = space.matrix(p, q)
    this.below = space.matrix(q, p)
    this.first = blockOf(space, this.a)
    this.second = blockOf(space, this.d)
  }

  prepare(): void {
    this.first.prepare()
    this.second.prepare()
  }

  invert(): number {
    const { space, a, b, c, d, right, below } = this
    const first = this.first.invert()
    if (Number.isNaN(first)) return first
    space.multiply(right, a, b)
    space.multiply(d, c, right, SUBTRACTED)
    const second = this.second.invert()
    if (Number.isNaN(second)) return second
    space.multiply(below, c, a)
    space.multiply(b, right, d, NEGATED)
    space.multiply(a, b, below, SUBTRACTED)
    space.multiply(c, d, below, NEGATED)
    return first + second
  }
}

const NEGATED = { alpha: -1 }
const SUBTRACTED = { alpha: -1, accumulate: true }

/** By Gauss and Jordan: row k is divided by its pivot and taken from all others. */
class SmallBlock implements Block {
  private readonly m: Matrix<"f64">
  /** A copy, whose rows have no gaps. */
  private readonly x: Float64Array
  private extent: Float64Array = new Float64Array(0)

  constructor(m: Matrix<"f64">) {
    this.m = m
    this.x = new Float64Array(m.rows * m.rows)
  }

  prepare(): void {
    this.extent = this.m.extent()
  }

  invert(): number {
    const { extent, x } = this
    const { rows: n, stride } = this.m
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) x[i * n + j] = extent[i * stride + j]!
    let logDet = 0
    for (let k = 0; k < n; k++) {
      const pivot = x[k * n + k]!
      if (!(pivot > 0 && pivot < Number.POSITIVE_INFINITY)) return Number.NaN
      logDet += log(pivot)
      eliminate(x, n, k, 1 / pivot)
    }
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) extent[i * stride + j] = x[i * n + j]!
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
