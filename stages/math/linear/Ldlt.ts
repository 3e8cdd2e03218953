/**
 * Symmetric indefinite systems, P A Pᵀ = L D Lᵀ with pivots of order 1 and 2 on the diagonal of D.
 *
 * Error: the factors are those of A + E with |E| ≤ c n² ε ρ |A|, c a small constant and the growth ρ ≤ 2.57ⁿ⁻¹, in practice
 * some tens. Sources: Bunch and Kaufman, Some Stable Methods for Calculating Inertia and Solving Symmetric Linear
 * Systems, Math. Comp. 31 (1977); Golub and Van Loan, 4th ed., section 4.4; Higham, 2nd ed., section 11.1.
 */
import { log } from "../special/Elementary.ts"
import { LDLT_WASM } from "../wasm/ldlt.wasm.ts"
import { subtractLower } from "./Cholesky.ts"
import type { Determinant } from "./Lu.ts"
import type { Matrix } from "./Matrix.ts"
import { requireFinite } from "./NotFinite.ts"
import { SingularMatrix } from "./SingularMatrix.ts"
import * as Triangular from "./Triangular.ts"
import type { Workspace } from "./Workspace.ts"
import { withWorkspace } from "./with-workspace.ts"

/** Of `assembly/ldlt.ts`. */
export interface LdltKernel {
  readonly factorPanel: (
    first: number,
    width: number,
    n: number,
    a: number,
    ld: number,
    w: number,
    ldW: number,
    between: number,
    order: number
  ) => number
}

export interface LdltFactors {
  /** L below the diagonal, without its ones; the diagonal of D on it; zeros above. */
  readonly factors: Matrix<"f64">
  /** 1 × n: element (k + 1, k) of D, zero where it has none. */
  readonly between: Matrix<"f64">
  /** Row i of P A Pᵀ is row `order[i]` of A. */
  readonly order: Int32Array
}

/** Columns that are factorised before they are taken off the rest. */
const PANEL = 16

/**
 * L and D of a symmetric matrix, of which the lower triangle is read, in its place; more is allocated in the workspace.
 *
 * A pivot of 0 is no error: D has it. Cost: n³/3 flops. Throws `NotFinite` for an infinity or NaN in the lower triangle,
 * `RangeError` when A is not square.
 */
export const factorInPlace = (space: Workspace<"f64">, a: Matrix<"f64">): LdltFactors => {
  if (a.rows !== a.columns) throw new RangeError(`${a.rows}×${a.columns} is not square`)
  requireFinite(a, "lower")
  const between = space.matrix(1, a.rows)
  const order = space.temporary(() => factorColumns(space, a, between))
  for (let i = 0; i < a.rows; i++) a.row(i).fill(0, i + 1)
  return { factors: a, between, order }
}

const factorColumns = (space: Workspace<"f64">, a: Matrix<"f64">, between: Matrix<"f64">): Int32Array => {
  const { factorPanel } = space.module<LdltKernel>(LDLT_WASM)
  const n = a.rows
  const [w, order] = [space.matrix(n, PANEL), space.matrix(1, n)]
  order.set(order.data.map((_, i) => i))
  for (let first = 0; first < n; ) {
    const width = Math.min(PANEL, n - first)
    const done = factorPanel(first, width, n, a.address, a.stride, w.address, w.stride, between.address, order.address)
    const next = first + done
    const rest = n - next
    subtractLower(
      space,
      a.block(next, next, rest, rest),
      a.block(next, first, rest, done),
      w.block(next, 0, rest, done)
    )
    first = next
  }
  return Int32Array.from(order.data)
}

/** The first pivot of which nothing is left; `undefined` when a system has a unique solution. */
export const zeroPivot = ({ factors, between }: LdltFactors): number | undefined => {
  const e = between.data
  for (let k = 0; k < e.length; k++) {
    if (e[k] !== 0) k++
    else if (factors.row(k)[k] === 0) return k
  }
  return undefined
}

/**
 * X of A X = B in the place of B. Cost: 2n² flops a column.
 *
 * Infinities and NaN in B stay in their columns. Throws `SingularMatrix` when a pivot is 0.
 */
