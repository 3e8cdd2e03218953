/**
 * F and its transpose, over the blocks of all patterns at once: F u = Σₚ Dₚ X (vₚ − wₚ), with 0/1 patterns Δ, n × P.
 *
 * Products with Δ have no multiplications; what is left of them is a product with X, row by row.
 */
import { BinaryMatrix } from "../math/linear/BinaryMatrix.ts"
import type { Matrix } from "../math/linear/Matrix.ts"
import { dot } from "../math/linear/Vector.ts"
import type { Workspace } from "../math/linear/Workspace.ts"
import type { Patterns } from "./ActivationPatterns.ts"
import { type SplittingKernel, splittingKernel } from "./splitting-kernel.ts"

export class PatternProducts {
  readonly space: Workspace<"f64">
  /** n × d. */
  readonly x: Matrix<"f64">
  /** X B⁻¹, n × d. */
  readonly xOverB: Matrix<"f64">
  /** What `spread` fills and `collect` reads, a row for each pattern: P × d. */
  readonly inner: Matrix<"f64">
  private readonly patterns: Patterns
  /** Δ and its transpose. */
  private readonly active: BinaryMatrix
  private readonly activeByPattern: BinaryMatrix
  /** Scratch, n × d. */
  private readonly rows: Matrix<"f64">
  private readonly kernel: SplittingKernel

  constructor(space: Workspace<"f64">, x: Matrix<"f64">, xOverB: Matrix<"f64">, patterns: Patterns) {
    const { rows: n, count } = patterns
    this.space = space
    this.x = x
    this.xOverB = xOverB
    this.patterns = patterns
    this.inner = space.matrix(count, x.columns)
    this.active = new BinaryMatrix(space, n, count, patterns.active)
    this.activeByPattern = new BinaryMatrix(space, count, n, byPattern(patterns))
    this.rows = space.matrix(n, x.columns)
    this.kernel = splittingKernel(space)
  }

  /** Row p of `inner` ← α Xᵀ Dₚ q, as Δᵀ (α q ∘ X). */
  spread(alpha: number, q: Matrix<"f64">): void {
    const { x, rows, kernel, activeByPattern, inner } = this
    kernel.scaleRows(x.rows, x.columns, alpha, q.address, x.address, rows.address)
    activeByPattern.multiply(inner, rows)
  }

  /** toᵢ ← β bᵢ + α Σₚ Δᵢₚ (X B⁻¹ Aᵀ)ᵢₚ of the rows A in `inner`: each row of X B⁻¹ times that of Δ A. */
  collect(alpha: number, beta: number, b: Matrix<"f64">, to: Matrix<"f64">): void {
    const { xOverB, rows, kernel, active, inner } = this
    active.multiply(rows, inner)
    const [n, d] = [rows.rows, rows.columns]
    kernel.rowProducts(n, d, alpha, xOverB.address, rows.address, beta, b.address, to.address)
  }

  /** K = F (I ⊗ B⁻¹) Fᵀ = 2 (X B⁻¹ Xᵀ) ∘ (Δ Δᵀ), n × n, in 2 n² d flops and n² P / 4 additions. */
  matrix(): Float64Array {
    const { space, x, xOverB, patterns, active } = this
    const { rows: n, count } = patterns
    return space.temporary(() => {
      const [products, shared, on] = [space.matrix(n, n), space.matrix(n, n), space.matrix(count, n)]
      space.multiply(products, xOverB, x, { transposeB: true, alpha: 2 })
      on.set(Float64Array.from(byPattern(patterns)))
      active.multiply(shared, on)
      const counts = shared.data
      return products.toFloat64().map((element, at) => element * counts[at]!)
    })
  }

  /** The diagonal of K: 2 xᵢᵀ B⁻¹ xᵢ Σₚ Δᵢₚ. */
  diagonal(): Float64Array {
    const { x, xOverB, patterns } = this
    const { count, active } = patterns
    return Float64Array.from({ length: x.rows }, (_, i) => {
      const on = active.subarray(i * count, (i + 1) * count).reduce((sum, state) => sum + state, 0)
      return 2 * dot(x.row(i), xOverB.row(i)) * on
    })
  }
}

/** The states of all points, a row for each pattern. */
export const byPattern = ({ rows, count, active }: Patterns): Uint8Array => {
  const result = new Uint8Array(active.length)
  for (let i = 0; i < rows; i++) for (let p = 0; p < count; p++) result[p * rows + i] = active[i * count + p]!
  return result
}
