/** The tangent kernel of a finite network, by layers: never by the vector of all derivatives. */
import type { Matrix, Precision } from "../math/linear/Matrix.ts"
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
): ReadonlyArray<Float64Array> =>
  x.network.space.temporary(() => {
    const products = x.network.space.matrix(x.count, y.count)
    // A batch has one set of deltas: for two outputs of one batch the first is put aside.
    const deltasX = x === y && k !== kOther ? aside(x, deltasOf(x, k)) : deltasOf(x, k)
    const deltasY = x === y && k === kOther ? deltasX : deltasOf(y, kOther)
    return deltasX.map((delta, layer) => {
      const part = forwardPart(x, y, layer, products)
      return times(part, deltaProducts(x, delta, deltasY[layer]!, products))
    })
  })

export interface KernelBlocks {
  /** Θ for all pairs of outputs, [k, k', x.count, y.count] row-major. */
  readonly kernel: Float64Array
  /** Its summands by layer for the first output; see `kernelParts`. */
  readonly parts: ReadonlyArray<Float64Array>
}

/**
 * Θ for all pairs of outputs. Deltas are computed once an output and kept for all, K Σ n_l numbers a point: O(K n²) a point and
 * O(K² n) a pair and layer.
 */
export const kernelBlocks = <P extends Precision>(x: Batch<P>, y: Batch<P>): KernelBlocks =>
  x.network.space.temporary(() => {
    const products = x.network.space.matrix(x.count, y.count)
    const deltasX = allDeltas(x)
    const deltasY = x === y ? deltasX : allDeltas(y)
    const outputs = deltasX.length
    const size = x.count * y.count
    const kernel = new Float64Array(outputs * outputs * size)
    const parts = x.network.weights.map((_, layer) => {
      const forward = forwardPart(x, y, layer, products)
      let first: Float64Array | undefined
      for (let k = 0; k < outputs; k++) {
        // Between a batch and itself the blocks below the diagonal are mirror images.
        for (let other = x === y ? k : 0; other < outputs; other++) {
          const part = times(forward, deltaProducts(x, deltasX[k]![layer]!, deltasY[other]![layer]!, products))
          add(kernel.subarray((k * outputs + other) * size, (k * outputs + other + 1) * size), part)
          first ??= part
        }
      }
      return first ?? forward
    })
    if (x === y) mirror(kernel, outputs, x.count)
    return { kernel, parts }
  })

/** The sum of the parts. */
export const sumOfParts = (parts: ReadonlyArray<Float64Array>): Float64Array => {
  const sum = new Float64Array(parts[0]?.length ?? 0)
  for (const part of parts) add(sum, part)
  return sum
}

/** a_l(x)·a_l(x') / n_l + β². */
const forwardPart = <P extends Precision>(
  x: Batch<P>,
  y: Batch<P>,
  layer: number,
  products: Matrix<P>
): Float64Array => {
  const { space, shape } = x.network
  const a = x.activations[layer]!
  space.multiply(products, a, y.activations[layer]!, { transposeB: true, alpha: 1 / a.columns })
  const part = products.toFloat64()
  for (let i = 0; i < part.length; i++) part[i]! += shape.beta * shape.beta
  return part
}

/** δᵏ(x)·δᵏ'(x') of one layer. */
const deltaProducts = <P extends Precision>(
  { network }: Batch<P>,
  deltaX: Matrix<P>,
  deltaY: Matrix<P>,
  products: Matrix<P>
): ArrayLike<number> => {
  network.space.multiply(products, deltaX, deltaY, { transposeB: true })
  return products.data
}

/** The deltas of an output, δ_1 … δ_L: those of the batch, until the next call. */
const deltasOf = <P extends Precision>(batch: Batch<P>, k: number): ReadonlyArray<Matrix<P>> => {
  const outputs = batch.output.columns
  const unit = Float64Array.from({ length: batch.count * outputs }, (_, index) => (index % outputs === k ? 1 : 0))
  return batch.backward(unit).deltas
}

/** Copies of matrices, in the same memory. */
const aside = <P extends Precision>(
  { network }: Batch<P>,
  matrices: ReadonlyArray<Matrix<P>>
): ReadonlyArray<Matrix<P>> =>
  matrices.map((matrix) => {
    const copy = network.space.matrix(matrix.rows, matrix.columns)
    copy.data.set(matrix.data)
    return copy
  })

/** The deltas of each output. */
const allDeltas = <P extends Precision>(batch: Batch<P>): ReadonlyArray<ReadonlyArray<Matrix<P>>> =>
  batch.output.columns === 1
    ? [deltasOf(batch, 0)]
    : Array.from({ length: batch.output.columns }, (_, k) => aside(batch, deltasOf(batch, k)))

const times = (a: Float64Array, b: ArrayLike<number>): Float64Array => a.map((value, i) => value * b[i]!)

const add = (sum: Float64Array, part: Float64Array): void => {
  for (let i = 0; i < sum.length; i++) sum[i]! += part[i]!
}

/** Fills block (k', k) with the transpose of block (k, k'), for k < k'. */
const mirror = (kernel: Float64Array, outputs: number, n: number): void => {
  const at = (k: number, other: number): number => (k * outputs + other) * n * n
  for (let k = 0; k < outputs; k++) {
    for (let other = k + 1; other < outputs; other++) {
      const [from, to] = [at(k, other), at(other, k)]
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) kernel[to + j * n + i] = kernel[from + i * n + j]!
    }
  }
}
