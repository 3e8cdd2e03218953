/** What exchanges of two nodes make of the sum of residual variances, Σ rₖₖ² / 2. */
import type { OrderedFactor } from "./OrderedFactor.ts"

/**
 * The changes for one node, with all behind it up to some position, from one pass.
 *
 * Without the node x at position a, the factor of the others has rows that are found by rotating that of x into each in turn. The node y
 * then comes to the place of x: those between are explained by y in place of x. Last comes x, explained by all that stood up to b.
 * Only rows and columns a … b are needed.
 */
export class SwapChanges {
  private readonly d: number
  /** Rows of the factor without x, in the columns behind their diagonal, and the row of x beside them. */
  private readonly rows: Float64Array
  private readonly diagonal: Float64Array
  private readonly ofX: Float64Array

  constructor(d: number) {
    this.d = d
    this.rows = new Float64Array(d * d)
    this.diagonal = new Float64Array(d)
    this.ofX = new Float64Array(d)
  }

  /** Element b of `changes`: that of exchanging the nodes at a and b, for a < b ≤ last. Cost: some 5 (last − a)² flops. */
  from({ r, l }: OrderedFactor, a: number, last: number, changes: Float64Array): void {
    const { d, rows, diagonal } = this
    this.without(r, a, last)
    const start = r[a * (d + 1)]! * r[a * (d + 1)]!
    let [between, tau] = [0, 1 / start]
    for (let b = a + 1; b <= last; b++) {
      const ofB = l[b * d + a]!
      tau += ofB * ofB
      // What y leaves of those between, from the back; rho is what is left of y.
      let rho = diagonal[b]! * diagonal[b]!
      let explained = 0
      for (let k = b - 1; k > a; k--) {
        const square = rows[k * d + b]! * rows[k * d + b]!
        rho += square
        explained += (diagonal[k]! * diagonal[k]! * square) / rho
      }
      const own = r[b * (d + 1)]! * r[b * (d + 1)]!
      changes[b] = (between - explained + (rho - own) + (1 / tau - start)) / 2
      between += diagonal[b]! * diagonal[b]! - own
    }
  }

  /** The factor without x at position a, its rows up to `last`. */
  private without(r: Float64Array, a: number, last: number): void {
    const { d, rows, diagonal, ofX } = this
    for (let j = a + 1; j <= last; j++) ofX[j] = r[a * d + j]!
    for (let k = a + 1; k <= last; k++) {
      const [f, g] = [r[k * (d + 1)]!, ofX[k]!]
      const h = Math.sqrt(f * f + g * g)
      const [c, s] = [f / h, g / h]
      diagonal[k] = h
      for (let j = k + 1; j <= last; j++) {
        const [u, v] = [r[k * d + j]!, ofX[j]!]
        rows[k * d + j] = c * u + s * v
        ofX[j] = c * v - s * u
      }
    }
  }
}
