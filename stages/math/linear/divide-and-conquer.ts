/**
 * What dividing a tridiagonal and a bidiagonal matrix have in common: rows of vectors in two parts, some of which are
 * set aside and the others combined, without the zeros that each part has in the columns of the other.
 *
 * Source: Gu and Eisenstat, A Divide-and-Conquer Algorithm for the Symmetric Tridiagonal Eigenproblem, SIAM J. Matrix
 * Anal. Appl. 16 (1995); the order by kinds as in LAPACK's dlaed3 and dlasd3.
 */
import type { Arena } from "./Arena.ts"

/** Half a unit in the last place of 1, eight times: what a merge may forget, relative to its matrix. */
export const FORGET = 4 * Number.EPSILON

/** In which part a row of vectors has its elements: where a rotation has mixed two rows, in both. */
export const UPPER = 0
export const BOTH = 1
export const LOWER = 2

/** Where rows of vectors lie. */
export interface VectorRows {
  readonly at: number
  readonly ld: number
}

/** What a merge of the rows from … to − 1 has found. */
export interface Deflation {
  readonly from: number
  readonly to: number
  /** Rows that the secular equation is about, by ascending pole. */
  readonly kept: ReadonlyArray<number>
  /** Elements of z that belong to them. */
  readonly z: ReadonlyArray<number>
  /** Rows that are set aside: each is a vector of the whole already. */
  readonly gone: ReadonlyArray<number>
  /** By row, from the first of the part. */
  readonly kinds: Uint8Array
}

/** Rows from … to − 1 by ascending value; of equals, the first comes first. */
export const sortedRows = (d: Float64Array, from: number, to: number): Int32Array =>
  Int32Array.from({ length: to - from }, (_, i) => from + i).sort((i, j) => d[i]! - d[j]! || i - j)

/** Rows from … end − 1 and next … to − 1 by ascending value, where `order` lists each part so. */
export const mergedRows = (
  { d, order }: { readonly d: Float64Array; readonly order: Int32Array },
  [from, end]: readonly [number, number],
  [next, to]: readonly [number, number]
): Int32Array => {
  const rows = new Int32Array(end - from + to - next)
  let [i, j] = [from, next]
  for (let at = 0; at < rows.length; at++) {
    const isFirst = j === to || (i < end && d[order[i]!]! <= d[order[j]!]!)
    rows[at] = isFirst ? order[i++]! : order[j++]!
  }
  return rows
}

/** Kept rows of each kind. */
export type Sizes = readonly [upper: number, both: number, lower: number]

/** Where each kept row has its column among the small vectors, at `places`: by kind, in their order. */
export const placeKinds = ({ integers }: Arena, places: number, { from, kept, kinds }: Deflation): Sizes => {
  const sizes: [number, number, number] = [0, 0, 0]
  for (const row of kept) sizes[kinds[row - from]!]!++
  const next = [0, sizes[UPPER], sizes[UPPER] + sizes[BOTH]]
  for (const [index, row] of kept.entries()) integers[2 * places + index] = next[kinds[row - from]!]!++
  return sizes
}

/** What `combine` makes new vectors of. */
export interface Combination {
  /** Kept × kept: as rows, the vectors of the secular equation, their elements where `placeKinds` says. */
  readonly small: number
  readonly places: number
  readonly sizes: Sizes
  /** Room for the old vectors, without their zeros. */
  readonly held: number
  /** Columns in which old vectors have elements: of the kinds up to `BOTH`, and from `BOTH` on. */
  readonly upper: readonly [from: number, to: number]
  readonly lower: readonly [from: number, to: number]
}

/** Makes of the rows from … to − 1 of vectors combinations of the kept ones, then those that are set aside. */
export const combine = (
  { floats: f, integers, kernels: { gemm } }: Arena,
  { from, to, kept, gone, kinds }: Deflation,
  { at, ld }: VectorRows,
  { small, places, sizes, held, upper, lower }: Combination
): void => {
  const count = kept.length
  const [left, right] = [upper[1] - upper[0], lower[1] - lower[0]]
  const [up, down] = [sizes[UPPER] + sizes[BOTH], sizes[BOTH] + sizes[LOWER]]
  const second = held + up * left
  for (const [index, row] of kept.entries()) {
    const kind = kinds[row - from]!
    const place = integers[2 * places + index]!
    const start = at + row * ld
    if (kind !== LOWER) f.copyWithin(held + place * left, start + upper[0], start + upper[1])
    if (kind !== UPPER) f.copyWithin(second + (place - sizes[UPPER]) * right, start + lower[0], start + lower[1])
  }
  const width = lower[1] - from
  const rest = second + down * right
  for (const [index, row] of gone.entries()) {
    f.copyWithin(rest + index * width, at + row * ld + from, at + row * ld + from + width)
  }
  for (let row = from; row < to; row++) f.fill(0, at + row * ld + from, at + row * ld + from + width)
  const target = at + from * ld
  const columns = { at: small, rs: count, cs: 1 }
  gemm(count, left, up, 1, columns, { at: held, rs: left, cs: 1 }, target + upper[0], ld)
  const lowerColumns = { ...columns, at: small + sizes[UPPER] }
  gemm(count, right, down, 1, lowerColumns, { at: second, rs: right, cs: 1 }, target + lower[0], ld)
  for (let i = 0; i < gone.length; i++) {
    f.copyWithin(target + (count + i) * ld + from, rest + i * width, rest + (i + 1) * width)
  }
}
