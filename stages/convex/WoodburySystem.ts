/**
 * The linear system of the ADMM in the space of the outputs, n × n, for all blocks together.
 *
 * Each block has the same Gᵢᵀ Gᵢ = Xᵀ X, for (2Dᵢ − I)² = I. So I + Gᵀ G is block-diagonal with B = I + Xᵀ X, and by the formula of Sherman, Morrison
 * and Woodbury what is left is ρ I + K, K = F (I ⊗ B⁻¹) Fᵀ = 2 (X B⁻¹ Xᵀ) ∘ (Δ Δᵀ), with 0/1 patterns Δ, n × P.
 */
import * as Cholesky from "../math/linear/Cholesky.ts"
import type { Matrix } from "../math/linear/Matrix.ts"
import { dot } from "../math/linear/Vector.ts"
import type { Workspace } from "../math/linear/Workspace.ts"
import { conjugateGradients } from "../math/sparse/ConjugateGradients.ts"
import { NotConverged } from "../math/sparse/Iteration.ts"
import type { Operator } from "../math/sparse/Operator.ts"

/** Systems of more points are not formed: conjugate gradients need only products with X. */
export const MOST_DIRECT = 1500

/** What the system is made of, all in one workspace. */
export interface WoodburyParts {
  readonly space: Workspace<"f64">
  /** n × d. */
  readonly x: Matrix<"f64">
  /** X B⁻¹, n × d. */
  readonly xOverB: Matrix<"f64">
  /** Δ, n × P. */
  readonly active: Matrix<"f64">
  /** Scratch, d × P and n × d. */
  readonly inner: Matrix<"f64">
  readonly rows: Matrix<"f64">
}

/** Solves (ρ I + K) h = b. */
export interface WoodburySystem {
  /** Makes ready for another ρ. */
  readonly prepare: (rho: number) => void
  /** Fills h, which holds a first guess. */
  readonly solve: (b: Float64Array, h: Float64Array) => void
}

/** By the inverse of the matrix, formed in 2 n² (d + P) flops and inverted in 2 n³; a solution costs 2 n². */
export const direct = ({ space, x, xOverB, active }: WoodburyParts): WoodburySystem => {
  const n = x.rows
  const k = space.temporary(() => {
    const [kernel, shared] = [space.matrix(n, n), space.matrix(n, n)]
    space.multiply(kernel, xOverB, x, { transposeB: true, alpha: 2 })
    space.multiply(shared, active, active, { transposeB: true })
    const counts = shared.data
    return kernel.toFloat64().map((element, at) => element * counts[at]!)
  })
  let inverse: Float64Array = new Float64Array(0)
  return {
    prepare: (rho) => {
      const shifted = k.slice()
      for (let i = 0; i < n; i++) shifted[i * (n + 1)]! += rho
      const identity = new Float64Array(n * n)
      for (let i = 0; i < n; i++) identity[i * (n + 1)] = 1
      inverse = Cholesky.solve(Cholesky.factor(shifted, n), n, identity, n)
    },
    solve: (b, h) => {
      for (let i = 0; i < n; i++) h[i] = dot(inverse.subarray(i * n, (i + 1) * n), b)
    }
  }
}

/** By conjugate gradients from the guess, to a residual of `tolerance` ‖b‖; a step costs 4 n d P flops. */
export const matrixFree = (parts: WoodburyParts, tolerance: number): WoodburySystem => {
  const n = parts.x.rows
  let rho = 1
  const apply: Operator = (q, y) => {
    spread(parts, q, 2)
    collect(parts, y)
    for (let i = 0; i < n; i++) y[i]! += rho * q[i]!
  }
  const diagonal = diagonalOf(parts)
  return {
    prepare: (next) => {
      rho = next
    },
    solve: (b, h) => {
      const precondition: Operator = (r, z) => {
        for (let i = 0; i < n; i++) z[i] = r[i]! / (rho + diagonal[i]!)
      }
      h.set(closest(() => conjugateGradients(apply, b, { start: h, tolerance, precondition }).x))
    }
  }
}

/** The solution, or how near rounding let it come. */
const closest = (solve: () => Float64Array): Float64Array => {
  try {
    return solve()
  } catch (error) {
    if (error instanceof NotConverged && error.obstacle !== "not finite") return error.solution.x
    throw error
  }
}

/** Kᵢᵢ = 2 xᵢᵀ B⁻¹ xᵢ Σ Δᵢₚ. */
const diagonalOf = ({ x, xOverB, active }: WoodburyParts): Float64Array =>
  Float64Array.from({ length: x.rows }, (_, i) => {
    const on = active.row(i).reduce((sum, state) => sum + state, 0)
    return 2 * dot(x.row(i), xOverB.row(i)) * on
  })

/** Puts α Xᵀ (Δ ∘ q) into `inner`, a column Xᵀ Dₚ q for each pattern: as (q ∘ X)ᵀ Δ, so that no n × P matrix is made. */
export const spread = ({ space, x, active, rows, inner }: WoodburyParts, q: Float64Array, alpha: number): void => {
  const [from, to, d] = [x.data, rows.data, x.columns]
  for (let i = 0, at = 0; i < q.length; i++) {
    const value = q[i]!
    for (let k = 0; k < d; k++, at++) to[at] = from[at]! * value
  }
  space.multiply(inner, rows, active, { transposeA: true, alpha })
}

/** yᵢ = Σₚ Δᵢₚ (X B⁻¹ A)ᵢₚ of the matrix A in `inner`: as the i-th elements of the diagonal of X B⁻¹ (Δ Aᵀ)ᵀ. */
export const collect = ({ space, xOverB, active, rows, inner }: WoodburyParts, y: Float64Array): void => {
  space.multiply(rows, active, inner, { transposeB: true })
  const [sums, over, d] = [rows.data, xOverB.data, rows.columns]
  for (let i = 0, at = 0; i < y.length; i++) {
    let sum = 0
    for (let k = 0; k < d; k++, at++) sum += sums[at]! * over[at]!
    y[i] = sum
  }
}
