/** Normals of hyperplanes through the origin: rows of a matrix, and what an arrangement of them asks of these. */
import { multiply } from "../math/linear/Gemm.ts"
import { svd } from "../math/linear/Svd.ts"
import { dot, length } from "../math/linear/Vector.ts"

/** Rows of one length, and for each how many it has. */
export interface Rows {
  readonly data: Float64Array
  readonly count: number
  readonly dimension: number
}

/** What is this much smaller than its row lies in a hyperplane. */
const FLAT = 1e-11

export const rowOf = ({ data, dimension }: Rows, i: number): Float64Array =>
  data.subarray(i * dimension, (i + 1) * dimension)

/** The points in coordinates of the space that they span. */
export const inRowSpace = (x: Rows, rank: number): Rows => {
  if (rank === x.dimension) return x
  const basis = svd(x.data, x.count, x.dimension).right.subarray(0, rank * x.dimension)
  const data = multiply(x.data, basis, x.count, rank, x.dimension, { transposeB: true })
  return { data, count: x.count, dimension: rank }
}

/** Some rows, each brought to length 1. */
export const normalised = (rows: Rows, which: ReadonlyArray<number>): Rows => {
  const data = new Float64Array(which.length * rows.dimension)
  for (const [at, i] of which.entries()) {
    const row = rowOf(rows, i)
    const size = length(row)
    data.set(
      row.map((element) => element / size),
      at * rows.dimension
    )
  }
  return { data, count: which.length, dimension: rows.dimension }
}

/** Rows of length 1, where those that are parallel to an earlier one stand for it or its opposite. */
export interface Classes {
  readonly rows: Rows
  /** For each row its class, and whether it has the direction of it. */
  readonly classOf: Int32Array
  readonly isAlike: Uint8Array
}

export const classify = (rows: Rows): Classes => {
  const { count, dimension } = rows
  const [classOf, isAlike] = [new Int32Array(count), new Uint8Array(count)]
  const first: Array<number> = []
  for (let i = 0; i < count; i++) {
    const row = rowOf(rows, i)
    let [found, cosine] = [-1, 0]
    for (let c = 0; c < first.length && found === -1; c++) {
      cosine = dot(row, rowOf(rows, first[c]!))
      if (Math.abs(cosine) > 0.9 && sineOf(row, rowOf(rows, first[c]!), cosine) < FLAT) found = c
    }
    classOf[i] = found === -1 ? first.push(i) - 1 : found
    isAlike[i] = found === -1 || cosine > 0 ? 1 : 0
  }
  const data = new Float64Array(first.length * dimension)
  for (const [c, i] of first.entries()) data.set(rowOf(rows, i), c * dimension)
  return { rows: { data, count: first.length, dimension }, classOf, isAlike }
}

/** |x − cos · y|. */
const sineOf = (x: Float64Array, y: Float64Array, cosine: number): number => {
  let sum = 0
  for (let k = 0; k < x.length; k++) sum += (x[k]! - cosine * y[k]!) ** 2
  return Math.sqrt(sum)
}

/** An orthonormal basis of the vectors orthogonal to one of length 1: rows of a reflection that takes it to an axis. */
export const complementOf = (normal: Float64Array): Float64Array => {
  const d = normal.length
  const v = normal.slice()
  v[0]! += normal[0]! >= 0 ? 1 : -1
  const factor = 2 / dot(v, v)
  const basis = new Float64Array((d - 1) * d)
  for (let r = 1; r < d; r++) {
    for (let k = 0; k < d; k++) basis[(r - 1) * d + k] = (r === k ? 1 : 0) - factor * v[r]! * v[k]!
  }
  return basis
}

/** The rows in coordinates of a basis. */
export const restricted = ({ data, count, dimension }: Rows, basis: Float64Array): Rows => {
  const inner = dimension - 1
  const result = new Float64Array(count * inner)
  for (let i = 0; i < count; i++) {
    for (let r = 0; r < inner; r++) {
      let sum = 0
      for (let k = 0; k < dimension; k++) sum += data[i * dimension + k]! * basis[r * dimension + k]!
      result[i * inner + r] = sum
    }
  }
  return { data: result, count, dimension: inner }
}
