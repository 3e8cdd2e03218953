/** What tells graphs without cycles from others by a smooth number. */

/**
 * h of a d × d matrix A ≥ 0, A_ij the strength of the edge i → j, row by row; fills `derivative` with ∂h/∂A_ij.
 *
 * h ≥ 0, and 0 exactly where A has no cycle. ∂h/∂A_ij ≥ 0 grows with the strength of what leads back from j to i: without a cycle it is 0 exactly
 * where no path does, so that the edge i → j may be added. ∞ where h is not defined; the derivatives mean nothing there.
 */
export type OfStrengths = (a: Float64Array, derivative: Float64Array) => number

/** h of a matrix of weights of any sign; fills `gradient` with ∂h/∂W_ij. ∞ where it is not defined. */
export type Acyclicity = (w: Float64Array, gradient: Float64Array) => number

/** h(W ∘ W): smooth, with a gradient that vanishes wherever W does. */
export const ofSquares = (h: OfStrengths, d: number): Acyclicity => {
  const squares = new Float64Array(d * d)
  return (w, gradient) => {
    for (let i = 0; i < squares.length; i++) squares[i] = w[i]! * w[i]!
    const value = h(squares, gradient)
    for (let i = 0; i < squares.length; i++) gradient[i]! *= 2 * w[i]!
    return value
  }
}

/** h(|W|): where W_ij is 0, it has a kink, and 0 is told for its slope. */
export const ofMagnitudes = (h: OfStrengths, d: number): Acyclicity => {
  const magnitudes = new Float64Array(d * d)
  return (w, gradient) => {
    for (let i = 0; i < magnitudes.length; i++) magnitudes[i] = Math.abs(w[i]!)
    const value = h(magnitudes, gradient)
    for (let i = 0; i < magnitudes.length; i++) gradient[i]! *= Math.sign(w[i]!)
    return value
  }
}
