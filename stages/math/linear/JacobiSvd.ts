/**
 * The singular value decomposition by Jacobi rotations: small singular values with digits of their own.
 *
 * Sources: J. Demmel and K. Veselić, Jacobi's Method Is More Accurate than QR, SIAM J. Matrix Anal. Appl. 13 (1992); Z.
 * Drmač and K. Veselić, New Fast and Accurate Jacobi SVD Algorithm I, SIAM J. Matrix Anal. Appl. 29 (2008).
 */
import * as PivotedQr from "./PivotedQr.ts"
import { bringingBelowOne, checkedScale } from "./power-of-two.ts"
import { applyQ } from "./Qr.ts"
import { type Svd, svd } from "./Svd.ts"
import { makePeakPositive } from "./sign-of-vectors.ts"
import { transpose } from "./transpose.ts"
import { upperTriangle } from "./upper-triangle.ts"
import { dot, largest, length } from "./Vector.ts"
import type { Workspace } from "./Workspace.ts"
import { withWorkspace } from "./with-workspace.ts"

/** Sweeps over all pairs; four to eight are usual. */
const MAX_SWEEPS = 60

/**
 * As `svd`, without bases that are completed, and with each value to a relative error of n ε κ, where κ is the
 * condition of A when its rows and its columns have been scaled well: grading of rows or of columns, however steep,
 * costs nothing. Values below 1e-290 of the largest are 0.
 *
 * Rows are ordered by size, columns by pivoted QR, and rotations make the rows of R orthogonal. Cost: about 50 n³ flops
 * for n ≤ m, in plain loops: for orders up to a few hundred. Throws as `svd` does, and `RangeError` when rotations come
 * to no end, which a finite matrix never shows.
 */
export const jacobiSvd = (a: Float64Array, m: number, n: number): Svd => {
  const factor = checkedScale(a, m, n)
  if (m < n) {
    const { values, left, right } = jacobiSvd(transpose(a, m, n), n, m)
    for (let i = 0; i < m; i++) makePeakPositive(rowOf(left, i, n), rowOf(right, i, m))
    return { values, left: right, right: left }
  }
  return withWorkspace((space) => tallJacobi(space, a, m, n, factor))
}

/** Of `factor` times an m × n matrix, m ≥ n; values are those of the matrix. */
const tallJacobi = (space: Workspace<"f64">, a: Float64Array, m: number, n: number, factor: number): Svd => {
  const rows = bySize(a, m, n)
  const matrix = space.matrix(m, n)
  for (const [to, from] of rows.entries()) matrix.row(to).set(rowOf(a, from, n).map((x) => x * factor))
  const qr = PivotedQr.factorInPlace(space, matrix)
  const [w, turns] = orthogonalRows(upperTriangle(qr.factors), n)
  const lengths = Float64Array.from({ length: n }, (_, i) => length(rowOf(w, i, n)))
  const order = Array.from(lengths.keys()).sort((i, j) => lengths[j]! - lengths[i]! || i - j)

  const long = space.matrix(m, n)
  for (let i = 0; i < n; i++) long.row(i).set(order.map((j) => turns[j * n + i]!))
  applyQ(space, qr, long)
  const left = new Float64Array(n * m)
  for (const [to, from] of rows.entries()) {
    const row = long.row(to)
    for (let i = 0; i < n; i++) left[i * m + from] = row[i]!
  }
  const right = new Float64Array(n * n)
  for (const [to, from] of order.entries()) {
    if (lengths[from] === 0) continue
    for (let j = 0; j < n; j++) right[to * n + qr.order[j]!] = w[from * n + j]! / lengths[from]!
  }
  complete(right, n, order.filter((i) => lengths[i] !== 0).length)
  for (let i = 0; i < n; i++) makePeakPositive(rowOf(right, i, n), rowOf(left, i, m))
  return { values: Float64Array.from(order, (i) => lengths[i]! / factor), left, right }
}

const rowOf = (a: Float64Array, i: number, width: number): Float64Array => a.subarray(i * width, (i + 1) * width)

