/**
 * A = Q T Qᵀ with a tridiagonal T, by blocks of Householder reflections.
 *
 * Half of the work is the product of the matrix with the vector of each reflection, half are updates of rank twice the
 * block as matrix products. Source: Dongarra, Sorensen and Hammarling, Block Reduction of Matrices to Condensed Forms
 * for Eigenvalue Computations, J. Comput. Appl. Math. 27 (1989).
 */
import type { Arena } from "./Arena.ts"
import { BLOCK, makeReflection, type Reflections } from "./reflectors.ts"

/** Rows of the lower triangle that one product updates, with the part of the upper that lies between. */
const STRIPE = 96

export interface Tridiagonal {
  readonly diagonal: Float64Array
  /** Element i couples i and i + 1. */
  readonly off: Float64Array
}

export interface TridiagonalReduction extends Tridiagonal {
  readonly reflections: Reflections
}

/** Places for `reduceToTridiagonal`. */
export interface ReductionScratch {
  /** (n − 1) × n zeros, for the reflections. */
  readonly reflections: number
  readonly panel: number
  readonly coefficients: number
}

export const reductionScratch = (arena: Arena, n: number): ReductionScratch => ({
  reflections: arena.place((n - 1) * n),
  panel: arena.place(3 * BLOCK * n),
  coefficients: arena.place(2 * BLOCK)
})

/** Reduces the n × n matrix at `a`, of which only the lower triangle is read and which is lost. Cost: 4n³/3 flops. */
export const reduceToTridiagonal = (
  arena: Arena,
  a: number,
  n: number,
  { reflections, panel, coefficients }: ReductionScratch
): TridiagonalReduction => {
  const f = arena.floats
  const diagonal = new Float64Array(n)
  const off = new Float64Array(n - 1)
  const taus = new Float64Array(n - 1)
  for (let first = 0; first < n - 1; first += BLOCK) {
    const size = Math.min(BLOCK, n - 1 - first)
    const [v, w, again] = [panel, panel + size * n, panel + 2 * size * n]
    for (let slot = 0; slot < size; slot++) {
      // From the last row up: what is left of each lies in order.
      const i = n - 1 - first - slot
      const row = a + i * n
      updateRow(arena, row, i, n, v, w, slot, coefficients)
      diagonal[i] = f[row + i]!
      const { tau, beta } = makeReflection(f, row, i, i - 1)
      off[i - 1] = beta
      taus[first + slot] = tau
      f.copyWithin(v + slot * n, row, row + i)
      f.copyWithin(reflections + (first + slot) * n, row, row + i)
      makeCompanion(arena, a, i, n, v, w, slot, tau, coefficients)
    }
    f.copyWithin(again, v, v + size * n)
    updateTriangle(arena, a, n - first - size, n, v, w, size)
  }
  diagonal[0] = f[a]!
  const support = (first: number): readonly [number, number] => [0, n - 1 - first]
  return { diagonal, off, reflections: { at: reflections, count: n - 1, ld: n, taus, support } }
}

/** What the reflections of the panel so far, `count` of them, do to row i. */
const updateRow = (
  { kernels, floats: f }: Arena,
  row: number,
  i: number,
  n: number,
  v: number,
  w: number,
  count: number,
  coefficients: number
): void => {
  for (let slot = 0; slot < count; slot++) {
    f[coefficients + slot] = f[w + slot * n + i]!
    f[coefficients + BLOCK + slot] = f[v + slot * n + i]!
  }
  kernels.gemvTransposed(count, i + 1, -1, v, n, coefficients, row)
  kernels.gemvTransposed(count, i + 1, -1, w, n, coefficients + BLOCK, row)
}

/**
 * The w with H A H = A − v wᵀ − w vᵀ, for the reflection in `slot` and the leading i × i part as the ones before have
 * left it.
 */
const makeCompanion = (
  { kernels, floats: f }: Arena,
  a: number,
  i: number,
  n: number,
  v: number,
  w: number,
  slot: number,
  tau: number,
  coefficients: number
): void => {
  const [x, y] = [v + slot * n, w + slot * n]
  kernels.symv(i, a, n, x, y)
  kernels.gemv(slot, i, w, n, x, coefficients)
  kernels.gemv(slot, i, v, n, x, coefficients + BLOCK)
  kernels.gemvTransposed(slot, i, -1, v, n, coefficients, y)
  kernels.gemvTransposed(slot, i, -1, w, n, coefficients + BLOCK, y)
  let sum = 0
  for (let j = 0; j < i; j++) sum += f[x + j]! * f[y + j]!
  const half = (tau * sum) / 2
  for (let j = 0; j < i; j++) f[y + j] = tau * (f[y + j]! - half * f[x + j]!)
}

/** A − Vᵀ W − Wᵀ V on the lower triangle of the leading part of order `rest`; the panel holds V, W and V. */
const updateTriangle = (
  { kernels }: Arena,
  a: number,
  rest: number,
  n: number,
  v: number,
  w: number,
  size: number
): void => {
  for (let first = 0; first < rest; first += STRIPE) {
    const rows = Math.min(STRIPE, rest - first)
    const [left, right] = [
      { at: v + first, rs: 1, cs: n },
      { at: w, rs: n, cs: 1 }
    ]
    kernels.gemm(rows, first + rows, 2 * size, -1, left, right, a + first * n, n)
  }
}
