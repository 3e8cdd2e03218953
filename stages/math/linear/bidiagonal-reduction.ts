/**
 * A = Q B Pᵀ with an upper bidiagonal B, by blocks of Householder reflections from both sides.
 *
 * Half of the work are products of the matrix and of its transpose with the vectors of the reflections, half are
 * updates of rank twice the block as matrix products. Sources: Golub and Kahan, Calculating the Singular Values and
 * Pseudo-Inverse of a Matrix, SIAM J. Numer. Anal. 2 (1965); Dongarra, Sorensen and Hammarling, J. Comput. Appl. Math.
 * 27 (1989).
 */
import type { Arena } from "./Arena.ts"
import { BLOCK, makeReflection, type Reflections } from "./reflectors.ts"

export interface Bidiagonal {
  readonly diagonal: Float64Array
  /** Element i lies on the right of diagonal element i. */
  readonly off: Float64Array
}

export interface BidiagonalReduction extends Bidiagonal {
  readonly left: Reflections
  readonly right: Reflections
}

/** Places for `reduceToBidiagonal`. */
export interface BidiagonalScratch {
  /** n × m and n × n zeros, for the reflections. */
  readonly left: number
  readonly right: number
  /** What a block has done to the matrix is VᵀY + XᵀU: V and X, and Y and U. */
  readonly columns: number
  readonly rows: number
  readonly coefficients: number
}

export const bidiagonalScratch = (arena: Arena, m: number, n: number): BidiagonalScratch => ({
  left: arena.place(n * m),
  right: arena.place(n * n),
  columns: arena.place(2 * BLOCK * m),
  rows: arena.place(2 * BLOCK * n),
  coefficients: arena.place(2 * BLOCK)
})

/** Reduces the m × n matrix at `a`, m ≥ n, which is lost. Cost: 4mn² − 4n³/3 flops. */
export const reduceToBidiagonal = (
  arena: Arena,
  a: number,
  m: number,
  n: number,
  scratch: BidiagonalScratch
): BidiagonalReduction => {
  const diagonal = new Float64Array(n)
  const off = new Float64Array(Math.max(0, n - 1))
  const taus = [new Float64Array(n), new Float64Array(n)] as const
  for (let first = 0; first < n; first += BLOCK) {
    const size = Math.min(BLOCK, n - first)
    const panel: Panel = {
      arena,
      f: arena.floats,
      a,
      m,
      n,
      v: scratch.columns,
      x: scratch.columns + size * m,
      y: scratch.rows,
      u: scratch.rows + size * n,
      first: scratch.coefficients,
      second: scratch.coefficients + BLOCK
    }
    for (let slot = 0; slot < size; slot++) {
      const i = first + slot
      const column = reduceColumn(panel, slot, i, scratch.left + i * m)
      diagonal[i] = column.beta
      taus[0][i] = column.tau
      if (i === n - 1) break
      const row = reduceRow(panel, slot, i, column.tau, scratch.right + i * n)
      off[i] = row.beta
      taus[1][i] = row.tau
    }
    const end = first + size
    const [columns, rows] = [
      { at: panel.v + end, rs: 1, cs: m },
      { at: panel.y + end, rs: n, cs: 1 }
    ]
    arena.kernels.gemm(m - end, n - end, 2 * size, -1, columns, rows, a + end * n + end, n)
  }
  return {
    diagonal,
    off,
    left: { at: scratch.left, count: n, ld: m, taus: taus[0], support: (first) => [first, m] },
    right: { at: scratch.right, count: Math.max(0, n - 1), ld: n, taus: taus[1], support: (first) => [first + 1, n] }
  }
}

interface Panel {
  readonly arena: Arena
  readonly f: Float64Array
  readonly a: number
  readonly m: number
  readonly n: number
  readonly v: number
  readonly x: number
  readonly y: number
  readonly u: number
  readonly first: number
  readonly second: number
}

/** Reflects column i, as the panel so far has left it, onto its diagonal element; the vector goes to `to` and to V. */
const reduceColumn = ({ arena, f, a, m, n, v, x, y, u, first, second }: Panel, slot: number, i: number, to: number) => {
  const { gemvTransposed } = arena.kernels
  for (let row = i; row < m; row++) f[to + row] = f[a + row * n + i]!
  for (let s = 0; s < slot; s++) {
    f[first + s] = f[y + s * n + i]!
    f[second + s] = f[u + s * n + i]!
  }
  gemvTransposed(slot, m - i, -1, v + i, m, first, to + i)
  gemvTransposed(slot, m - i, -1, x + i, m, second, to + i)
  const reflection = makeReflection(f, to + i, m - i, 0)
  f.copyWithin(v + slot * m + i, to + i, to + m)
  return reflection
}

/**
 * Reflects row i, after the reflection of its column, onto the element beside the diagonal; the vector goes to `to` and
 * to U.
 */
const reduceRow = (panel: Panel, slot: number, i: number, tau: number, to: number) => {
  const { arena, f, a, m, n, v, x, y, u, first, second } = panel
  const { gemv, gemvTransposed } = arena.kernels
  const [next, width] = [i + 1, n - i - 1]
  const vector = v + slot * m + i
  const image = y + slot * n + next
  f.fill(0, image, image + width)
  gemvTransposed(m - i, width, 1, a + i * n + next, n, vector, image)
  gemv(slot, m - i, v + i, m, vector, first)
  gemvTransposed(slot, width, -1, y + next, n, first, image)
  gemv(slot, m - i, x + i, m, vector, first)
  gemvTransposed(slot, width, -1, u + next, n, first, image)
  scale(f, image, width, tau)

  const row = a + i * n + next
  for (let s = 0; s <= slot; s++) {
    f[first + s] = f[v + s * m + i]!
    f[second + s] = f[x + s * m + i]!
  }
  gemvTransposed(slot + 1, width, -1, y + next, n, first, row)
  gemvTransposed(slot, width, -1, u + next, n, second, row)
  const reflection = makeReflection(f, row, width, 0)
  f.copyWithin(to + next, row, row + width)
  f.copyWithin(u + slot * n + next, row, row + width)

  const below = x + slot * m + next
  gemv(m - next, width, a + next * n + next, n, row, below)
  gemv(slot + 1, width, y + next, n, row, first)
  gemvTransposed(slot + 1, m - next, -1, v + next, m, first, below)
  gemv(slot, width, u + next, n, row, first)
  gemvTransposed(slot, m - next, -1, x + next, m, first, below)
  scale(f, below, m - next, reflection.tau)
  return reflection
}

const scale = (f: Float64Array, at: number, count: number, by: number): void => {
  for (let j = at; j < at + count; j++) f[j]! *= by
}
