/** Functions of symmetric matrices by their eigenvalues. */
import { multiply } from "./Gemm.ts"
import { eigen } from "./SymmetricEigen.ts"

/**
 * f(A) of a symmetric n × n matrix, row-major, of which only the lower triangle is read: the eigenvalues go through f.
 *
 * Error: ε times the largest |f(λ)|, and what f makes of errors ε ‖A‖ of the eigenvalues. Cost: as `eigen`, and 2n³
 * flops. Throws as `eigen` does, and `RangeError` where f gives what is no finite number.
 */
export const symmetricFunction = (a: Float64Array, n: number, f: (eigenvalue: number) => number): Float64Array => {
  const { values, vectors } = eigen(a, n)
  const images = values.map((value) => {
    const image = f(value)
    if (!Number.isFinite(image)) throw new RangeError(`the function has no finite value at the eigenvalue ${value}`)
    return image
  })
  return fromEigen(images, vectors, n)
}

/**
 * The symmetric positive semidefinite square root of such a matrix, as `symmetricFunction`.
 *
 * Eigenvalues down to −n ε ‖A‖ count as zeros; `RangeError` for what is further below.
 */
export const squareRoot = (a: Float64Array, n: number): Float64Array => {
  let size = 0
  for (let i = 0; i < n; i++) size = Math.max(size, Math.abs(a[i * (n + 1)]!))
  // The trace bounds the norm of a semidefinite matrix.
  const roundOff = n * n * Number.EPSILON * size
  return symmetricFunction(a, n, (value) => {
    if (value < -roundOff) throw new RangeError(`the matrix is not positive semidefinite: an eigenvalue is ${value}`)
    return Math.sqrt(Math.max(0, value))
  })
}

/** The matrix of given eigenvalues and eigenvectors, as rows: symmetric to the last bit. */
export const fromEigen = (values: Float64Array, vectors: Float64Array, n: number): Float64Array => {
  const weighted = vectors.map((x, at) => x * values[Math.floor(at / n)]!)
  const product = multiply(vectors, weighted, n, n, n, { transposeA: true })
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) product[i * n + j] = product[j * n + i]!
  return product
}
