/**
 * Some eigenpairs of a large symmetric matrix, known by its products.
 *
 * Lanczos vectors, orthogonalised against all before them; when their space is full it is begun anew from the best Ritz vectors.
 * Source: K. Wu and H. Simon, Thick-Restart Lanczos Method for Large Symmetric Eigenvalue Problems, SIAM J. Matrix Anal. Appl. 22 (2000).
 */
import { Data } from "effect"
import { type Eigen, eigen } from "../linear/SymmetricEigen.ts"
import { addScaled, dot, length, scale } from "../linear/Vector.ts"
import { stream } from "../random/Philox.ts"
import type { Operator } from "./Operator.ts"

export interface LanczosOptions {
  /** Which end of the spectrum ("largest", algebraically). */
  readonly which?: "largest" | "smallest"
  /** A pair is found when ‖A v − λ v‖ ≤ tolerance × the largest |Ritz value| (1e-10). */
  readonly tolerance?: number
  /** Products with A after which the search is given up: 100 times the space by default. */
  readonly maxProducts?: number
  /** Vectors in memory: 2 `count` + 20 by default, at most n. */
  readonly space?: number
}

/** Not all pairs that were asked for have come to their tolerance. */
export class NoEigenpairs extends Data.TaggedError("NoEigenpairs")<{
  readonly found: number
  readonly asked: number
  readonly products: number
  /** Relative, of the first that is not found. */
  readonly residual: number
}> {
  override get message(): string {
    return (
      `${this.found} of ${this.asked} eigenpairs are found after ${this.products} products; ` +
      `the next has a relative residual of ${this.residual}`
    )
  }
}

/**
 * `count` eigenpairs from one end of the spectrum of a symmetric A of order n, the outermost first.
 *
 * Starts from a fixed random vector, so that the result is a function of the matrix. Of equal eigenvalues it may miss some, as all
 * methods that work with one vector do, unless rounding shows them. Cost: a product with A and 4 n `space` flops a vector. Throws
 * `NoEigenpairs`; `RangeError` when `count` is more than n.
 */
export const lanczos = (apply: Operator, n: number, count: number, options: LanczosOptions = {}): Eigen => {
  if (count > n || count < 1) throw new RangeError(`a matrix of order ${n} does not have ${count} eigenpairs`)
  const space = Math.min(n, Math.max(count + 2, options.space ?? 2 * count + 20))
  const { which = "largest", tolerance = 1e-10, maxProducts = 100 * space } = options
  const sign = which === "largest" ? 1 : -1
  const search = new Search(apply, n, space, sign)
  for (;;) {
    search.fill()
    const { products } = search
    if (!search.isFinite) throw new NoEigenpairs({ found: 0, asked: count, products, residual: Number.NaN })
    const { ritz, residuals } = search.project()
    const size = Math.max(Math.abs(ritz.values[0]!), Math.abs(ritz.values[search.size - 1]!))
    const open = residuals.subarray(0, count).findIndex((residual) => !(residual <= tolerance * size))
    if (open === -1) return search.pairs(ritz, count)
    const relative = residuals[open]! / size
    if (products >= maxProducts) throw new NoEigenpairs({ found: open, asked: count, products, residual: relative })
    search.restart(ritz, Math.min(space - 1, count + Math.floor((space - count) / 2)))
  }
}

class Search {
  /** Vectors of the space that are in use. */
  size = 0
  products = 0
  private readonly apply: Operator
  private readonly n: number
  private readonly space: number
  private readonly sign: number
  /** Rows are orthonormal; one more than the space, from which it goes on. */
  private readonly basis: ReadonlyArray<Float64Array>
  /** Vᵀ A V, lower triangle. */
  private projected: Float64Array
  /** Norm of what A v adds to the space after its last vector. */
  private beyond = 0
  /** Ritz vectors that the space began with. */
  private kept = 0
  private readonly random = stream(20000613, "lanczos")

  constructor(apply: Operator, n: number, space: number, sign: number) {
    this.apply = apply
    this.n = n
    this.space = space
    this.sign = sign
    this.basis = Array.from({ length: space + 1 }, () => new Float64Array(n))
    this.projected = new Float64Array(space * space)
    this.basis[0]!.set(this.random.normals(n))
    this.orthonormalise(0)
  }

  get isFinite(): boolean {
    return Number.isFinite(this.beyond)
  }

  /** Adds vectors until the space is full, or one is not finite. */
  fill(): void {
    for (; this.size < this.space && this.isFinite; this.size++) {
      const j = this.size
      const next = this.basis[j + 1]!
      this.apply(this.basis[j]!, next)
      this.products++
      if (this.sign < 0) scale(next, -1)
      const before = length(next)
      // First what is there by theory, the last two and after a restart all that were kept; then what rounding has left along any.
      const first = j > this.kept ? j - 1 : 0
      for (let i = first; i <= j; i++) this.projected[j * this.space + i] = this.takeOut(next, i)
      for (let i = 0; i <= j; i++) this.projected[j * this.space + i]! += this.takeOut(next, i)
      this.beyond = length(next)
      if (this.beyond > 1e-15 * before) scale(next, 1 / this.beyond)
      else if (j + 1 < this.n) {
        // The space is invariant: it goes on with a vector that has nothing to do with it.
        this.beyond = 0
        next.set(this.random.normals(this.n))
        this.orthonormalise(j + 1)
      }
    }
  }

  private takeOut(x: Float64Array, i: number): number {
    const component = dot(x, this.basis[i]!)
    addScaled(x, -component, this.basis[i]!)
    return component
  }

  private orthonormalise(j: number): void {
    const x = this.basis[j]!
    for (let i = 0; i < 2 * j; i++) this.takeOut(x, i % j)
    scale(x, 1 / length(x))
  }

  /** Eigenpairs of A on the space, and how far each is from one of A. */
  project(): { readonly ritz: Eigen; readonly residuals: Float64Array } {
    const ritz = eigen(this.projected, this.space)
    const residuals = Float64Array.from({ length: this.space }, (_, i) =>
      Math.abs(this.beyond * ritz.vectors[i * this.space + this.space - 1]!)
    )
    return { ritz, residuals }
  }

  /** Keeps the Ritz vectors of the `kept` first values, and the vector from which the space goes on. */
  restart(ritz: Eigen, kept: number): void {
    const vectors = this.vectors(ritz, kept)
    this.projected = new Float64Array(this.space * this.space)
    for (let i = 0; i < kept; i++) {
      this.basis[i]!.set(vectors.subarray(i * this.n, (i + 1) * this.n))
      this.projected[i * this.space + i] = ritz.values[i]!
    }
    this.basis[kept]!.set(this.basis[this.space]!)
    this.size = kept
    this.kept = kept
  }

  private vectors(ritz: Eigen, count: number): Float64Array {
    const result = new Float64Array(count * this.n)
    for (let i = 0; i < count; i++) {
      const row = result.subarray(i * this.n, (i + 1) * this.n)
      for (let k = 0; k < this.space; k++) addScaled(row, ritz.vectors[i * this.space + k]!, this.basis[k]!)
    }
    return result
  }

  pairs(ritz: Eigen, count: number): Eigen {
    const vectors = this.vectors(ritz, count)
    for (let i = 0; i < count; i++) {
      const row = vectors.subarray(i * this.n, (i + 1) * this.n)
      const peak = row.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0)
      if (peak < 0) scale(row, -1)
    }
    return { values: ritz.values.slice(0, count).map((value) => this.sign * value), vectors }
  }
}
