/** The functions of a kernel matrix by its eigenpairs. */
import { type Eigen, eigen } from "../math/linear/SymmetricEigen.ts"

export interface Spectrum extends Eigen {
  readonly n: number
}

/** Eigenpairs of K / N: the rates at which gradient descent learns, N being the number of points. */
export const spectrumOf = (kernel: Float64Array, n: number): Spectrum => ({
  ...eigen(
    kernel.map((element) => element / n),
    n
  ),
  n
})

/** Size below which an eigenvalue may be round-off of 0: n ε |λ₁|. */
export const roundOff = (largest: number, n: number): number => n * Number.EPSILON * Math.abs(largest)

/** g(K/N) y for a scalar function g. */
export const applyTo = (
  { values, vectors, n }: Spectrum,
  g: (eigenvalue: number) => number,
  y: Float64Array
): Float64Array => {
  const result = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const row = vectors.subarray(i * n, (i + 1) * n)
    let component = 0
    for (let j = 0; j < n; j++) component += row[j]! * y[j]!
    component *= g(values[i]!)
    for (let j = 0; j < n; j++) result[j]! += component * row[j]!
  }
  return result
}
