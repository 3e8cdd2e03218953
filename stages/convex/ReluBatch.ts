/** A network and points in WebAssembly memory: outputs, and their gradients in weights and in points. */
import { Workspace } from "../math/linear/Workspace.ts"
import type { ReluNetwork } from "./ReluNetwork.ts"
import type { Points } from "./tensors.ts"

type Matrix = ReturnType<Workspace<"f64">["matrix"]>

/**
 * Forward and backward passes of f(x) = Σ αⱼ max(0, xᵀuⱼ) for a fixed number of points; the products take 2 · count · neurons · inputs flops
 * each. Views of the matrices stay valid: nothing is allocated after the constructor.
 */
export class ReluBatch {
  readonly count: number
  readonly neurons: number
  readonly inputs: number
  /** count × inputs: may be written to. */
  readonly points: Float64Array
  /** neurons × inputs: may be written to. */
  readonly weights: Float64Array
  /** neurons: may be written to. */
  readonly alpha: Float64Array
  /** count: of the last `forward`. */
  readonly outputs: Float64Array
  /** neurons × inputs and neurons: of the last `backward`. */
  readonly weightGradient: Float64Array
  readonly alphaGradient: Float64Array
  /** count × inputs: of the last `inputBackward`. */
  readonly pointGradient: Float64Array
  private readonly space = new Workspace("f64")
  private readonly matrices: { readonly [name in "x" | "u" | "hidden" | "slopes" | "du" | "dx"]: Matrix }
  private readonly hidden: Float64Array
  private readonly slopes: Float64Array

  constructor(count: number, { neurons, inputs, weights, alpha }: ReluNetwork) {
    this.count = count
    this.neurons = neurons
    this.inputs = inputs
    const { space } = this
    this.matrices = {
      x: space.matrix(count, inputs),
      u: space.matrix(neurons, inputs),
      hidden: space.matrix(count, neurons),
      slopes: space.matrix(count, neurons),
      du: space.matrix(neurons, inputs),
      dx: space.matrix(count, inputs)
    }
    this.points = this.matrices.x.data
    this.weights = this.matrices.u.data
    this.hidden = this.matrices.hidden.data
    this.slopes = this.matrices.slopes.data
    this.weightGradient = this.matrices.du.data
    this.pointGradient = this.matrices.dx.data
    this.weights.set(weights)
    this.alpha = alpha.slice()
    this.outputs = new Float64Array(count)
    this.alphaGradient = new Float64Array(neurons)
  }

  /** A batch of these points. */
  static of({ data, count }: Points, network: ReluNetwork): ReluBatch {
    const batch = new ReluBatch(count, network)
    batch.points.set(data)
    return batch
  }

  get network(): ReluNetwork {
    const { neurons, inputs, weights, alpha } = this
    return { neurons, inputs, weights: weights.slice(), alpha: alpha.slice() }
  }

  /** Outputs of the points as they are. */
  forward(): Float64Array {
    const { count, neurons, hidden, alpha, outputs, matrices } = this
    this.space.multiply(matrices.hidden, matrices.x, matrices.u, { transposeB: true })
    for (let i = 0, at = 0; i < count; i++) {
      let sum = 0
      for (let j = 0; j < neurons; j++, at++) {
        const value = Math.max(0, hidden[at]!)
        hidden[at] = value
        sum += value * alpha[j]!
      }
      outputs[i] = sum
    }
    return outputs
  }

  /** Gradients of Σ factorᵢ f(xᵢ) in weights and α, at the points of the last `forward`. */
  backward(factors: Float64Array): void {
    const { count, neurons, hidden, alphaGradient, matrices } = this
    alphaGradient.fill(0)
    for (let i = 0, at = 0; i < count; i++) {
      for (let j = 0; j < neurons; j++, at++) alphaGradient[j]! += factors[i]! * hidden[at]!
    }
    this.takeSlopes(factors)
    this.space.multiply(matrices.du, matrices.slopes, matrices.x, { transposeA: true })
  }

  /** Gradients of factorᵢ f(xᵢ) in each point, at the points of the last `forward`. */
  inputBackward(factors: Float64Array): Float64Array {
    this.takeSlopes(factors)
    this.space.multiply(this.matrices.dx, this.matrices.slopes, this.matrices.u)
    return this.pointGradient
  }

  /** factorᵢ αⱼ where neuron j is on at point i. */
  private takeSlopes(factors: Float64Array): void {
    const { count, neurons, hidden, slopes, alpha } = this
    for (let i = 0, at = 0; i < count; i++) {
      for (let j = 0; j < neurons; j++, at++) slopes[at] = hidden[at]! > 0 ? factors[i]! * alpha[j]! : 0
    }
  }
}