/** Rows by descending largest element: reflections then keep the digits of the small ones. */
const bySize = (a: Float64Array, m: number, n: number): ReadonlyArray<number> => {
  const sizes = Float64Array.from({ length: m }, (_, i) => largest(rowOf(a, i, n)))
  return Array.from(sizes.keys()).sort((i, j) => sizes[j]! - sizes[i]! || i - j)
}

/** Rows of a size below are zero: rotations of what is next to the smallest numbers come to no end. */
const NOTHING = 2 ** -980

/** Rotates pairs of the rows of W until all are orthogonal to each other: W = Jᵀ W₀, and J. */
const orthogonalRows = (w: Float64Array, n: number): readonly [w: Float64Array, j: Float64Array] => {
  const turns = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0))
  const rowsOf = (each: Float64Array) => Array.from({ length: n }, (_, i) => rowOf(each, i, n))
  const [rows, along] = [rowsOf(w), rowsOf(turns)]
  for (const row of rows) if (largest(row) < NOTHING) row.fill(0)
  // As much as round-off can make of an inner product.
  const tolerance = Number.EPSILON * n
  for (let sweep = 0, isDone = n < 2; !isDone; sweep++) {
    if (sweep === MAX_SWEEPS) throw new RangeError(`rows are not orthogonal after ${sweep} sweeps`)
    isDone = true
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        const [x, y] = [rows[p]!, rows[q]!]
        const t = tangent(x, y, tolerance)
        if (t === undefined) continue
        isDone = false
        const c = 1 / Math.sqrt(1 + t * t)
        rotate(x, y, c, c * t)
        rotate(along[p]!, along[q]!, c, c * t)
      }
    }
  }
  return [w, turns]
}

/** Squares of lengths below have lost digits. */
const SMALL_SQUARE = 2 ** -900

/** Of the angle that makes two rows orthogonal; `undefined` where they are. */
const tangent = (x: Float64Array, y: Float64Array, tolerance: number): number | undefined => {
  const [xx, yy, xy] = [dot(x, x), dot(y, y), dot(x, y)]
  if (xx < SMALL_SQUARE || yy < SMALL_SQUARE) return smallTangent(x, y, tolerance)
  if (!(Math.abs(xy) > tolerance * Math.sqrt(xx) * Math.sqrt(yy))) return undefined
  const ratio = (yy - xx) / (2 * xy)
  return (ratio >= 0 ? 1 : -1) / (Math.abs(ratio) + Math.sqrt(1 + ratio * ratio))
}

/** The same where the squares leave the range: of rows that are brought to size 1. */
const smallTangent = (x: Float64Array, y: Float64Array, tolerance: number): number | undefined => {
  const [sizeX, sizeY] = [largest(x), largest(y)]
  if (sizeX === 0 || sizeY === 0) return undefined
  const [byX, byY] = [bringingBelowOne(sizeX), bringingBelowOne(sizeY)]
  const [u, v] = [x.map((element) => element * byX), y.map((element) => element * byY)]
  const [uu, vv, uv] = [dot(u, u), dot(v, v), dot(u, v)]
  if (!(Math.abs(uv) > tolerance * Math.sqrt(uu) * Math.sqrt(vv))) return undefined
  // The ratio for x and y, its large half alone where the other is beyond the range.
  const ratio = (vv * (byX / byY) - uu * (byY / byX)) / (2 * uv)
  if (Math.abs(ratio) < 2 ** 500) return (ratio >= 0 ? 1 : -1) / (Math.abs(ratio) + Math.sqrt(1 + ratio * ratio))
  return byX < byY ? -(uv / uu) * (byX / byY) : (uv / vv) * (byY / byX)
}

/** x and y become c x − s y and s x + c y, by differences from x and y: of a small rotation little round-off comes. */
const rotate = (x: Float64Array, y: Float64Array, c: number, s: number): void => {
  const half = s / (1 + c)
  for (let k = 0; k < x.length; k++) {
    const [a, b] = [x[k]!, y[k]!]
    x[k] = a - s * (b + half * a)
    y[k] = b + s * (a - half * b)
  }
}

/** Fills the rows after the first `count` with what makes all an orthonormal basis. */
const complete = (rows: Float64Array, n: number, count: number): void => {
  if (count === n) return
  const { right } = svd(rows.slice(0, count * n), count, n, { full: true })
  rows.set(right.subarray(count * n), count * n)
}
