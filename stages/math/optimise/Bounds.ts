/** Boxes: lower ≤ x ≤ upper. */

/** −∞ and ∞ stand for no bound. */
export interface Bounds {
  readonly lower: Float64Array
  readonly upper: Float64Array
}

/** Throws `RangeError` naming the component whose bounds leave nothing between, or which has none. */
export const checkBounds = ({ lower, upper }: Bounds, n: number): void => {
  if (lower.length !== n || upper.length !== n) {
    throw new RangeError(`there are ${lower.length} lower and ${upper.length} upper bounds for ${n} components`)
  }
  for (let i = 0; i < n; i++) {
    if (!(lower[i]! <= upper[i]!)) throw new RangeError(`component ${i} has bounds ${lower[i]} and ${upper[i]}`)
  }
}

/** Whether every component has both bounds. */
export const isBox = ({ lower, upper }: Bounds): boolean => lower.every(Number.isFinite) && upper.every(Number.isFinite)

/** Moves x to the nearest place in the box. */
export const project = ({ lower, upper }: Bounds, x: Float64Array): void => {
  for (let i = 0; i < x.length; i++) {
    if (x[i]! < lower[i]!) x[i] = lower[i]!
    else if (x[i]! > upper[i]!) x[i] = upper[i]!
  }
}

/** max |P(x − g) − x|: 0 where no step inside of the box goes down. */
export const projectedGradient = ({ lower, upper }: Bounds, x: Float64Array, gradient: Float64Array): number => {
  let most = 0
  for (let i = 0; i < x.length; i++) {
    const aim = Math.min(Math.max(x[i]! - gradient[i]!, lower[i]!), upper[i]!)
    most = Math.max(most, Math.abs(aim - x[i]!))
  }
  return most
}

/** The longest step along `direction` that stays in the box. */
export const longestStep = ({ lower, upper }: Bounds, x: Float64Array, direction: Float64Array): number => {
  let longest = Number.POSITIVE_INFINITY
  for (let i = 0; i < x.length; i++) {
    const d = direction[i]!
    if (d < 0) longest = Math.min(longest, (lower[i]! - x[i]!) / d)
    else if (d > 0) longest = Math.min(longest, (upper[i]! - x[i]!) / d)
  }
  return longest
}
