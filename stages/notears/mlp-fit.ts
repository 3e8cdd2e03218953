/** A small network for each node on those before it, as a score of orders. */
import type { Matrix } from "../math/linear/Matrix.ts"
import { Workspace } from "../math/linear/Workspace.ts"
import { lbfgsb } from "../math/optimise/Lbfgsb.ts"
import { stream } from "../math/random/Philox.ts"
import type { FitNode } from "./NodewiseOrder.ts"
import { sigmoidsInPlace } from "./sigmoids.ts"
import type { Samples } from "./tensors.ts"

export interface NetworkSettings {
  readonly hidden: number
  /** λ₁ of ‖A‖₁, A being the first layer. */
  readonly lambda1: number
  /** λ₂ of ½ (‖A‖² + ‖b‖²). */
  readonly lambda2: number
  /** Of the initial values. */
  readonly seed: number
  /** The last step of L-BFGS-B lowers the score by this share at most. */
  readonly tolerance: number
  readonly maxIterations: number
}

/**
 * 1/2n Σ (x − σ(Zᵀ A) b)² + λ₁ ‖A‖₁ + λ₂/2 (‖A‖² + ‖b‖²), without biases, Z being the nodes before.
 *
 * A is the difference of two matrices with no element below 0, so that the penalty is smooth. What is found depends on where the search begins;
 * that is fixed by the seed for each pair of nodes, so that the fit depends on the set of nodes before alone. The weight of an edge is
 * the norm of its row of A. Source: Zheng, Dan, Aragam, Ravikumar and Xing, AISTATS 2020 (arXiv 1909.13189), equation 11. Cost: 4 n k h flops
 * for each evaluation with h hidden units.
 */
export const mlpFit = (samples: Samples, settings: NetworkSettings): FitNode => {
  const { hidden, maxIterations, tolerance } = settings
  const networkFor = networkOf(samples, settings)
  return (node, before) => {
    const network = networkFor(node, before)
    const { x, value, evaluations } = lbfgsb(
      (x, gradient) => network.evaluate(x, gradient),
      initialValues(node, before, settings),
      network.bounds,
      { gradientTolerance: 1e-5, valueTolerance: tolerance, maxIterations }
    )
    const size = before.length * hidden
    const weights = Float64Array.from(before, (_, i) => {
      let square = 0
      for (let h = i * hidden; h < (i + 1) * hidden; h++) square += (x[h]! - x[size + h]!) ** 2
      return Math.sqrt(square)
    })
    return { score: value, weights, flops: 4 * evaluations * samples.n * hidden * (before.length + 1) }
  }
}

/** The network of a node on those before it; one at a time, for the next one takes its memory. */
export const networkOf = ({ data, n, d }: Samples, settings: NetworkSettings) => {
  const columns = Array.from({ length: d }, (_, i) => Float64Array.from({ length: n }, (_, row) => data[row * d + i]!))
  const space = new Workspace("f64")
  return (node: number, before: Int32Array): Network => {
    const parents = Array.from(before, (i) => columns[i]!)
    return space.temporary(() => new Network(space, columns[node]!, parents, settings))
  }
}

/** u, v with A = u − v, uniform on (−1, 1), and b on ±1/√hidden, as usual for layers of so many inputs. */
const initialValues = (node: number, before: Int32Array, { hidden, seed }: NetworkSettings): Float64Array => {
  const size = before.length * hidden
  const values = new Float64Array(2 * size + hidden)
  for (const [i, parent] of before.entries()) {
    const row = stream(seed, `notears/mlp ${parent} to ${node}`).uniforms(hidden)
    for (let h = 0; h < hidden; h++) {
      const value = 2 * row[h]! - 1
      values[i * hidden + h] = Math.max(value, 0)
      values[size + i * hidden + h] = Math.max(-value, 0)
    }
  }
  const last = stream(seed, `notears/mlp ${node}`).uniforms(hidden)
  for (let h = 0; h < hidden; h++) values[2 * size + h] = (2 * last[h]! - 1) / Math.sqrt(hidden)
  return values
}

