/**
 * General systems by minimal residuals over a growing space, begun anew after some steps.
 *
 * Source: Y. Saad and M. H. Schultz, SIAM J. Sci. Stat. Comput. 7 (1986); preconditioned from the right, so that residuals are those of the system.
 */
import { addScaled, dot, length } from "../linear/Vector.ts"
import { type IterationOptions, iterate, type Run, type Solution, unpreconditioned } from "./Iteration.ts"
import type { Operator } from "./Operator.ts"

export interface GmresOptions extends IterationOptions {
  /** Steps after which it begins anew (30). */
  readonly restart?: number
}

/**
 * x of A x = b.
 *
 * The residual never grows. Cost of step j of a cycle: a product with A, one with M⁻¹, 4 j n flops; memory: `restart` + 1 vectors. Throws
 * `NotConverged`.
 */
export const gmres = (apply: Operator, b: Float64Array, options: GmresOptions = {}): Solution => {
  const { restart = 30, precondition = unpreconditioned } = options
  const basis = Array.from({ length: Math.min(restart, b.length) + 1 }, () => new Float64Array(b.length))
  return iterate("GMRES", apply, b, options, (x, r, run) => cycle(apply, precondition, basis, x, r, run))
}

/** A diagonal of the triangle below this share of its column is round-off. */
const SINGULAR = 4 * Number.EPSILON

const cycle = (
  apply: Operator,
  precondition: Operator,
  basis: ReadonlyArray<Float64Array>,
  x: Float64Array,
  r: Float64Array,
  run: Run
): void => {
  const most = basis.length - 1
  const z = new Float64Array(x.length)
  const norm = length(r)
  for (let i = 0; i < r.length; i++) basis[0]![i] = r[i]! / norm
  // Column j of the triangle has j + 1 elements; `right` is the right-hand side of the least-squares problem.
  const columns: Array<Float64Array> = []
  const right = new Float64Array(most + 1)
  right[0] = norm
  const [c, s] = [new Float64Array(most), new Float64Array(most)]
  for (let j = 0; j < most; j++) {
    precondition(basis[j]!, z)
    const next = basis[j + 1]!
    apply(z, next)
    const column = orthogonalise(next, basis, j)
    const size = length(column)
    rotate(column, c, s, right, j)
    // A is singular on the space: what came before is the best.
    if (column[j]! <= SINGULAR * size) {
      run.obstacle = "breakdown"
      break
    }
    columns.push(column.subarray(0, j + 1))
    if (run.record(Math.abs(right[j + 1]!))) break
  }
  combine(columns, right, basis, precondition, x, z)
}

/** Takes out of `next` its components along basis[0 … j] and normalises it; gives the components, and the norm last. */
const orthogonalise = (next: Float64Array, basis: ReadonlyArray<Float64Array>, j: number): Float64Array => {
  const column = new Float64Array(j + 2)
  for (let i = 0; i <= j; i++) {
    column[i] = dot(next, basis[i]!)
    addScaled(next, -column[i]!, basis[i]!)
  }
  const norm = length(next)
  column[j + 1] = norm
  if (norm > 0) for (let i = 0; i < next.length; i++) next[i]! /= norm
  return column
}

/** Applies the rotations of before to column j, and one more that makes its last element 0. */
const rotate = (column: Float64Array, c: Float64Array, s: Float64Array, right: Float64Array, j: number): void => {
  for (let i = 0; i < j; i++) {
    const [upper, lower] = [column[i]!, column[i + 1]!]
    column[i] = c[i]! * upper + s[i]! * lower
    column[i + 1] = c[i]! * lower - s[i]! * upper
  }
  const [upper, lower] = [column[j]!, column[j + 1]!]
  const radius = Math.sqrt(upper * upper + lower * lower)
  if (radius === 0) return
  c[j] = upper / radius
  s[j] = lower / radius
  column[j] = radius
  right[j + 1] = -s[j]! * right[j]!
  right[j]! *= c[j]!
}

/** x ← x + M⁻¹ V y with R y = right. */
const combine = (
  columns: ReadonlyArray<Float64Array>,
  right: Float64Array,
  basis: ReadonlyArray<Float64Array>,
  precondition: Operator,
  x: Float64Array,
  z: Float64Array
): void => {
  const sum = new Float64Array(x.length)
  const y = right.slice(0, columns.length)
  for (let j = columns.length - 1; j >= 0; j--) {
    y[j]! /= columns[j]![j]!
    for (let i = 0; i < j; i++) y[i]! -= columns[j]![i]! * y[j]!
    addScaled(sum, y[j]!, basis[j]!)
  }
  precondition(sum, z)
  addScaled(x, 1, z)
}
