/** The logistic function over arrays. */
import type { Matrix } from "../math/linear/Matrix.ts"
import type { Workspace } from "../math/linear/Workspace.ts"
import { exp } from "../math/special/Elementwise.ts"
import { ELEMENTWISE_WASM } from "../math/wasm/elementwise.wasm.ts"

/** 1 / (1 + e⁻ᵐ) of each element. */
export const sigmoids = (m: Float64Array): Float64Array => {
  const result = exp(m.map((value) => -value))
  for (let i = 0; i < result.length; i++) result[i] = 1 / (1 + result[i]!)
  return result
}

interface Kernels {
  readonly exp: (from: number, to: number, count: number) => void
}

/** The same in the place of a matrix without gaps: nothing is copied. */
export const sigmoidsInPlace = (space: Workspace<"f64">, matrix: Matrix<"f64">): void => {
  const elements = matrix.data
  for (let i = 0; i < elements.length; i++) elements[i] = -elements[i]!
  space.module<Kernels>(ELEMENTWISE_WASM).exp(matrix.address, matrix.address, elements.length)
  for (let i = 0; i < elements.length; i++) elements[i] = 1 / (1 + elements[i]!)
}
