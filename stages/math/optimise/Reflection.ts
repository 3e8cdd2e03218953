/** Householder reflections of columns in one array. Source: Golub and Van Loan, 4th ed., section 5.1. */

/**
 * The reflection that makes zeros of the elements behind the first of `column`, in its place: its first element becomes the one that is
 * left, the others hold the vector of the reflection, whose first element and factor this gives. A factor of 0 means that nothing is to be done.
 */
export const reflect = (column: Float64Array): Reflection => {
  let squares = 0
  for (let i = 1; i < column.length; i++) squares += column[i]! * column[i]!
  const head = column[0]!
  if (squares === 0) return { first: 0, factor: 0 }
  const size = Math.sqrt(head * head + squares)
  // The sign that does not cancel.
  const rest = head > 0 ? -size : size
  const first = head - rest
  column[0] = rest
  return { first, factor: 2 / (first * first + squares) }
}

export interface Reflection {
  readonly first: number
  readonly factor: number
}

/** Reflects `target` by what `reflect` has left in `column`, of the same length. */
export const applyReflection = ({ first, factor }: Reflection, column: Float64Array, target: Float64Array): void => {
  if (factor === 0) return
  let product = first * target[0]!
  for (let i = 1; i < column.length; i++) product += column[i]! * target[i]!
  product *= factor
  target[0]! -= product * first
  for (let i = 1; i < column.length; i++) target[i]! -= product * column[i]!
}
