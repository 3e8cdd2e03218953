/**
 * Orthogonal factors of matrices, A = Q R.
 *
 * Q is a product of blocks I − V T Vᵀ, applied by products of matrices; within a block, columns are halved until a kernel
 * factorises what is left. Error: Q R = A + E with |E| ≤ c m n ε |A| for each column, c a small constant, for an exactly orthogonal
 * Q. Sources: Golub and Van Loan, 4th ed., section 5.2; Schreiber and Van Loan, A Storage-Efficient WY Representation,
 * SIAM J. Sci. Stat. Comput. 10 (1989); Elmroth and Gustavson, IBM J. Res. Dev. 44 (2000); Higham, 2nd ed., theorem 19.4.
 */
import { QR_WASM } from "../wasm/qr.wasm.ts"
import type { Matrix } from "./Matrix.ts"
import { requireFinite } from "./NotFinite.ts"
import { firstHalf } from "./Triangular.ts"
import type { Workspace } from "./Workspace.ts"

/** Of `assembly/qr.ts`. */
export interface QrKernel {
  readonly factorPanel: (m: number, n: number, a: number, ld: number, t: number, ldT: number, products: number) => void
  readonly joinReflectors: (
    n: number,
    taus: number,
    gram: number,
    ldGram: number,
    t: number,
    ldT: number,
    column: number
  ) => void
}

/** The factors of an m × n matrix; k = min(m, n). */
export interface QrFactors {
  /** R from the diagonal on; below it, the columns of V, whose ones on the diagonal are not stored. */
  readonly factors: Matrix<"f64">
  /** T of each block of columns, side by side: at most 32 × k. */
  readonly blocks: Matrix<"f64">
}

/** Columns of a block. */
const BLOCK = 32

/** Columns that the kernel takes as they are: more would be done faster by products. */
const SMALL = 16

/**
 * Q and R in the place of A, of any shape; `blocks` is allocated in the workspace.
 *
 * Signs: a reflection makes the diagonal of R negative where it was positive. Cost: 2n²(m − n/3) flops for m ≥ n. Throws
 * `NotFinite` for an infinity or NaN in A.
 */
export const factorInPlace = (space: Workspace<"f64">, a: Matrix<"f64">): QrFactors => {
  requireFinite(a)
  const { rows: m, columns: n } = a
  const k = Math.min(m, n)
  const result = { factors: a, blocks: space.matrix(Math.min(BLOCK, k), k) }
  for (const { first, v, t } of blocksOf(result)) {
    factorColumns(space, v, t)
    const from = first + v.columns
    applyBlock(space, v, t, a.block(first, from, m - first, n - from), true)
  }
  return result
}

/** Where its diagonal begins, V with R above it, and T. */
interface Block {
  readonly first: number
  readonly v: Matrix<"f64">
  readonly t: Matrix<"f64">
}

const blocksOf = ({ factors, blocks }: QrFactors): ReadonlyArray<Block> => {
  const k = blocks.columns
  return Array.from({ length: Math.ceil(k / BLOCK) }, (_, index) => {
    const first = index * BLOCK
    const width = Math.min(BLOCK, k - first)
    const v = factors.block(first, first, factors.rows - first, width)
    return { first, v, t: blocks.block(0, first, width, width) }
  })
}

/** m × n with m ≥ n; T is n × n. */
const factorColumns = (space: Workspace<"f64">, a: Matrix<"f64">, t: Matrix<"f64">): void => {
  const { rows: m, columns: n } = a
  if (n <= SMALL) {
    const { factorPanel } = space.module<QrKernel>(QR_WASM)
    factorPanel(m, n, a.address, a.stride, t.address, t.stride, space.scratch)
    return
  }
  const half = firstHalf(n)
  const rest = n - half
  const [t1, t2] = [t.block(0, 0, half, half), t.block(half, half, rest, rest)]
  const [left, right] = [a.block(0, 0, m, half), a.block(half, half, m - half, rest)]
  factorColumns(space, left, t1)
  applyBlock(space, left, t1, a.block(0, half, m, rest), true)
  factorColumns(space, right, t2)
  // T₁₂ = −T₁ (V₁ᵀ V₂) T₂ joins the two blocks to one.
  space.temporary(() => {
    const [products, half12] = [space.matrix(half, rest), space.matrix(half, rest)]
    const [top, below] = partsOfV(space, right)
    space.multiply(products, a.block(half, 0, rest, half), top, { transposeA: true })
    const lower = a.block(n, 0, m - n, half)
    space.multiply(products, lower, below, { transposeA: true, accumulate: true })
    space.multiply(half12, t1, products)
    space.multiply(t.block(0, half, half, rest), half12, t2, { alpha: -1 })
    t.block(half, 0, rest, half).fill(0)
  })
}

