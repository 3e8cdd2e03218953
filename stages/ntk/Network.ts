/**
 * Fully connected networks in the tangent-kernel parametrisation, resident in WebAssembly memory.
 *
 *   z₍ₗ₊₁₎ = W_l a_l / √n_l + β b_l,  a_l = σ(z_l),  f = z_L
 *
 * All weights and biases start from N(0, 1). Source: Jacot et al. 2018, section 2.
 */
import type { Model } from "athanor/stage"
import type { Matrix, Precision } from "../math/linear/Matrix.ts"
import { Workspace } from "../math/linear/Workspace.ts"
import { stream } from "../math/random/Philox.ts"
import { type Activation, type ActivationName, activation } from "./Activation.ts"

export interface NetworkShape {
  /** n_0 … n_L. */
  readonly widths: ReadonlyArray<number>
  readonly beta: number
  readonly activation: ActivationName
}

/** The widths of a network whose hidden layers are all alike. */
export const uniformWidths = (inputs: number, width: number, depth: number, outputs: number): ReadonlyArray<number> => [
  inputs,
  ...Array.from({ length: depth - 1 }, () => width),
  outputs
]

export class Network<P extends Precision> {
  readonly space: Workspace<P>
  readonly shape: NetworkShape
  /** W_l, n₍ₗ₊₁₎ × n_l. */
  readonly weights: ReadonlyArray<Matrix<P>>
  /** b_l, 1 × n₍ₗ₊₁₎. */
  readonly biases: ReadonlyArray<Matrix<P>>
  readonly activation: Activation

  constructor(precision: P, shape: NetworkShape) {
    this.space = new Workspace(precision)
    this.shape = shape
    this.activation = activation(shape.activation)
    const layers = shape.widths.slice(1).map((rows, layer) => ({ rows, columns: shape.widths[layer] ?? 0 }))
    this.weights = layers.map(({ rows, columns }) => this.space.matrix(rows, columns))
    this.biases = layers.map(({ rows }) => this.space.matrix(1, rows))
  }

  /** Layers of weights, L. */
  get depth(): number {
    return this.weights.length
  }

  /** Draws all weights. Networks that differ in seed or width share no number. */
  initialise(seed: number): this {
    const width = this.shape.widths.join("-")
    for (const [layer, matrix] of this.weights.entries()) {
      matrix.data.set(stream(seed, `W${layer} of ${width}`).normals(matrix.rows * matrix.columns))
    }
    for (const [layer, matrix] of this.biases.entries()) {
      matrix.data.set(stream(seed, `b${layer} of ${width}`).normals(matrix.columns))
    }
    return this
  }

  /** Takes over the tensors `W0`, `b0`, `W1`, … Throws `RangeError` when one is missing or has another shape. */
  load({ tensors }: Model): this {
    for (const [kind, matrices] of [
      ["W", this.weights],
      ["b", this.biases]
    ] as const) {
      for (const [layer, matrix] of matrices.entries()) {
        const tensor = tensors[`${kind}${layer}`]
        if (tensor?.data.length !== matrix.rows * matrix.columns) {
          const found = tensor === undefined ? "is missing" : `has shape ${tensor.shape.join("×")}`
          throw new RangeError(`${kind}${layer} ${found}, ${matrix.rows}×${matrix.columns} was expected`)
        }
        matrix.data.set(tensor.data)
      }
    }
    return this
  }

  toModel(): Model {
    const named = (kind: string, matrices: ReadonlyArray<Matrix<P>>) =>
      matrices.map((matrix, layer) => [
        `${kind}${layer}`,
        { shape: kind === "W" ? [matrix.rows, matrix.columns] : [matrix.columns], data: matrix.data.slice() }
      ])
    return {
      tensors: Object.fromEntries([...named("W", this.weights), ...named("b", this.biases)]),
      metadata: { activation: this.shape.activation, beta: String(this.shape.beta) }
    }
  }
}

/** The widths n_0 … n_L of a model. Throws `RangeError` when its tensors make no network. */
export const widthsOf = ({ tensors }: Model): ReadonlyArray<number> => {
  const widths: Array<number> = []
  for (let layer = 0; tensors[`W${layer}`] !== undefined; layer++) {
    const [rows = 0, columns = 0] = tensors[`W${layer}`]?.shape ?? []
    if (layer === 0) widths.push(columns)
    else if (widths.at(-1) !== columns)
      throw new RangeError(`W${layer} takes ${columns} values, the layer before gives ${widths.at(-1)}`)
    widths.push(rows)
  }
  if (widths.length === 0) throw new RangeError("the model has no tensor W0")
  return widths
}

