/**
 * The linear system of the ADMM in the space of the outputs, n × n, for all blocks together.
 *
 * Each block has the same Gᵢᵀ Gᵢ = Xᵀ X, for (2Dᵢ − I)² = I. So I + Gᵀ G is block-diagonal with B = I + Xᵀ X, and by the formula of Sherman, Morrison
 * and Woodbury what is left is ρ I + K, K = F (I ⊗ B⁻¹) Fᵀ = 2 (X B⁻¹ Xᵀ) ∘ (Δ Δᵀ), with 0/1 patterns Δ, n × P.
 */
import * as Cholesky from "../math/linear/Cholesky.ts"
import type { Matrix } from "../math/linear/Matrix.ts"
import { conjugateGradients } from "../math/sparse/ConjugateGradients.ts"
import { NotConverged } from "../math/sparse/Iteration.ts"
import type { Operator } from "../math/sparse/Operator.ts"
import { MATRIXVECTOR_WASM } from "../math/wasm/matrixvector.wasm.ts"
import type { PatternProducts } from "./PatternProducts.ts"

/** Systems of more points are not formed: conjugate gradients need only products with X. */
export const MOST_DIRECT = 1500

/** Solves (ρ I + K) h = b, both of them rows of n numbers in the workspace. */
export interface WoodburySystem {
  /** Makes ready for another ρ. */
  readonly prepare: (rho: number) => void
  /** Fills h, which holds a first guess. */
  readonly solve: (b: Matrix<"f64">, h: Matrix<"f64">) => void
}

/** By the inverse of the matrix, formed in 2 n² d flops and n² P / 4 additions and inverted in 2 n³; a solution costs 2 n². */
export const direct = (products: PatternProducts): WoodburySystem => {
  const { space, x } = products
  const n = x.rows
  const inverse = space.matrix(n, n)
  const { gemv } = space.module<MatrixVector>(MATRIXVECTOR_WASM)
  const k = products.matrix()
  return {
    prepare: (rho) => {
      const shifted = k.slice()
      for (let i = 0; i < n; i++) shifted[i * (n + 1)]! += rho
      const identity = new Float64Array(n * n)
      for (let i = 0; i < n; i++) identity[i * (n + 1)] = 1
      inverse.set(Cholesky.solve(Cholesky.factor(shifted, n), n, identity, n))
    },
    solve: (b, h) => gemv(n, n, inverse.address, n, b.address, h.address)
  }
}

/** See `stages/math/wasm/assembly/matrixvector.ts`. */
interface MatrixVector {
  readonly gemv: (rows: number, columns: number, a: number, lda: number, x: number, y: number) => void
}

/**
 * By conjugate gradients from the guess, to a residual of `tolerance` ‖b‖; a step costs about n d (P / 2 + 5) additions and 2 n d
 * multiplications.
 */
export const matrixFree = (products: PatternProducts, tolerance: number): WoodburySystem => {
  const n = products.x.rows
  const [from, to] = [products.space.matrix(1, n), products.space.matrix(1, n)]
  let rho = 1
  const apply: Operator = (q, y) => {
    from.set(q)
    products.spread(2, from)
    products.collect(1, rho, from, to)
    y.set(to.data)
  }
  const diagonal = products.diagonal()
  return {
    prepare: (next) => {
      rho = next
    },
    solve: (b, h) => {
      const precondition: Operator = (r, z) => {
        for (let i = 0; i < n; i++) z[i] = r[i]! / (rho + diagonal[i]!)
      }
      const [right, start] = [b.toFloat64(), h.toFloat64()]
      h.set(closest(() => conjugateGradients(apply, right, { start, tolerance, precondition }).x))
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
