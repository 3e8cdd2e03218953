/**
 * Networks of two layers, f(x) = Σ αⱼ max(0, xᵀuⱼ), and what the convex program makes of them.
 *
 * A block v of the program, whose pattern is that of its own signs X v ≥ 0, is the neuron u = v/√‖v‖ with α = ±√‖v‖.
 * Source: Pilanci and Ergen, ICML 2020, theorem 1.
 */
import type { Model } from "athanor/stage"
import { Effect, Schema } from "effect"
import { float64 } from "../math/float64.ts"
import { multiply } from "../math/linear/Gemm.ts"
import { dot, length } from "../math/linear/Vector.ts"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"
import type { Loss } from "./losses.ts"
import { type Examples, NotFinite, type Points } from "./tensors.ts"

export interface ReluNetwork {
  readonly neurons: number
  readonly inputs: number
  /** uⱼ in rows: neurons × inputs. */
  readonly weights: Float64Array
  /** αⱼ: neurons. */
  readonly alpha: Float64Array
}

/** Blocks of the convex program: vectors of one length, each the weights of a neuron times its ±α. */
export interface Blocks {
  readonly dimension: number
  /** count × dimension, row-major. */
  readonly vectors: Float64Array
  /** +1 of a block v, −1 of a block w: count. */
  readonly signs: ArrayLike<number>
}

/** (X u)₊ α, an output for each point. */
export const outputsOf = (
  { neurons, weights, alpha }: ReluNetwork,
  { data, count, dimension }: Points
): Float64Array => {
  const outputs = new Float64Array(count)
  if (neurons === 0) return outputs
  const sums = multiply(data, weights, count, neurons, dimension, { transposeB: true })
  for (let i = 0, at = 0; i < count; i++) {
    let sum = 0
    for (let j = 0; j < neurons; j++, at++) sum += Math.max(0, sums[at]!) * alpha[j]!
    outputs[i] = sum
  }
  return outputs
}

/** ½ Σ (‖uⱼ‖² + αⱼ²). */
export const penaltyOf = ({ weights, alpha }: ReluNetwork): number => (dot(weights, weights) + dot(alpha, alpha)) / 2

/** L((X u)₊ α, y) + (β/2) Σ (‖uⱼ‖² + αⱼ²): what networks are trained for. */
export const objectiveOf = (network: ReluNetwork, { x, y }: Examples, beta: number, loss: Loss): number =>
  loss.value(outputsOf(network, x), y) + beta * penaltyOf(network)

/** The neurons of blocks that are not zero. */
export const networkOf = ({ dimension, vectors, signs }: Blocks): ReluNetwork => {
  const norms = Float64Array.from(signs, (_, b) => length(vectors.subarray(b * dimension, (b + 1) * dimension)))
  const kept = Array.from(norms.keys()).filter((b) => norms[b]! > 0)
  const weights = new Float64Array(kept.length * dimension)
  for (const [j, b] of kept.entries()) {
    const root = Math.sqrt(norms[b]!)
    for (let k = 0; k < dimension; k++) weights[j * dimension + k] = vectors[b * dimension + k]! / root
  }
  const alpha = Float64Array.from(kept, (b) => signs[b]! * Math.sqrt(norms[b]!))
  return { neurons: kept.length, inputs: dimension, weights, alpha }
}

/** The blocks of a network: uⱼ |αⱼ| with the sign of αⱼ. */
export const blocksOf = ({ neurons, inputs, weights, alpha }: ReluNetwork): Blocks => {
  const vectors = weights.map((weight, at) => weight * Math.abs(alpha[Math.floor(at / inputs)]!))
  return { dimension: inputs, vectors, signs: Float64Array.from({ length: neurons }, (_, j) => Math.sign(alpha[j]!)) }
}

/** The same function with ‖uⱼ‖ = |αⱼ|, the smallest penalty that scaling can reach; neurons without effect are left out. */
export const balanced = (network: ReluNetwork): ReluNetwork => networkOf(blocksOf(network))

/** The same function with one neuron for all that share signs at the points and the sign of α: the penalty is no larger. */
export const merged = (network: ReluNetwork, { data, count, dimension }: Points): ReluNetwork => {
  const { vectors, signs } = blocksOf(network)
  const sums = multiply(data, vectors, count, network.neurons, dimension, { transposeB: true })
  const places = new Map<string, number>()
  const [sumsOfBlocks, signsOfBlocks]: [Array<Float64Array>, Array<number>] = [[], []]
  for (let j = 0; j < network.neurons; j++) {
    const name = Array.from({ length: count }, (_, i) => Math.sign(sums[i * network.neurons + j]!)).join() + signs[j]
    const block = vectors.subarray(j * dimension, (j + 1) * dimension)
    const place = places.get(name)
    if (place === undefined) {
      places.set(name, sumsOfBlocks.push(block.slice()) - 1)
      signsOfBlocks.push(signs[j]!)
    } else {
      const sum = sumsOfBlocks[place]!
      for (let k = 0; k < dimension; k++) sum[k]! += block[k]!
    }
  }
  const all = new Float64Array(sumsOfBlocks.length * dimension)
  for (const [at, sum] of sumsOfBlocks.entries()) all.set(sum, at * dimension)
  return networkOf({ dimension, vectors: all, signs: signsOfBlocks })
}

/** Tensors `weights` [neurons, inputs] and `alpha` [neurons]. */
export const toModel = ({ neurons, inputs, weights, alpha }: ReluNetwork): Model => ({
  tensors: { weights: { shape: [neurons, inputs], data: weights }, alpha: { shape: [neurons], data: alpha } },
  metadata: { network: "f(x) = sum_j alpha_j max(0, x . weights_j)" }
})

/** A model is no network of two layers. */
export class NoReluNetwork extends Schema.TaggedError<NoReluNetwork>()("NoReluNetwork", {
  found: Schema.Array(Schema.String)
}) {
  override get message(): string {
    const found = this.found.length === 0 ? "it has none" : `it has ${this.found.join(", ")}`
    return `the model needs the tensors weights (neurons × inputs) and alpha (neurons): ${found}`
  }
}

/** The network of a model, for points of this dimension. */
export const ofModel = Effect.fnUntraced(function* ({ tensors }: Model, inputs: number) {
  const { weights, alpha } = tensors
  if (weights === undefined || alpha === undefined) return yield* new NoReluNetwork({ found: Object.keys(tensors) })
  const neurons = alpha.shape[0] ?? 0
  if (alpha.shape.length !== 1) {
    return yield* new ShapeMismatch({ input: "alpha", found: alpha.shape, expected: "neurons" })
  }
  if (weights.shape.join() !== `${neurons},${inputs}`) {
    const expected = `${neurons}×${inputs}, as alpha has neurons and X coordinates`
    return yield* new ShapeMismatch({ input: "weights", found: weights.shape, expected })
  }
  const network = { neurons, inputs, weights: float64(weights), alpha: float64(alpha) }
  for (const [input, data] of [
    ["weights", network.weights],
    ["alpha", network.alpha]
  ] as const) {
    const at = data.findIndex((value) => !Number.isFinite(value))
    if (at !== -1) return yield* new NotFinite({ input, place: [at], value: data[at]! })
  }
  return network satisfies ReluNetwork
})
