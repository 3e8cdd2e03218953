/** Integrals over a half-line with an exponential weight. */
import { eigen } from "../linear/SymmetricEigen.ts"
import type { QuadratureRule } from "./GaussHermite.ts"

/**
 * The rule of n nodes for E f(X) with X exponential, P(X > x) = e^(−x), nodes rising: exact for polynomials of degree up to 2n − 1.
 *
 * Nodes are eigenvalues of the Jacobi matrix of the Laguerre polynomials, polished by Newton's method on their recurrence. Error: 1e-11 relative of
 * nodes and of the weights that count. Source: G. H. Golub and J. H. Welsch (1969); DLMF 18.9.1. n from 1 to 150; beyond, the smallest weights
 * vanish. Throws `RangeError` elsewhere.
 */
export const laguerreRule = (n: number): QuadratureRule => {
  if (!(Number.isInteger(n) && n > 0 && n <= 150)) throw new RangeError(`a rule of ${n} nodes`)
  const jacobi = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    jacobi[i * n + i] = 2 * i + 1
    if (i > 0) jacobi[i * n + i - 1] = i
    if (i > 0) jacobi[(i - 1) * n + i] = i
  }
  const nodes = eigen(jacobi, n).values.slice().reverse()
  const weights = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let x = nodes[i]!
    for (let pass = 0; pass < 3; pass++) {
      const { value, before } = laguerre(n, x)
      x -= (x * value) / (n * (value - before))
    }
    nodes[i] = x
    const { before } = laguerre(n, x)
    weights[i] = x / (n * before) ** 2
  }
  return { nodes, weights }
}

/** L_n and L_(n−1) at x. */
const laguerre = (n: number, x: number): { readonly value: number; readonly before: number } => {
  let [before, value] = [0, 1]
  for (let k = 1; k <= n; k++) {
    const next = ((2 * k - 1 - x) * value - (k - 1) * before) / k
    before = value
    value = next
  }
  return { value, before }
}
