/** What each bit costs under a logistic model, over matrices of a workspace and in their place. */
import type { Matrix } from "../../math/linear/Matrix.ts"
import type { Workspace } from "../../math/linear/Workspace.ts"
import { ELEMENTWISE_WASM } from "../../math/wasm/elementwise.wasm.ts"

interface Kernels {
  readonly exp: (from: number, to: number, count: number) => void
  readonly log: (from: number, to: number, count: number) => void
}

/** Elements at once, if rows are no longer: they stay in the first-level cache. */
const CHUNK = 1024

/** From here on e^m / (1 + e^m) is 1, and log (1 + e^m) is m, to the last bit. */
const SATURATED = 40

/** For rows of so many bits; nothing is allocated after it is made. */
export class LogisticTerms {
  private readonly width: number
  private readonly kernels: Kernels
  private readonly powers: Matrix<"f64">
  private readonly logs: Matrix<"f64">

  constructor(space: Workspace<"f64">, width: number) {
    this.width = width
    this.kernels = space.module<Kernels>(ELEMENTWISE_WASM)
    this.powers = space.matrix(1, Math.max(CHUNK, width))
    this.logs = space.matrix(1, Math.max(CHUNK, width))
  }

  /** Σ sᵣ (log (1 + e^m) − x m) over all rows r, with a share sᵣ each; m becomes sᵣ (σ(m) − x), the derivative of its term. */
  residuals(x: Float64Array, m: Float64Array, shares: Float64Array): number {
    const { kernels, logs, powers, width } = this
    const [power, one] = [powers.data, logs.data]
    const rows = Math.max(1, Math.floor(CHUNK / Math.max(width, 1)))
    let sum = 0
    for (let first = 0; first < shares.length; first += rows) {
      const last = Math.min(first + rows, shares.length)
      const [begin, count] = [first * width, (last - first) * width]
      for (let i = 0; i < count; i++) power[i] = Math.min(m[begin + i]!, SATURATED)
      kernels.exp(powers.address, powers.address, count)
      for (let i = 0; i < count; i++) one[i] = 1 + power[i]!
      kernels.log(logs.address, logs.address, count)
      for (let row = first, i = 0; row < last; row++) {
        const share = shares[row]!
        for (let end = i + width; i < end; i++) {
          const [value, bit] = [m[begin + i]!, x[begin + i]!]
          sum += share * (one[i]! + Math.max(value - SATURATED, 0) - bit * value)
          m[begin + i] = share * (power[i]! / (1 + power[i]!) - bit)
        }
      }
    }
    return sum
  }
}