export const solveInPlace = (space: Workspace<"f64">, ldlt: LdltFactors, b: Matrix<"f64">): void => {
  const zero = zeroPivot(ldlt)
  if (zero !== undefined) throw new SingularMatrix({ pivot: zero })
  space.temporary(() => {
    const x = space.matrix(b.rows, b.columns)
    ldlt.order.forEach((from, i) => {
      x.row(i).set(b.row(from))
    })
    Triangular.solveInPlace(space, ldlt.factors, x, { triangle: "lower", unit: true })
    solveDiagonal(ldlt, x)
    Triangular.solveInPlace(space, ldlt.factors, x, { triangle: "lower", unit: true, transpose: true })
    ldlt.order.forEach((to, i) => {
      b.row(to).set(x.row(i))
    })
  })
}

/** X ← D⁻¹ X; pivots of order 2 are scaled by what stands between, which is their largest element. */
const solveDiagonal = ({ factors, between }: LdltFactors, x: Matrix<"f64">): void => {
  between.data.forEach((e, k, all) => {
    if (k > 0 && all[k - 1] !== 0) return
    const row = x.row(k)
    const d = factors.row(k)[k]!
    if (e === 0) {
      for (let j = 0; j < row.length; j++) row[j]! /= d
      return
    }
    const below = x.row(k + 1)
    const [p, q] = [d / e, factors.row(k + 1)[k + 1]! / e]
    const rest = p * q - 1
    for (let j = 0; j < row.length; j++) {
      const [u, v] = [row[j]! / e, below[j]! / e]
      row[j] = (q * u - v) / rest
      below[j] = (p * v - u) / rest
    }
  })
}

/** What the body makes of the factors of an array. */
const withFactors = <A>(a: Float64Array, n: number, body: (space: Workspace<"f64">, ldlt: LdltFactors) => A): A =>
  withWorkspace((space) => {
    const factors = space.matrix(n, n)
    factors.set(a)
    return body(space, factorInPlace(space, factors))
  })

/**
 * X of A X = B for arrays, A symmetric n × n, of which the lower triangle is read, B n × columns.
 *
 * Throws `SingularMatrix` when a pivot vanishes, `NotFinite` for an infinity or NaN in A, `RangeError` when an array has
 * the wrong length.
 */
export const solve = (a: Float64Array, n: number, b: Float64Array, columns = 1): Float64Array =>
  withFactors(a, n, (space, ldlt) => {
    const x = space.matrix(n, columns)
    x.set(b)
    solveInPlace(space, ldlt, x)
    return x.toFloat64()
  })

/** How many eigenvalues are positive, negative and zero. */
export interface Inertia {
  readonly positive: number
  readonly negative: number
  readonly zero: number
}

/** Those of D, and by Sylvester's law of A; a pivot of order 2 has one of each sign. */
export const inertia = ({ factors, between }: LdltFactors): Inertia => {
  const counts = { positive: 0, negative: 0, zero: 0 }
  between.data.forEach((e, k, all) => {
    const d = e !== 0 ? 1 : k > 0 && all[k - 1] !== 0 ? -1 : factors.row(k)[k]!
    counts[d > 0 ? "positive" : d < 0 ? "negative" : "zero"]++
  })
  return counts
}

/** det A of a symmetric array; 1 for order 0. Throws as `factorInPlace` does. */
export const determinant = (a: Float64Array, n: number): Determinant =>
  withFactors(a, n, (_, { factors, between }) => {
    let [sign, logAbsolute] = [1, 0]
    between.data.forEach((e, k, all) => {
      if (k > 0 && all[k - 1] !== 0) return
      const d = factors.row(k)[k]!
      // d₁ d₂ − e² without squares that would overflow.
      const pivots = e === 0 ? [d] : [e, e, (d / e) * (factors.row(k + 1)[k + 1]! / e) - 1]
      for (const pivot of pivots) {
        sign *= Math.sign(pivot)
        logAbsolute += log(Math.abs(pivot))
      }
    })
    return { sign, logAbsolute }
  })
