/**
 * Orthogonal factors with exchanges of columns, A P = Q R, where the diagonal of R shows the rank.
 *
 * Each step takes the column of which most is left, so that |R₁₁| ≥ |R₂₂| ≥ … up to round-off; half of the work is products of
 * matrices. Error as of `Qr.ts`. Sources: Golub and Van Loan, 4th ed., section 5.4.2; Quintana-Ortí, Sun, Bischof, A BLAS-3
 * Version of the QR Factorization with Column Pivoting, SIAM J. Sci. Comput. 19 (1998).
 */
import { PIVOTED_QR_WASM } from "../wasm/pivoted-qr.wasm.ts"
import type { Matrix } from "./Matrix.ts"
import { requireFinite } from "./NotFinite.ts"
import { blocksFromReflectors, type QrFactors } from "./Qr.ts"
import type { Workspace } from "./Workspace.ts"

/** Of `assembly/pivoted-qr.ts`. */
export interface PivotedQrKernel {
  readonly renewNorms: (
    first: number,
    m: number,
    n: number,
    a: number,
    ld: number,
    norms: number,
    origins: number
  ) => void
  readonly factorPanel: (
    first: number,
    width: number,
    m: number,
    n: number,
    a: number,
    ld: number,
    f: number,
    ldF: number,
    norms: number,
    origins: number,
    order: number,
    taus: number,
    products: number
  ) => number
}

export interface PivotedQrFactors extends QrFactors {
  /** Column j of A P is column `order[j]` of A. */
  readonly order: Int32Array
}

/** Columns that are factorised before they are taken off the rest. */
const PANEL = 24

/**
 * Q, R and P of a matrix of any shape, Q and R in its place; more is allocated in the workspace.
 *
 * Cost: 2n²(m − n/3) flops for m ≥ n. Throws `NotFinite` for an infinity or NaN in A.
 */
export const factorInPlace = (space: Workspace<"f64">, a: Matrix<"f64">): PivotedQrFactors => {
  requireFinite(a)
  const k = Math.min(a.rows, a.columns)
  const taus = space.matrix(1, k)
  const order = space.temporary(() => factorColumns(space, a, taus))
  return { ...blocksFromReflectors(space, a, taus), order }
}

const factorColumns = (space: Workspace<"f64">, a: Matrix<"f64">, taus: Matrix<"f64">): Int32Array => {
  const { factorPanel, renewNorms } = space.module<PivotedQrKernel>(PIVOTED_QR_WASM)
  const { rows: m, columns: n, address, stride } = a
  const k = Math.min(m, n)
  const vector = (): Matrix<"f64"> => space.matrix(1, n)
  const [norms, origins, order, products] = [vector(), vector(), vector(), vector()]
  const f = space.matrix(n, PANEL)
  norms.fill(-1)
  order.set(order.data.map((_, j) => j))
  for (let first = 0; first < k; ) {
    renewNorms(first, m, n, address, stride, norms.address, origins.address)
    const done = factorPanel(
      first,
      Math.min(PANEL, k - first),
      m,
      n,
      address,
      stride,
      f.address,
      f.stride,
      norms.address,
      origins.address,
      order.address,
      taus.address,
      products.address
    )
    const next = first + done
    const [below, above] = [a.block(next, first, m - next, done), f.block(next, 0, n - next, done)]
    const rest = a.block(next, next, m - next, n - next)
    space.multiply(rest, below, above, { transposeB: true, alpha: -1, accumulate: true })
    first = next
  }
  return Int32Array.from(order.data)
}

/** How many |Rᵢᵢ| are above `tolerance` · |R₁₁|: the rank to that precision. */
export const rank = ({ factors, blocks }: QrFactors, tolerance: number): number => {
  let count = 0
  for (let i = 0; i < blocks.columns; i++) {
    if (!(Math.abs(factors.row(i)[i]!) > tolerance * Math.abs(factors.row(0)[0]!))) break
    count++
  }
  return count
}
