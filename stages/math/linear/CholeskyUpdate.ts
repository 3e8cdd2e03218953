/**
 * Cholesky factors of A + x xᵀ and A − x xᵀ from that of A, by plane rotations.
 *
 * Cost: 3n² flops. Error: of an update, that of a factorisation; of a downdate, that of one where A and x are off by n ε of
 * their size, which a nearly singular A − x xᵀ magnifies, as it must. Sources: Golub and Van Loan, 4th ed., section
 * 6.5.4; Dongarra et al., LINPACK Users' Guide (1979), chapter 10; Stewart, The Effects of Rounding Error on an
 * Algorithm for Downdating a Cholesky Factorization, J. Inst. Maths Applics 23 (1979).
 */
import { Data } from "effect"
import type { Matrix } from "./Matrix.ts"
import { largestFinite } from "./NotFinite.ts"

/** A − x xᵀ is not positive definite to working precision; the factor is as it was. */
export class NoDowndate extends Data.TaggedError("NoDowndate")<{
  /** 1 − xᵀ A⁻¹ x, which would have to be positive. */
  readonly rest: number
}> {
  override get message(): string {
    return `A − x xᵀ is not positive definite: 1 − xᵀ A⁻¹ x is ${this.rest}`
  }
}

/** Row i of a lower triangle, up to its diagonal at least. */
type Rows = (i: number) => Float64Array

/** L of A + x xᵀ in the place of that of A. Throws `NotFinite` for an infinity or NaN in x, `RangeError` for another length. */
export const updateInPlace = (l: Matrix<"f64">, x: Float64Array): void => update(rowsOf(l), checked(l.rows, x))

/** L of A − x xᵀ in the place of that of A. Throws `NoDowndate`, and what `updateInPlace` throws. */
export const downdateInPlace = (l: Matrix<"f64">, x: Float64Array): void => downdate(rowsOf(l), checked(l.rows, x))

/** L of A + x xᵀ as an array, from that of A, n × n. Throws as `updateInPlace` does. */
export const updated = (l: Float64Array, n: number, x: Float64Array): Float64Array => {
  const copy = l.slice()
  update((i) => copy.subarray(i * n, (i + 1) * n), checked(n, x))
  return copy
}

/** L of A − x xᵀ as an array, from that of A, n × n. Throws as `downdateInPlace` does. */
export const downdated = (l: Float64Array, n: number, x: Float64Array): Float64Array => {
  const copy = l.slice()
  downdate((i) => copy.subarray(i * n, (i + 1) * n), checked(n, x))
  return copy
}

const rowsOf =
  (l: Matrix<"f64">): Rows =>
  (i) =>
    l.row(i)

const checked = (n: number, x: Float64Array): Float64Array => {
  if (x.length !== n) throw new RangeError(`x has ${x.length} elements, and L order ${n}`)
  largestFinite(n, (i) => x.subarray(i, i + 1))
  return x
}

/** (L x) is turned row by row by the rotations that make x vanish above; each row adds its own. */
const update = (rows: Rows, x: Float64Array): void => {
  const n = x.length
  const [cosines, sines] = [new Float64Array(n), new Float64Array(n)]
  for (let i = 0; i < n; i++) {
    const row = rows(i)
    let rest = x[i]!
    for (let k = 0; k < i; k++) {
      const [c, s, element] = [cosines[k]!, sines[k]!, row[k]!]
      row[k] = c * element + s * rest
      rest = c * rest - s * element
    }
    const length = hypotenuse(row[i]!, rest)
    cosines[i] = row[i]! / length
    sines[i] = rest / length
    row[i] = length
  }
}

/** Rotations that turn (p, √(1 − pᵀp)), where L p = x, into the last unit vector take x off L. */
const downdate = (rows: Rows, x: Float64Array): void => {
  const n = x.length
  const p = forward(rows, x)
  const rest = 1 - p.reduce((sum, value) => sum + value * value, 0)
  if (!(rest > 0)) throw new NoDowndate({ rest })
  const [cosines, sines] = [new Float64Array(n), new Float64Array(n)]
  let length = Math.sqrt(rest)
  for (let k = n - 1; k >= 0; k--) {
    const next = hypotenuse(length, p[k]!)
    cosines[k] = length / next
    sines[k] = p[k]! / next
    length = next
  }
  for (let i = 0; i < n; i++) {
    const row = rows(i)
    let taken = 0
    for (let k = i; k >= 0; k--) {
      const [c, s, element] = [cosines[k]!, sines[k]!, row[k]!]
      row[k] = c * element - s * taken
      taken = c * taken + s * element
    }
  }
}

/** p of L p = x. */
const forward = (rows: Rows, x: Float64Array): Float64Array => {
  const p = x.slice()
  for (let i = 0; i < p.length; i++) {
    const row = rows(i)
    for (let k = 0; k < i; k++) p[i]! -= row[k]! * p[k]!
    p[i]! /= row[i]!
  }
  return p
}

/** √(x² + y²) without squares that overflow or vanish. */
const hypotenuse = (x: number, y: number): number => {
  const [larger, smaller] = [Math.max(Math.abs(x), Math.abs(y)), Math.min(Math.abs(x), Math.abs(y))]
  if (smaller === 0) return larger
  const ratio = smaller / larger
  return larger * Math.sqrt(1 + ratio * ratio)
}