/** The factors whose reflectors stand below the diagonal of A, with their τ, 1 × min(m, n). */
export const blocksFromReflectors = (space: Workspace<"f64">, a: Matrix<"f64">, taus: Matrix<"f64">): QrFactors => {
  const k = taus.columns
  const result = { factors: a, blocks: space.matrix(Math.min(BLOCK, k), k) }
  for (const { first, v, t } of blocksOf(result)) joinReflectors(space, v, taus.block(0, first, 1, v.columns), t)
  return result
}

/** T of the reflectors in V. */
const joinReflectors = (space: Workspace<"f64">, v: Matrix<"f64">, taus: Matrix<"f64">, t: Matrix<"f64">): void =>
  space.temporary(() => {
    const k = v.columns
    const products = space.matrix(k, k)
    const [top, below] = partsOfV(space, v)
    space.multiply(products, top, top, { transposeA: true })
    space.multiply(products, below, below, { transposeA: true, accumulate: true })
    const { joinReflectors: join } = space.module<QrKernel>(QR_WASM)
    join(k, taus.address, products.address, products.stride, t.address, t.stride, space.scratch)
  })

/** V in two parts: the unit lower triangle at its top, a copy with its ones and zeros, and what stands below. */
const partsOfV = (space: Workspace<"f64">, v: Matrix<"f64">): readonly [Matrix<"f64">, Matrix<"f64">] => {
  const k = v.columns
  const top = space.matrix(k, k)
  for (let i = 0; i < k; i++) {
    const row = top.row(i)
    row.set(v.row(i).subarray(0, i))
    row[i] = 1
  }
  return [top, v.block(k, 0, v.rows - k, k)]
}

/** C ← (I − V T Vᵀ) C, or with Tᵀ when `transpose`. */
const applyBlock = (
  space: Workspace<"f64">,
  v: Matrix<"f64">,
  t: Matrix<"f64">,
  c: Matrix<"f64">,
  transpose: boolean
): void =>
  space.temporary(() => {
    const k = v.columns
    const [products, combined] = [space.matrix(k, c.columns), space.matrix(k, c.columns)]
    const [top, below] = partsOfV(space, v)
    const [above, rest] = [c.block(0, 0, k, c.columns), c.block(k, 0, c.rows - k, c.columns)]
    space.multiply(products, top, above, { transposeA: true })
    space.multiply(products, below, rest, { transposeA: true, accumulate: true })
    space.multiply(combined, t, products, { transposeA: transpose })
    space.multiply(above, top, combined, { alpha: -1, accumulate: true })
    space.multiply(rest, below, combined, { alpha: -1, accumulate: true })
  })

/**
 * C ← Q C, or Qᵀ C when `transpose`, for the m × m matrix Q.
 *
 * Cost: 4 m k flops a column. Infinities and NaN in C stay in their columns. Throws `RangeError` when C has other rows.
 */
export const applyQ = (
  space: Workspace<"f64">,
  qr: QrFactors,
  c: Matrix<"f64">,
  { transpose = false }: { readonly transpose?: boolean } = {}
): void => {
  if (c.rows !== qr.factors.rows) throw new RangeError(`Q has order ${qr.factors.rows}, and C has ${c.rows} rows`)
  const blocks = blocksOf(qr)
  for (const { first, v, t } of transpose ? blocks : blocks.toReversed()) {
    applyBlock(space, v, t, c.block(first, 0, c.rows - first, c.columns), transpose)
  }
}

/** The first columns of Q into C, m × columns. */
export const formQ = (space: Workspace<"f64">, qr: QrFactors, c: Matrix<"f64">): void => {
  c.fill(0)
  for (let i = 0; i < Math.min(c.rows, c.columns); i++) c.row(i)[i] = 1
  applyQ(space, qr, c)
}
