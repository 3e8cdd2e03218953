/** Integrals over a standard normal variable. */
import { eigen } from "../linear/SymmetricEigen.ts"

export interface QuadratureRule {
  readonly nodes: Float64Array
  /** Sum to 1. */
  readonly weights: Float64Array
}

const rules = new Map<number, QuadratureRule>()
const middles = new Map<number, QuadratureRule>()

/** Where the middle of a rule ends: P(|X| > 9) is 2e-19. */
const END = 9

/** Steps of Newton's method: from a guess that is off by a tenth of a distance, four reach the last digit. */
const PASSES = 6

/**
 * The rule of `n` nodes for E f(X), X ~ N(0, 1): exact for polynomials of degree up to 2n − 1.
 *
 * Nodes are eigenvalues of the Jacobi matrix of the Hermite polynomials, polished by Newton's method on their recurrence.
 * Error: nodes and weights to about 1e-14, relative. Source: G. H. Golub and J. H. Welsch, Calculation of Gauss
 * Quadrature Rules, Mathematics of Computation 23 (1969). n from 1 to 180; beyond, the smallest weights vanish. Throws `RangeError`
 * for n below 1.
 */
export const rule = (n: number): QuadratureRule => {
  const known = rules.get(n)
  if (known !== undefined) return known
  if (!(Number.isInteger(n) && n > 0)) throw new RangeError(`a rule of ${n} nodes`)
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

/**
 * The nodes between −9 and 9 of the rule of order `n`, about 18 √n / π of them: all that counts of a high order.
 *
 * For integrands that do not outgrow a power: what is left out weighs 2e-19. For a function with a singularity at the distance d
 * from the real line the error falls as e^(−2 d √n). The nodes are found one from another, by the wavelength that the
 * Hermite function has there, 2π / √(n + ½ − x²/4) (DLMF 18.15(v)), and polished by Newton's method. Cost: O(n) a node. n from 64 on, so
 * that the end lies well inside the outermost node. Throws `RangeError` elsewhere.
 */
export const middle = (n: number): QuadratureRule => {
  const known = middles.get(n)
  if (known !== undefined) return known
  if (!(Number.isInteger(n) && n >= 64)) throw new RangeError(`the middle of a rule of order ${n}, below 64`)
  const right: Array<number> = []
  for (let x = n % 2 === 1 ? 0 : polished(n, halfWave(n, 0) / 2); x <= END; x = polished(n, x + halfWave(n, x))) {
    right.push(x)
  }
  const left = right.filter((x) => x !== 0).map((x) => -x)
  const nodes = Float64Array.from([...left.reverse(), ...right])
  const made = { nodes, weights: nodes.map((x) => 1 / (n * orthonormal(n, x).before ** 2)) }
  middles.set(n, made)
  return made
}

/** About the distance from one zero of the Hermite polynomial to the next. */
const halfWave = (n: number, x: number): number => Math.PI / Math.sqrt(n + 0.5 - (x * x) / 4)

/** The zero next to a guess. */
const polished = (n: number, guess: number): number => {
  let x = guess
  for (let pass = 0; pass < PASSES; pass++) {
    const { value, before } = orthonormal(n, x)
    x -= value / (Math.sqrt(n) * before)
  }
  return x
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
