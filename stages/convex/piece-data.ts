/** Pieces of a convex program, as the interior-point method takes them. */

/** A smooth convex function of one number. */
export interface Curve {
  readonly value: (at: number) => number
  readonly slope: (at: number) => number
  readonly curvature: (at: number) => number
}

/** Where the method may begin: near a point that balances the gradient, or it has far to go. */
export interface PieceStart {
  /** y₀. */
  readonly first: number
  /** Of the linear constraints, each above 0. */
  readonly multipliers: ReadonlyArray<number>
}

/**
 * Minimise costᵀ y + curve(y₀) over y = (own, shared) with matrix · y + offset in the cone.
 *
 * The shared variables are a signed sum of blocks of the program's variables, Σ signs[i] · block(blocks[i]), or the scalar product of that
 * with `row`.
 */
export interface PieceData {
  readonly own: number
  readonly shared: number
  readonly matrix: Float64Array
  readonly offset: Float64Array
  /** Rows of the matrix that are non-negative numbers; those that follow are one second-order cone. */
  readonly linear: number
  readonly cost: Float64Array
  readonly curve?: Curve
  /** Ones, where it is left out. */
  readonly start?: PieceStart
  /** Numbers of blocks, rising. */
  readonly blocks: Int32Array
  readonly signs: Float64Array
  readonly row?: Float64Array
}
