/** How badly weights explain the data, whatever their graph: what methods of continuous optimisation minimise. */

/** Q of a d × d matrix of weights, row by row; fills `gradient` with ∂Q/∂W_ij, the diagonal as all others. No penalty is part of it. */
export type Loss = (w: Float64Array, gradient: Float64Array) => number
