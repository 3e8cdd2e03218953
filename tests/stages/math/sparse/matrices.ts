/** Sparse matrices for tests, and what dense arithmetic says of them. */
import { type Stream, stream } from "../../../../stages/math/random/Philox.ts"
import { kronecker } from "../../../../stages/math/sparse/Product.ts"
import { fromTriplets, identity, type SparseMatrix } from "../../../../stages/math/sparse/SparseMatrix.ts"
import { add } from "../../../../stages/math/sparse/Sum.ts"

/** Random numbers of the tests of the family. */
export const dice = (name: string): Stream => stream(11, `sparse ${name}`)

export const whole = (random: Stream, from: number, to: number): number => from + random.integers(1, to - from + 1)[0]!

/** Normal entries at random places, as many as the density says; some places come twice. */
export const randomMatrix = (random: Stream, rows: number, columns: number, density: number): SparseMatrix => {
  const count = rows === 0 || columns === 0 ? 0 : Math.round(rows * columns * density)
  return fromTriplets(
    rows,
    columns,
    random.integers(count, rows),
    random.integers(count, columns),
    random.normals(count)
  )
}

/** Symmetric, and diagonally dominant with a positive diagonal. */
export const randomDefinite = (random: Stream, n: number, density: number): SparseMatrix => {
  const off = randomMatrix(random, n, n, density)
  const rows = Array.from({ length: n }, (_, i) => i)
  const sums = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    for (let p = off.starts[i]!; p < off.starts[i + 1]!; p++) {
      sums[i]! += Math.abs(off.values[p]!)
      sums[off.indices[p]!]! += Math.abs(off.values[p]!)
    }
  }
  const both = add(off, fromTriplets(n, n, columnsOf(off), rowsOf(off), off.values))
  return add(
    both,
    fromTriplets(
      n,
      n,
      rows,
      rows,
      sums.map((sum) => sum + 0.1)
    )
  )
}

const rowsOf = ({ rows, starts }: SparseMatrix): ReadonlyArray<number> =>
  Array.from({ length: rows }, (_, i) => new Array<number>(starts[i + 1]! - starts[i]!).fill(i)).flat()

const columnsOf = ({ indices }: SparseMatrix): Int32Array => indices

/** −u″ on a line with `n` inner points, without the step. */
export const laplacian = (n: number): SparseMatrix => tridiagonal(n, -1, 2, -1)

export const tridiagonal = (n: number, below: number, diagonal: number, above: number): SparseMatrix => {
  const triplets = Array.from({ length: n }, (_, i) => [
    [i, i - 1, below],
    [i, i, diagonal],
    [i, i + 1, above]
  ])
    .flat()
    .filter(([, j]) => j! >= 0 && j! < n)
  return fromTriplets(
    n,
    n,
    triplets.map(([i]) => i!),
    triplets.map(([, j]) => j!),
    triplets.map(([, , v]) => v!)
  )
}

/** −Δu on a square of n × n inner points. */
export const laplacian2d = (n: number): SparseMatrix =>
  add(kronecker(laplacian(n), identity(n)), kronecker(identity(n), laplacian(n)))

export const largest = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0)

export const largestDifference = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
  largest(Array.from(x, (value, i) => value - y[i]!))

/** A B by the definition, of dense matrices. */
export const denseProduct = (a: Float64Array, b: Float64Array, m: number, n: number, k: number): Float64Array =>
  Float64Array.from({ length: m * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n]
    let sum = 0
    for (let p = 0; p < k; p++) sum += a[i * k + p]! * b[p * n + j]!
    return sum
  })

export const denseTranspose = (a: Float64Array, rows: number, columns: number): Float64Array =>
  Float64Array.from({ length: a.length }, (_, at) => a[(at % rows) * columns + Math.floor(at / rows)]!)
