/** Eigenvalues and eigenvectors of symmetric matrices. */
import { Data } from "effect"
import { type Arena, inArena, type MakeKernels } from "./Arena.ts"
import { checkedScale } from "./power-of-two.ts"
import { applyReflections, reflectionScratch } from "./reflectors.ts"
import { makePeakPositive } from "./sign-of-vectors.ts"
import { transpose } from "./transpose.ts"
import { accumulateReflections, tridiagonalise } from "./tridiagonal-direct.ts"
import { divideScratch, divideTridiagonal } from "./tridiagonal-divide.ts"
import { iterateQl } from "./tridiagonal-ql.ts"
import { reduceToTridiagonal, reductionScratch, type Tridiagonal } from "./tridiagonal-reduction.ts"

export interface Eigen {
  /** Descending. */
  readonly values: Float64Array
  /** Row i is the unit eigenvector of value i; its component of largest magnitude is positive. */
  readonly vectors: Float64Array
}

/** Up to this order plain loops are faster than blocks. */
const SMALL = 64

/**
 * All eigenpairs of a symmetric n × n matrix, row-major; only its lower triangle is read.
 *
 * Householder tridiagonalisation by blocks, then divide and conquer; up to order 64 without blocks, then implicit QL.
 * Error: values to a small multiple of ε ‖A‖, and vectors orthogonal to as much, also of values that lie together.
 * Cost: 9n³ flops at most, of which all but 2n³/3 are matrix products. Up to n = 10 000, which takes 4 GiB. Sources:
 * see `tridiagonal-reduction.ts` and `tridiagonal-divide.ts`. Throws `NotFinite` when an element is NaN or infinite.
 */
export const eigen = (a: Float64Array, n: number, makeKernels?: MakeKernels): Eigen => {
  const scale = checkedScale(a, n, n, "lower")
  const { values, vectors } =
    n <= SMALL ? smallEigen(a, n, scale) : inArena((arena) => blockedEigen(arena, a, n, scale), makeKernels)
  return { values: values.map((value) => value / scale), vectors }
}

/** The eigenvalues alone, descending: as `eigen`, but 4n³/3 flops. */
export const eigenvalues = (a: Float64Array, n: number, makeKernels?: MakeKernels): Float64Array => {
  const scale = checkedScale(a, n, n, "lower")
  const { diagonal, off } =
    n <= SMALL ? smallTridiagonal(a, n, scale) : inArena((arena) => blockedTridiagonal(arena, a, n, scale), makeKernels)
  iterateQl(diagonal, off)
  return diagonal.map((value) => value / scale).sort((x, y) => y - x)
}

/** The tridiagonal matrix, `off` with an element more than it has, as QL asks for. */
const smallTridiagonal = (a: Float64Array, n: number, scale: number): Tridiagonal => {
  const q = filled(a, n, scale)
  const off = new Float64Array(n)
  tridiagonalise(q, n, new Float64Array(n), off)
  off.copyWithin(0, 1)
  return { diagonal: Float64Array.from({ length: n }, (_, i) => q[i * (n + 1)]!), off }
}

const blockedTridiagonal = (arena: Arena, a: Float64Array, n: number, scale: number): Tridiagonal => {
  const matrix = arena.place(n * n)
  const scratch = reductionScratch(arena, n)
  fillLower(arena.floats.subarray(matrix), a, n, scale)
  const { diagonal, off } = reduceToTridiagonal(arena, matrix, n, scratch)
  return { diagonal, off: Float64Array.from({ length: n }, (_, i) => off[i] ?? 0) }
}

const smallEigen = (a: Float64Array, n: number, scale: number): Eigen => {
  const q = filled(a, n, scale)
  const diagonal = new Float64Array(n)
  const off = new Float64Array(n)
  tridiagonalise(q, n, diagonal, off)
  accumulateReflections(q, n, diagonal)
  // QL rotates columns; as rows of the transpose they lie in order.
  const vectors = transpose(q, n, n)
  off.copyWithin(0, 1)
  iterateQl(diagonal, off, vectors)
  const order = Array.from(diagonal.keys()).sort((i, j) => diagonal[j]! - diagonal[i]! || i - j)
  return inOrder(diagonal, vectors, order)
}

const filled = (a: Float64Array, n: number, scale: number): Float64Array => {
  const q = new Float64Array(n * n)
  fillLower(q, a, n, scale)
  return q
}

const fillLower = (to: Float64Array, a: Float64Array, n: number, scale: number): void => {
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) to[i * n + j] = a[i * n + j]! * scale
}

