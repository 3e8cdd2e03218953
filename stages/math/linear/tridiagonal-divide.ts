/**
 * Divide and conquer on a symmetric tridiagonal matrix: two halves and a coupling of rank one.
 *
 * Sources: J. J. M. Cuppen, A Divide and Conquer Method for the Symmetric Tridiagonal Eigenproblem, Numerische
 * Mathematik 36 (1981); Gu and Eisenstat, A Divide-and-Conquer Algorithm for the Symmetric Tridiagonal Eigenproblem,
 * SIAM J. Matrix Anal. Appl. 16 (1995); deflation as in J. D. Rutter, LAPACK Working Note 69 (1994).
 */
import type { Arena } from "./Arena.ts"
import {
  BOTH,
  combine,
  type Deflation,
  FORGET,
  LOWER,
  mergedRows,
  placeKinds,
  sortedRows,
  UPPER
} from "./divide-and-conquer.ts"
import { type SecularScratch, secularScratch, solveSecular } from "./secular-equation.ts"
import { iterateQl } from "./tridiagonal-ql.ts"
import type { Tridiagonal } from "./tridiagonal-reduction.ts"

/** Up to this order QL is faster. */
const LEAF = 32

export interface DivideScratch {
  /** n × n for the vectors of a secular equation, and as much for the vectors that they combine. */
  readonly small: number
  readonly held: number
  readonly places: number
  readonly secular: SecularScratch
}

export const divideScratch = (arena: Arena, n: number): DivideScratch => ({
  small: arena.place(n * n),
  held: arena.place(n * n),
  places: arena.place(n),
  secular: secularScratch(arena, n)
})

/** Eigenvalue i is that of row i of the vectors; `order` lists them ascending. */
export interface TridiagonalEigen {
  readonly values: Float64Array
  readonly order: Int32Array
}

/**
 * All eigenpairs of a tridiagonal matrix whose elements are of size 1 at most; the n × n zeros at `vectors` become the
 * eigenvectors, as rows.
 *
 * Error: ε, absolute, and vectors are orthogonal as well. Cost: 4n³/3 flops as matrix products, and less the more
 * deflates.
 */
export const divideTridiagonal = (
  arena: Arena,
  { diagonal, off }: Tridiagonal,
  vectors: number,
  scratch: DivideScratch
): TridiagonalEigen => {
  const n = diagonal.length
  const task: Task = {
    arena,
    f: arena.floats,
    scratch,
    n,
    vectors,
    d: diagonal.slice(),
    off,
    order: new Int32Array(n)
  }
  divide(task, 0, n)
  return { values: task.d, order: task.order }
}

interface Task {
  readonly arena: Arena
  readonly f: Float64Array
  readonly scratch: DivideScratch
  readonly n: number
  readonly vectors: number
  /** The diagonal; of parts that are done, eigenvalues. */
  readonly d: Float64Array
  readonly off: Float64Array
  /** Of parts that are done, their rows by ascending eigenvalue. */
  readonly order: Int32Array
}

const divide = (task: Task, from: number, to: number): void => {
  if (to - from <= LEAF) {
    solveLeaf(task, from, to)
    return
  }
  const middle = (from + to) >>> 1
  const coupling = task.off[middle - 1]!
  task.d[middle - 1]! -= Math.abs(coupling)
  task.d[middle]! -= Math.abs(coupling)
  divide(task, from, middle)
  divide(task, middle, to)
  merge(task, from, middle, to, coupling)
}

const solveLeaf = ({ f, n, vectors, d, off, order }: Task, from: number, to: number): void => {
  const size = to - from
  const z = new Float64Array(size * size)
  for (let i = 0; i < size; i++) z[i * (size + 1)] = 1
  const e = new Float64Array(size)
  e.set(off.subarray(from, to - 1))
  iterateQl(d.subarray(from, to), e, z)
  for (let i = 0; i < size; i++) f.set(z.subarray(i * size, (i + 1) * size), vectors + (from + i) * n + from)
  order.subarray(from, to).set(sortedRows(d, from, to))
}