class Network {
  readonly bounds: { readonly lower: Float64Array; readonly upper: Float64Array }
  private readonly space: Workspace<"f64">
  private readonly settings: NetworkSettings
  private readonly x: Float64Array
  private readonly k: number
  private readonly z: Matrix<"f64">
  private readonly first: Matrix<"f64">
  private readonly last: Matrix<"f64">
  /** Units × samples: what goes into them, and what comes out. */
  private readonly units: Matrix<"f64">
  private readonly output: Matrix<"f64">
  private readonly firstSlope: Matrix<"f64">
  private readonly lastSlope: Matrix<"f64">

  constructor(
    space: Workspace<"f64">,
    x: Float64Array,
    before: ReadonlyArray<Float64Array>,
    settings: NetworkSettings
  ) {
    const [n, k, h] = [x.length, before.length, settings.hidden]
    this.space = space
    this.settings = settings
    this.x = x
    this.k = k
    this.z = space.matrix(k, n)
    this.first = space.matrix(k, h)
    this.last = space.matrix(1, h)
    this.units = space.matrix(h, n)
    this.output = space.matrix(1, n)
    this.firstSlope = space.matrix(k, h)
    this.lastSlope = space.matrix(1, h)
    for (const [i, values] of before.entries()) this.z.row(i).set(values)
    const lower = new Float64Array(2 * k * h + h).fill(Number.NEGATIVE_INFINITY, 2 * k * h)
    this.bounds = { lower, upper: new Float64Array(lower.length).fill(Number.POSITIVE_INFINITY) }
  }

  /** The score and its gradient, by u, v and b. */
  evaluate(values: Float64Array, gradient: Float64Array): number {
    const { space, k, first, last, z, units, output, lastSlope, firstSlope } = this
    const { hidden } = this.settings
    const size = k * hidden
    const a = first.data
    for (let i = 0; i < size; i++) a[i] = values[i]! - values[size + i]!
    last.set(values.subarray(2 * size))
    space.multiply(units, first, z, { transposeA: true })
    sigmoidsInPlace(space, units)
    space.multiply(output, last, units)
    const loss = this.residual()
    space.multiply(lastSlope, output, units, { transposeB: true })
    this.slopesOfUnits()
    space.multiply(firstSlope, z, units, { transposeB: true })
    return loss + this.penalise(values, gradient)
  }

  /** 1/2n Σ (f − x)²; the output becomes (f − x) / n. */
  private residual(): number {
    const { x, output } = this
    const rest = output.data
    let sum = 0
    for (let row = 0; row < x.length; row++) {
      const difference = rest[row]! - x[row]!
      sum += difference * difference
      rest[row] = difference / x.length
    }
    return sum / (2 * x.length)
  }

  /** Units become the slopes by what goes into them: b r σ (1 − σ). */
  private slopesOfUnits(): void {
    const n = this.x.length
    const [rest, values, weights] = [this.output.data, this.units.data, this.last.data]
    for (let h = 0; h < weights.length; h++) {
      const weight = weights[h]!
      for (let row = 0; row < n; row++) {
        const value = values[h * n + row]!
        values[h * n + row] = weight * rest[row]! * value * (1 - value)
      }
    }
  }

  /** The penalties; adds their slopes to those of the loss. */
  private penalise(values: Float64Array, gradient: Float64Array): number {
    const { lambda1, lambda2, hidden } = this.settings
    const size = this.k * hidden
    const [a, b] = [this.first.data, this.last.data]
    const [firstSlope, lastSlope] = [this.firstSlope.data, this.lastSlope.data]
    let [sum, squares] = [0, 0]
    for (let i = 0; i < size; i++) {
      const smooth = firstSlope[i]! + lambda2 * a[i]!
      gradient[i] = smooth + lambda1
      gradient[size + i] = lambda1 - smooth
      sum += values[i]! + values[size + i]!
      squares += a[i]! * a[i]!
    }
    for (let h = 0; h < hidden; h++) {
      gradient[2 * size + h] = lastSlope[h]! + lambda2 * b[h]!
      squares += b[h]! * b[h]!
    }
    return lambda1 * sum + (lambda2 / 2) * squares
  }
}
