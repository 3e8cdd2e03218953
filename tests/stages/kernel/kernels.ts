/** Kernels for the tests of this family: those of the limit, and some with known eigenvalues. */
import type { Tensor } from "../../../core/stage/ArtifactKind.ts"
import { limitKernels, type Points } from "../../../stages/ntk/limit-kernels.ts"
import { onCircle, tensor } from "../arrays.ts"

const pointsOf = (angles: ReadonlyArray<number>): Points => ({
  data: onCircle(angles).data,
  count: angles.length,
  dimension: 2
})

/** Θ₄ and Σ₄ of the paper between points of the circle. */
export const limitOnCircle = (angles: ReadonlyArray<number>, others = angles) => {
  const x = pointsOf(angles)
  const { kernel, covariance } = limitKernels(x, others === angles ? x : pointsOf(others), {
    depth: 4,
    beta: 0.1,
    activation: "relu"
  })
  const shape = [angles.length, others.length] as const
  return { kernel: tensor(kernel, ...shape), covariance: tensor(covariance, ...shape) }
}

/** n angles that divide the circle evenly. */
export const evenAngles = (n: number): ReadonlyArray<number> =>
  Array.from({ length: n }, (_, i) => (2 * Math.PI * i) / n)

/** Σ_m c_m cos m(γ − γ') on n even angles: its components are Fourier modes. */
export const circulant = (n: number, coefficients: ReadonlyArray<number>): Tensor<Float64Array> => {
  const angles = evenAngles(n)
  const values = angles.flatMap((a) =>
    angles.map((b) => coefficients.reduce((sum, c, m) => sum + c * Math.cos(m * (a - b)), 0))
  )
  return tensor(values, n, n)
}

export const scaled = (matrix: Tensor<Float64Array>, factor: number): Tensor<Float64Array> => ({
  ...matrix,
  data: matrix.data.map((element) => factor * element)
})
