/** Kernels of infinitely wide networks: the Gaussian process at initialisation, and the tangent kernel. */
import { multiply } from "../math/linear/Gemm.ts"
import { type ActivationName, activation } from "./Activation.ts"

export interface Architecture {
  /** Layers of weights, L ≥ 1. */
  readonly depth: number
  /** Weight of the biases. */
  readonly beta: number
  readonly activation: ActivationName
}

/** n points of dimension `dimension`, row-major. */
export interface Points {
  readonly data: Float64Array
  readonly count: number
  readonly dimension: number
}

export interface LimitKernels {
  /** Σ_L: covariance of the output at initialisation, count × count' row-major. */
  readonly covariance: Float64Array
  /** Θ_L: the tangent kernel, of the same shape. */
  readonly kernel: Float64Array
}

/**
 * Σ_L and Θ_L between two sets of points, for one output; for several they are multiples of the identity.
 *
 * The diagonals are carried in vectors of their own: for coincident points the angle between them is ill conditioned,
 * so where a point meets itself the recursion of the diagonal is used. Cost: one product and (L − 1) duals a pair.
 * Source: Jacot et al. 2018, proposition 1 and theorem 1.
 */
export const limitKernels = (x: Points, y: Points, architecture: Architecture): LimitKernels => {
  const { depth, beta } = architecture
  const { dual } = activation(architecture.activation)
  const isSame = x === y
  const sigma = multiply(x.data, y.data, x.count, y.count, x.dimension, { transposeB: true })
  for (let i = 0; i < sigma.length; i++) sigma[i] = sigma[i]! / x.dimension + beta * beta
  const theta = sigma.slice()
  const diagonalX = firstDiagonal(x, beta)
  const diagonalY = isSame ? diagonalX : firstDiagonal(y, beta)
  const diagonalTheta = diagonalX.slice()
  for (let layer = 1; layer < depth; layer++) {
    for (let i = 0; i < x.count; i++) {
      for (let j = 0; j < (isSame ? i : y.count); j++) {
        const at = i * y.count + j
        const { value, slope } = dual(diagonalX[i]!, diagonalY[j]!, sigma[at]!)
        sigma[at] = value + beta * beta
        theta[at] = theta[at]! * slope + sigma[at]!
      }
    }
    const nextX = nextDiagonal(diagonalX, dual, beta)
    for (let i = 0; i < x.count; i++) diagonalTheta[i] = diagonalTheta[i]! * nextX.slopes[i]! + nextX.values[i]!
    if (!isSame) diagonalY.set(nextDiagonal(diagonalY, dual, beta).values)
    diagonalX.set(nextX.values)
  }
  if (isSame) mirror(sigma, diagonalX, x.count)
  if (isSame) mirror(theta, diagonalTheta, x.count)
  return { covariance: sigma, kernel: theta }
}

const firstDiagonal = ({ data, count, dimension }: Points, beta: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => {
    let sum = 0
    for (let k = i * dimension; k < (i + 1) * dimension; k++) sum += data[k]! * data[k]!
    return sum / dimension + beta * beta
  })

const nextDiagonal = (diagonal: Float64Array, dual: ReturnType<typeof activation>["dual"], beta: number) => {
  const duals = Array.from(diagonal, (p) => dual(p, p, p))
  return {
    values: Float64Array.from(duals, ({ value }) => value + beta * beta),
    slopes: Float64Array.from(duals, ({ slope }) => slope)
  }
}

/** Fills the upper triangle from the lower, and the diagonal. */
const mirror = (a: Float64Array, diagonal: Float64Array, n: number): void => {
  for (let i = 0; i < n; i++) {
    a[i * n + i] = diagonal[i]!
    for (let j = 0; j < i; j++) a[j * n + i] = a[i * n + j]!
  }
}
