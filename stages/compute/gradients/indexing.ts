/** Rules of reading and writing at indices. */
import tf from "@tensorflow/tfjs"
import { sliceOf } from "../kernels/slice.ts"
import type { Rule } from "./Rule.ts"
import { dilate, positiveAxis, sizeOf } from "./shapes.ts"

const noDerivative = (indices: tf.Tensor) => (): tf.Tensor => tf.zeros(indices.shape)

/** Along any axis, with any number of axes that are batches: as shipped, right for none or one. */
const gather: Rule = {
  kernel: "GatherV2",
  saves: ["x", "indices"],
  pullBack: (dy, [x, indices], attrs) => {
    const batchAxes = positiveAxis(Number(attrs["batchDims"] ?? 0), indices!.rank)
    const axis = positiveAxis(Number(attrs["axis"]), x!.rank)
    return { x: () => scatter(dy, x!.shape, indices!, axis, batchAxes), indices: noDerivative(indices!) }
  }
}

const scatter = (
  dy: tf.Tensor,
  shape: ReadonlyArray<number>,
  indices: tf.Tensor,
  axis: number,
  batchAxes: number
): tf.Tensor => {
  const [batch, outer, count, inner] = [
    sizeOf(shape.slice(0, batchAxes)),
    sizeOf(shape.slice(batchAxes, axis)),
    shape[axis]!,
    sizeOf(shape.slice(axis + 1))
  ]
  const read = sizeOf(indices.shape.slice(batchAxes))
  const rows = tf.reshape(tf.transpose(tf.reshape(dy, [batch, outer, read, inner]), [0, 2, 1, 3]), [batch * read, -1])
  const numbers = tf.reshape(tf.cast(indices, "int32"), [batch, read])
  const offsets = tf.tensor2d(
    Int32Array.from({ length: batch }, (_, at) => at * count),
    [batch, 1],
    "int32"
  )
  const places = tf.reshape(batch === 1 ? numbers : tf.add(numbers, offsets), [batch * read]) as tf.Tensor1D
  const sums = tf.unsortedSegmentSum(rows, places, batch * count)
  return tf.reshape(tf.transpose(tf.reshape(sums, [batch, count, outer, inner]), [0, 2, 1, 3]), [...shape])
}

const gatherNd: Rule = {
  kernel: "GatherNd",
  saves: ["params", "indices"],
  pullBack: (dy, [params, indices]) => ({
    params: () => tf.scatterND(indices!, dy, params!.shape),
    indices: noDerivative(indices!)
  })
}

const scatterNd: Rule = {
  kernel: "ScatterNd",
  saves: ["indices"],
  pullBack: (dy, [indices]) => ({ updates: () => tf.gatherND(dy, indices!), indices: noDerivative(indices!) })
}

const tensorScatterUpdate: Rule = {
  kernel: "TensorScatterUpdate",
  saves: ["indices", "updates"],
  pullBack: (dy, [indices, updates]) => ({
    tensor: () => tf.tensorScatterUpdate(dy, indices!, tf.zeros(updates!.shape)),
    updates: () => tf.gatherND(dy, indices!),
    indices: noDerivative(indices!)
  })
}

/** The inverse permutation, with channels last. */
const depthToSpace: Rule = {
  kernel: "DepthToSpace",
  pullBack: (dy, _, { blockSize }) => ({
    x: () => {
      const block = Number(blockSize)
      const [count, height, width, channels] = dy.shape as [number, number, number, number]
      const blocks = tf.reshape(dy, [count, height / block, block, width / block, block, channels])
      return tf.reshape(tf.transpose(blocks, [0, 1, 3, 2, 4, 5]), [count, height / block, width / block, -1])
    }
  })
}

const stridedSlice: Rule = {
  kernel: "StridedSlice",
  saves: ["x"],
  pullBack: (dy, [x], attrs) => {
    const { finalShapeSparse, begin, strides } = sliceOf(x!.shape, attrs)
    const place = (part: tf.Tensor, axis: number): tf.Tensor => {
      const [first, step, count] = [begin[axis]!, strides[axis]!, finalShapeSparse[axis]!]
      const forwards = step < 0 ? tf.reverse(part, axis) : part
      const spread = dilate(forwards, axis, Math.abs(step))
      const lowest = step < 0 ? first + (count - 1) * step : first
      const beyond = x!.shape[axis]! - lowest - spread.shape[axis]!
      return tf.pad(
        spread,
        x!.shape.map((_, at): [number, number] => (at === axis ? [lowest, beyond] : [0, 0]))
      )
    }
    return {
      x: () =>
        sizeOf(dy.shape) === 0
          ? tf.zeros(x!.shape)
          : x!.shape.reduce((part: tf.Tensor, _, axis) => place(part, axis), tf.reshape(dy, finalShapeSparse))
    }
  }
}

const largest: Rule = {
  kernel: "TopK",
  saves: ["x"],
  pullBack: (dy, [x], { k, sorted }) => ({
    x: () => {
      const { indices } = tf.topk(x!, Number(k), sorted === true)
      const places = tf.oneHot(indices as tf.Tensor1D, x!.shape.at(-1)!)
      return tf.sum(tf.mul(tf.cast(places, "float32"), tf.expandDims(dy, -1)), x!.rank - 1)
    }
  })
}

export const INDEXING: ReadonlyArray<Rule> = [
  gather,
  gatherNd,
  scatterNd,
  tensorScatterUpdate,
  depthToSpace,
  stridedSlice,
  largest
]
