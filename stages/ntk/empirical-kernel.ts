/** The tangent kernel of a finite network, by layers: never by the vector of all derivatives. */
import type { Precision } from "../math/Workspace.ts"
import type { Batch } from "./Network.ts"

/**
 * The summands of Θ(x, x') by layer, for outputs k and k':
 *
 *   (a_l(x)·a_l(x') / n_l + β²) · (δᵏ₍ₗ₊₁₎(x)·δᵏ'₍ₗ₊₁₎(x')),  l = 0 … L − 1,
 *
 * each `x.count` × `y.count`, row-major. `x` and `y` are batches of one network after `forward`; their deltas are
 * overwritten. Cost: O(n²) a point and O(n) a pair and layer. Source: the chain rule on Jacot et al. 2018, eq. (1).
 */
export const kernelParts = <P extends Precision>(
  x: Batch<P>,
  y: Batch<P>,
  k = 0,
  kOther = k
): ReadonlyArray<Float64Array> => {
  const { network } = x
  const { space, shape } = network
  const outputs = shape.widths.at(-1) ?? 1
  const deltasX = deltasOf(x, k, outputs)
  const deltasY = x === y && k === kOther ? deltasX : deltasOf(y, kOther, outputs)
  const products = space.matrix(x.count, y.count)
  return network.weights.map((_, layer) => {
    const a = x.activations[layer]!
    space.multiply(products, a, y.activations[layer]!, { transposeB: true, alpha: 1 / a.columns })
    const part = products.toFloat64()
    const delta = space.matrix(x.count, deltasX[layer]!.length / x.count)
    const other = space.matrix(y.count, deltasY[layer]!.length / y.count)
    delta.data.set(deltasX[layer]!)
    other.data.set(deltasY[layer]!)
    space.multiply(products, delta, other, { transposeB: true })
    const { data } = products
    for (let i = 0; i < part.length; i++) part[i] = (part[i]! + shape.beta * shape.beta) * data[i]!
    return part
  })
}

const deltasOf = <P extends Precision>(batch: Batch<P>, k: number, outputs: number): ReadonlyArray<Float64Array> => {
  const unit = Float64Array.from({ length: batch.count * outputs }, (_, index) => (index % outputs === k ? 1 : 0))
  batch.backward(unit)
  return batch.deltas.map((matrix) => matrix.toFloat64())
}

/** The sum of the parts. */
export const sumOfParts = (parts: ReadonlyArray<Float64Array>): Float64Array => {
  const sum = new Float64Array(parts[0]?.length ?? 0)
  for (const part of parts) for (let i = 0; i < sum.length; i++) sum[i]! += part[i]!
  return sum
}
