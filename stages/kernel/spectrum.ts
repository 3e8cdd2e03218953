/** The functions of a kernel matrix by its eigenpairs. */
import { type Eigen, eigen } from "../math/SymmetricEigen.ts"

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

/** K⁻¹(1 − e^(−tK/N)) as a function of an eigenvalue λ of K/N: (1 − e^(−tλ)) / (Nλ), t/N where λ vanishes. */
export const learned = (time: number, n: number, exp: (x: number) => number) => (eigenvalue: number) => {
  if (time === Number.POSITIVE_INFINITY) return 1 / (n * eigenvalue)
  const x = time * eigenvalue
  // Below this the difference loses more digits than the series.
  if (Math.abs(x) < 1e-5) return ((1 - x / 2 + (x * x) / 6) * time) / n
  return (1 - exp(-x)) / (n * eigenvalue)
}