const merge = (task: Task, from: number, middle: number, to: number, coupling: number): void => {
  const { arena, scratch, n, vectors, d, order } = task
  const rows = mergedRows(task, [from, middle], [middle, to])
  const deflation = deflate(task, rows, from, middle, to, coupling)
  const { kept, gone } = deflation
  const count = kept.length
  if (count > 0) {
    const { origins, shifts } = solveKept(task, deflation, coupling)
    const values = Float64Array.from(shifts, (shift, i) => d[kept[origins[i]!]!]! + shift)
    const goneValues = gone.map((row) => d[row]!)
    const { held, places, small } = scratch
    const sizes = placeKinds(arena, places, deflation)
    makeSmallVectors(task, count)
    const parts = { upper: [from, middle], lower: [middle, to] } as const
    combine(arena, deflation, { at: vectors, ld: n }, { small, places, sizes, held, ...parts })
    d.set(values, from)
    d.set(goneValues, from + count)
  }
  order.subarray(from, to).set(sortedRows(d, from, to))
}

/**
 * Sets aside what is an eigenpair already: rows that the coupling does not reach, and one of each two of the same
 * value.
 */
const deflate = (
  task: Task,
  rows: Int32Array,
  from: number,
  middle: number,
  to: number,
  coupling: number
): Deflation => {
  const { arena, f, n, vectors, d } = task
  const kinds = Uint8Array.from({ length: to - from }, (_, i) => (from + i < middle ? UPPER : LOWER))
  const z = new Float64Array(to - from)
  let [size, largest] = [0, 0]
  for (let row = from; row < to; row++) {
    const isUpper = row < middle
    const element = f[vectors + row * n + (isUpper ? middle - 1 : middle)]! * Math.SQRT1_2
    z[row - from] = isUpper || coupling >= 0 ? element : -element
    size = Math.max(size, Math.abs(d[row]!), Math.abs(element))
    largest = Math.max(largest, Math.abs(element))
  }
  const rho = 2 * Math.abs(coupling)
  const tolerance = FORGET * size
  const kept: Array<number> = []
  const gone: Array<number> = []
  let last = -1
  for (const row of rows) {
    if (rho * Math.abs(z[row - from]!) <= tolerance) {
      gone.push(row)
      continue
    }
    if (last >= 0) {
      const [x, y] = [z[last - from]!, z[row - from]!]
      const length = Math.sqrt(x * x + y * y)
      const [c, s] = [y / length, -x / length]
      const gap = d[row]! - d[last]!
      if (Math.abs(gap * c * s) <= tolerance) {
        z[row - from] = length
        if (kinds[last - from] !== kinds[row - from]) kinds[last - from] = kinds[row - from] = BOTH
        const [p, q] = [vectors + last * n + from, vectors + row * n + from]
        arena.kernels.rotate(to - from, p, q, c, s)
        const [dp, dq] = [d[last]!, d[row]!]
        d[row] = dp * s * s + dq * c * c
        d[last] = dp * c * c + dq * s * s
        gone.push(last)
        last = row
        continue
      }
      kept.push(last)
    }
    last = row
  }
  if (last >= 0) kept.push(last)
  return { from, to, kept, z: kept.map((row) => z[row - from]!), gone, kinds }
}

const solveKept = ({ arena, f, scratch, d }: Task, { kept, z }: Deflation, coupling: number) => {
  const { secular, small } = scratch
  for (const [at, row] of kept.entries()) {
    f[secular.d + at] = d[row]!
    f[secular.z + at] = z[at]!
  }
  const problem = { arena, scratch: secular, count: kept.length, rho: 2 * Math.abs(coupling), isSquared: false }
  return solveSecular(problem, small)
}

/**
 * Makes each row dⱼ − λ of the secular equation the vector zⱼ / (dⱼ − λ) of length 1, by kind of the rows that it
 * combines.
 */
const makeSmallVectors = ({ arena, scratch }: Task, count: number): void => {
  const { small, places, secular } = scratch
  for (let i = 0; i < count; i++) {
    const row = small + i * count
    arena.kernels.ratios(count, secular.z, row, secular.gaps)
    arena.kernels.scatterUnit(count, secular.gaps, places, row)
  }
}