const blockedEigen = (arena: Arena, a: Float64Array, n: number, scale: number): Eigen => {
  const vectors = arena.place(n * n)
  const divide = divideScratch(arena, n)
  const reduction = reductionScratch(arena, n)
  const reflection = reflectionScratch(arena, n, n)
  // The matrix is done with when the vectors of the secular equations need a place.
  fillLower(arena.floats.subarray(divide.small), a, n, scale)
  const { reflections, ...tridiagonal } = reduceToTridiagonal(arena, divide.small, n, reduction)
  const { values, order } = divideTridiagonal(arena, tridiagonal, vectors, divide)
  applyReflections(arena, reflections, vectors, n, n, reflection)
  return inOrder(values, arena.floats.subarray(vectors, vectors + n * n), Array.from(order).reverse())
}

const inOrder = (values: Float64Array, vectors: Float64Array, order: ReadonlyArray<number>): Eigen => {
  const n = order.length
  const result = { values: new Float64Array(n), vectors: new Float64Array(n * n) }
  for (const [row, from] of order.entries()) {
    result.values[row] = values[from]!
    result.vectors.set(vectors.subarray(from * n, (from + 1) * n), row * n)
    makePeakPositive(result.vectors.subarray(row * n, (row + 1) * n))
  }
  return result
}

export interface PowerOptions {
  /** Relative residual |Av − λv| / |λ₁| at which a pair is accepted. */
  readonly tolerance?: number
  readonly maxIterations?: number
}

/** Power iteration came to no eigenpair: two of nearly one size lie there, or the matrix holds what is no number. */
export class NoEigenpair extends Data.TaggedError("NoEigenpair")<{
  /** Counted from 0. */
  readonly index: number
  /** |Av − λv| / |λ₁| at the end. */
  readonly residual: number
  readonly iterations: number
}> {
  override get message(): string {
    return `eigenpair ${this.index} has a relative residual of ${this.residual} after ${this.iterations} iterations`
  }
}

/**
 * The `count` leading eigenpairs of a symmetric positive semidefinite matrix, by power iteration with deflation: what the
 * NTK paper uses (section 6.3).
 *
 * Starts from vectors of a fixed pattern, so that the result is a function of the matrix. Cost: 2n² flops an iteration.
 * Throws `NoEigenpair` when a pair has not converged after `maxIterations` (10 000), `RangeError` when the array has another length.
 */
export const leading = (
  a: Float64Array,
  n: number,
  count: number,
  { tolerance = 1e-12, maxIterations = 10_000 }: PowerOptions = {}
): Eigen => {
  if (a.length !== n * n) throw new RangeError(`${a.length} elements do not fill ${n}×${n}`)
  const values = new Float64Array(count)
  const vectors = new Float64Array(count * n)
  for (let index = 0; index < count; index++) {
    const found = vectors.subarray(0, index * n)
    let v: Float64Array = Float64Array.from({ length: n }, (_, i) => 1 + ((i * 37 + index * 61) % 17) / 17)
    for (let iteration = 0; ; iteration++) {
      v = unit(withoutRows(v, found))
      const product = withoutRows(timesVector(a, v), found)
      const value = dot(v, product)
      values[index] = value
      const residual = Math.sqrt(product.reduce((sum, x, i) => sum + (x - value * v[i]!) ** 2, 0))
      if (residual <= tolerance * Math.abs(values[0]!)) break
      if (iteration === maxIterations) {
        throw new NoEigenpair({ index, residual: residual / Math.abs(values[0]!), iterations: iteration })
      }
      v = product
    }
    makePeakPositive(v)
    vectors.set(v, index * n)
  }
  return { values, vectors }
}

const dot = (x: Float64Array, y: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!
  return sum
}

const unit = (x: Float64Array): Float64Array => {
  const length = Math.sqrt(dot(x, x))
  return x.map((component) => component / length)
}

const timesVector = (a: Float64Array, x: Float64Array): Float64Array => {
  const n = x.length
  return Float64Array.from({ length: n }, (_, i) => dot(a.subarray(i * n, (i + 1) * n), x))
}

/** x without its components along the rows of an orthonormal set. */
const withoutRows = (x: Float64Array, rows: Float64Array): Float64Array => {
  const n = x.length
  let rest: Float64Array = x
  for (let start = 0; start < rows.length; start += n) {
    const row = rows.subarray(start, start + n)
    const component = dot(rest, row)
    rest = rest.map((value, i) => value - component * row[i]!)
  }
  return rest
}
