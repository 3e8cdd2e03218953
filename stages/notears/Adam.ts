/**
 * Steps along a gradient, each component in units of its own recent size.
 *
 * Source: Kingma and Ba, Adam, ICLR 2015 (arXiv 1412.6980), algorithm 1.
 */
export interface AdamOptions {
  /** Share of the mean gradient that a step keeps: β₁. */
  readonly mean: number
  /** Share of the mean square that a step keeps: β₂. */
  readonly square: number
}

/** Added to the root of the mean square. */
const EPSILON = 1e-8

export class Adam {
  readonly means: Float64Array
  readonly squares: Float64Array
  /** Steps that were taken. */
  steps = 0
  private readonly options: AdamOptions
  /** β₁ᵗ and β₂ᵗ after t steps. */
  private meanLeft = 1
  private squareLeft = 1

  constructor(size: number, options: AdamOptions) {
    this.options = options
    this.means = new Float64Array(size)
    this.squares = new Float64Array(size)
  }

  /** Forgets all steps. */
  reset(): void {
    this.resume(
      0,
      new Float64Array(this.means.length),
      this.squares.map(() => 0)
    )
  }

  /** Goes on as after so many steps, from the means that they left. */
  resume(steps: number, means: Float64Array, squares: Float64Array): void {
    this.means.set(means)
    this.squares.set(squares)
    this.steps = steps
    this.meanLeft = 1
    this.squareLeft = 1
    // One factor after the other, as the steps did: the bits are the same.
    for (let step = 0; step < steps; step++) {
      this.meanLeft *= this.options.mean
      this.squareLeft *= this.options.square
    }
  }

  /** Moves `x` against the gradient, and says in `direction` what it went, divided by the rate. */
  step(x: Float64Array, gradient: Float64Array, rate: number, direction: Float64Array): void {
    const { means, squares, options } = this
    this.steps++
    this.meanLeft *= options.mean
    this.squareLeft *= options.square
    const meanScale = 1 / (1 - this.meanLeft)
    const squareScale = 1 / (1 - this.squareLeft)
    for (let i = 0; i < x.length; i++) {
      const slope = gradient[i]!
      const mean = means[i]! * options.mean + (1 - options.mean) * slope
      const square = squares[i]! * options.square + (1 - options.square) * slope * slope
      means[i] = mean
      squares[i] = square
      const move = (mean * meanScale) / (Math.sqrt(square * squareScale) + EPSILON)
      direction[i] = move
      x[i]! -= rate * move
    }
  }
}
