/** Integrals over a standard normal variable. */
import { eigen } from "./SymmetricEigen.ts"

export interface QuadratureRule {
  readonly nodes: Float64Array
  /** Sum to 1. */
  readonly weights: Float64Array
}

const rules = new Map<number, QuadratureRule>()

/**
 * The rule of `n` nodes for E f(X), X ~ N(0, 1): exact for polynomials of degree up to 2n − 1.
 *
 * Nodes are eigenvalues of the Jacobi matrix of the Hermite polynomials, polished by Newton's method on their recurrence.
 * Error: nodes and weights to about 1e-14, relative. Source: G. H. Golub and J. H. Welsch, Calculation of Gauss
 * Quadrature Rules, Mathematics of Computation 23 (1969). n from 1 to 180; beyond, the smallest weights vanish.
 */
export const rule = (n: number): QuadratureRule => {
  const known = rules.get(n)
  if (known !== undefined) return known
  const jacobi = new Float64Array(n * n)
  for (let i = 1; i < n; i++) {
    jacobi[i * n + i - 1] = Math.sqrt(i)
    jacobi[(i - 1) * n + i] = Math.sqrt(i)
  }
  const nodes = eigen(jacobi, n).values.slice().reverse()
  const weights = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let x = nodes[i]!
    // The nodes lie symmetrically about 0: one half decides the other.
    if (2 * i + 1 === n) x = 0
    for (let pass = 0; pass < 2; pass++) {
      const { value, before } = orthonormal(n, x)
      x -= value / (Math.sqrt(n) * before)
    }
    nodes[i] = x
    weights[i] = 1 / (n * orthonormal(n, x).before ** 2)
  }
  const made = { nodes, weights }
  rules.set(n, made)
  return made
}

/** The orthonormal Hermite polynomials of degree n and n − 1 at x. */
const orthonormal = (n: number, x: number): { readonly value: number; readonly before: number } => {
  let [before, value] = [0, 1]
  for (let k = 0; k < n; k++) {
    const next = (x * value - Math.sqrt(k) * before) / Math.sqrt(k + 1)
    before = value
    value = next
  }
  return { value, before }
}
