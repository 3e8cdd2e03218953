/** Householder reflections of columns in one array. Source: Golub and Van Loan, 4th ed., section 5.1. */
import { addScaled, dot } from "../linear/Vector.ts"

export interface Reflection {
  /** What is left of the column: its first element, all others being 0. */
  readonly rest: number
  /** 2 / vᵀ v; 0 when nothing is to be reflected. */
  readonly factor: number
}

/** The reflection that leaves zeros behind the first element of `column`, whose place its vector v takes. */
export const reflect = (column: Float64Array): Reflection => {
  const head = column[0]!
  const tail = column.subarray(1)
  const below = dot(tail, tail)
  if (below === 0) return { rest: head, factor: 0 }
  const size = Math.sqrt(head * head + below)
  // The sign that does not cancel.
  const rest = head > 0 ? -size : size
  column[0] = head - rest
  return { rest, factor: 2 / (column[0] * column[0] + below) }
}

/** Reflects `target`, as long as the column. */
export const applyReflection = ({ factor }: Reflection, v: Float64Array, target: Float64Array): void => {
  if (factor !== 0) addScaled(target, -factor * dot(v, target), v)
}
