/**
 * Householder reflections H = 1 − τ v vᵀ, and products of many of them as matrix products.
 *
 * Source: Golub and Van Loan, 4th ed., sections 5.1 and 5.2.3; Schreiber and Van Loan, A Storage-Efficient WY
 * Representation for Products of Householder Transformations, SIAM J. Sci. Stat. Comput. 10 (1989).
 */
import type { Arena } from "./Arena.ts"

/** Reflections of one block: more make better products, and more work on their triangles. */
export const BLOCK = 48

/** What numbers of size 1 at most are multiplied by, so that a sum of their squares loses no digits, down to the smallest. */
const raiseFor = (size: number): number => (size < 2 ** -900 ? 2 ** 1000 : size < 2 ** -400 ? 2 ** 500 : 1)

export interface Reflection {
  readonly tau: number
  /** What is left of x: H x = beta e. */
  readonly beta: number
}

/**
 * Turns the `count` elements x at a place into the v of a reflection, with v = 1 at `pivot`, that leaves of x nothing
 * but that element.
 */
export const makeReflection = (f: Float64Array, at: number, count: number, pivot: number): Reflection => {
  const x = f.subarray(at, at + count)
  const alpha = x[pivot]!
  x[pivot] = 0
  let largest = 0
  for (let j = 0; j < count; j++) largest = Math.max(largest, Math.abs(x[j]!))
  if (largest === 0) {
    x[pivot] = 1
    return { tau: 0, beta: alpha }
  }
  const factor = raiseFor(Math.max(largest, Math.abs(alpha)))
  const raised = alpha * factor
  const length = Math.sqrt(raised * raised + sumOfSquares(x, factor))
  const beta = raised >= 0 ? -length : length
  for (let j = 0; j < count; j++) x[j] = (x[j]! * factor) / (raised - beta)
  x[pivot] = 1
  return { tau: (beta - raised) / beta, beta: beta / factor }
}

/**
 * Elements that are summed on their own: errors of sums of many equal terms, all of one sign, would show in how
 * orthogonal H is.
 */
const RUN = 32

const sumOfSquares = (x: Float64Array, factor: number): number => {
  let sum = 0
  for (let from = 0; from < x.length; from += RUN) {
    let part = 0
    for (let j = from, to = Math.min(x.length, from + RUN); j < to; j++) part += (x[j]! * factor) ** 2
    sum += part
  }
  return sum
}

/**
 * Reflections v₀, v₁, … as the rows of a matrix: Q = H₀ H₁ ⋯. Each is zero outside of what `support` gives for the
 * first of a block.
 */
export interface Reflections {
  readonly at: number
  readonly count: number
  readonly ld: number
  readonly taus: Float64Array
  readonly support: (first: number) => readonly [from: number, to: number]
}

/** Scratch memory for `applyReflections` to vectors of `length` elements, `rows` of them. */
export const reflectionScratch = (arena: Arena, rows: number, length: number): ReflectionScratch => ({
  products: arena.place(rows * BLOCK),
  combined: arena.place(BLOCK * length),
  gram: arena.place(BLOCK * BLOCK),
  triangle: arena.place(BLOCK * BLOCK)
})

export interface ReflectionScratch {
  readonly products: number
  readonly combined: number
  readonly gram: number
  readonly triangle: number
}

/** Each of the rows x, `ldx` apart, becomes Q x. Cost: 4 flops an element of x and of the support of a reflection. */
export const applyReflections = (
  arena: Arena,
  reflections: Reflections,
  x: number,
  rows: number,
  ldx: number,
  scratch: ReflectionScratch
): void => {
  const { kernels, floats } = arena
  const { at, count, ld, support } = reflections
  const { products, combined } = scratch
  for (let first = BLOCK * Math.floor((count - 1) / BLOCK); first >= 0; first -= BLOCK) {
    const size = Math.min(BLOCK, count - first)
    const [from, to] = support(first)
    const width = to - from
    const v = at + first * ld + from
    makeTriangle(arena, reflections, first, size, scratch)
    floats.fill(0, combined, combined + size * width)
    kernels.gemm(
      size,
      width,
      size,
      1,
      { at: scratch.triangle, rs: 1, cs: size },
      { at: v, rs: ld, cs: 1 },
      combined,
      width
    )
    floats.fill(0, products, products + rows * size)
    kernels.gemm(rows, size, width, 1, { at: x + from, rs: ldx, cs: 1 }, { at: v, rs: 1, cs: ld }, products, size)
    kernels.gemm(
      rows,
      width,
      size,
      -1,
      { at: products, rs: size, cs: 1 },
      { at: combined, rs: width, cs: 1 },
      x + from,
      ldx
    )
  }
}

/** The upper triangle T with H_first H_first+1 ⋯ = 1 − Vᵀ T V, size × size. */
const makeTriangle = (
  { kernels, floats: f }: Arena,
  { at, ld, taus, support }: Reflections,
  first: number,
  size: number,
  { gram, triangle }: ReflectionScratch
): void => {
  const [from, to] = support(first)
  const v = at + first * ld + from
  f.fill(0, gram, gram + size * size)
  kernels.gemm(size, size, to - from, 1, { at: v, rs: ld, cs: 1 }, { at: v, rs: 1, cs: ld }, gram, size)
  f.fill(0, triangle, triangle + size * size)
  for (let j = 0; j < size; j++) {
    const tau = taus[first + j]!
    for (let i = 0; i < j; i++) {
      let sum = 0
      for (let k = i; k < j; k++) sum += f[triangle + i * size + k]! * f[gram + k * size + j]!
      f[triangle + i * size + j] = -tau * sum
    }
    f[triangle + j * size + j] = tau
  }
}