/** What a network computes for a set of points: activations on the way forward, deltas on the way back. */
export class Batch<P extends Precision> {
  readonly network: Network<P>
  readonly count: number
  /** a_0 … a₍L₋₁₎, count × n_l. */
  readonly activations: ReadonlyArray<Matrix<P>>
  /** σ'(z_1) … σ'(z₍L₋₁₎). */
  private readonly slopes: ReadonlyArray<Matrix<P>>
  /** f = z_L, count × n_L. */
  readonly output: Matrix<P>
  /** δ_1 … δ_L: the derivative of whatever `backward` was given by z_l. */
  readonly deltas: ReadonlyArray<Matrix<P>>

  constructor(network: Network<P>, points: Float64Array, count: number) {
    const { space, shape } = network
    this.network = network
    this.count = count
    const hidden = shape.widths.slice(1, -1)
    this.activations = shape.widths.slice(0, -1).map((width) => space.matrix(count, width))
    this.slopes = hidden.map((width) => space.matrix(count, width))
    this.deltas = shape.widths.slice(1).map((width) => space.matrix(count, width))
    this.output = space.matrix(count, shape.widths.at(-1) ?? 0)
    if (points.length !== count * (shape.widths[0] ?? 0)) {
      throw new RangeError(
        `${count} points have ${points.length} coordinates, the network takes ${shape.widths[0]} each`
      )
    }
    this.activations[0]?.data.set(points)
  }

  /** Computes f, and what `backward` needs. */
  forward(): this {
    const { weights, biases, space, shape, activation: sigma } = this.network
    for (const [layer, w] of weights.entries()) {
      const from = this.activations[layer]!
      const to = this.activations[layer + 1] ?? this.output
      space.multiply(to, from, w, { transposeB: true, alpha: 1 / Math.sqrt(from.columns) })
      const slope = this.slopes[layer]
      if (slope === undefined) addBias(to.data, biases[layer]!.data, shape.beta)
      else if (shape.activation === "relu") addBiasAndRectify(to.data, slope.data, biases[layer]!.data, shape.beta)
      else addBiasAndActivate(to.data, slope.data, biases[layer]!.data, shape.beta, sigma)
    }
    return this
  }

  /** Sets δ_L (count × n_L) and carries it back: δ_l = σ'(z_l) · (δ₍ₗ₊₁₎ W_l) / √n_l. */
  backward(last: ArrayLike<number>): this {
    const { weights, space } = this.network
    this.deltas.at(-1)!.data.set(last)
    for (let layer = weights.length - 1; layer >= 1; layer--) {
      const w = weights[layer]!
      const to = this.deltas[layer - 1]!
      space.multiply(to, this.deltas[layer]!, w, { alpha: 1 / Math.sqrt(w.columns) })
      scaleBy(to.data, this.slopes[layer - 1]!.data)
    }
    return this
  }

  /**
   * One step of gradient descent on the cost whose derivative by f was carried back: W_l −= rate · δᵀ a / √n_l and
   * b_l −= rate · β Σ δ.
   */
  descend(rate: number): void {
    const { weights, biases, space, shape } = this.network
    for (const [layer, w] of weights.entries()) {
      const a = this.activations[layer]!
      const delta = this.deltas[layer]!
      space.multiply(w, delta, a, { transposeA: true, alpha: -rate / Math.sqrt(a.columns), accumulate: true })
      const bias = biases[layer]!.data
      // Each access to `data` makes a view: not in a loop.
      const [slopes, columns] = [delta.data, delta.columns]
      for (let row = 0; row < slopes.length; row += columns) {
        for (let j = 0; j < columns; j++) bias[j]! -= rate * shape.beta * slopes[row + j]!
      }
    }
  }
}

type Floats = Float64Array | Float32Array

const addBias = (z: Floats, bias: Floats, beta: number): void => {
  const width = bias.length
  for (let i = 0; i < z.length; i++) z[i]! += beta * bias[i % width]!
}

const addBiasAndRectify = (z: Floats, slope: Floats, bias: Floats, beta: number): void => {
  const width = bias.length
  for (let row = 0; row < z.length; row += width) {
    for (let j = 0; j < width; j++) {
      const x = z[row + j]! + beta * bias[j]!
      // Without a branch: half of them would be guessed wrong, and take six times as long.
      z[row + j] = (x + Math.abs(x)) / 2
      slope[row + j] = Number(x > 0)
    }
  }
}

const addBiasAndActivate = (z: Floats, slope: Floats, bias: Floats, beta: number, sigma: Activation): void => {
  const width = bias.length
  for (let i = 0; i < z.length; i++) {
    const x = z[i]! + beta * bias[i % width]!
    z[i] = sigma.value(x)
    slope[i] = sigma.slope(x)
  }
}

const scaleBy = (values: Floats, factors: Floats): void => {
  for (let i = 0; i < values.length; i++) values[i]! *= factors[i]!
}
