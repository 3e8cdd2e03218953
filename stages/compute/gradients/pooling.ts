/** Rules of the cotangents of pools, so that what has pools can be derived again. */
import tf from "@tensorflow/tfjs"
import type { Attributes, Rule } from "./Rule.ts"

interface Window {
  readonly filterSize: number | ReadonlyArray<number>
  readonly strides: number | ReadonlyArray<number>
  readonly pad: "valid" | "same" | number
  readonly dimRoundingMode?: "floor" | "round" | "ceil"
}

const windowOf = (attrs: Attributes): Window => attrs as unknown as Window

const averagePlane: Rule = {
  kernel: "AvgPoolGrad",
  saves: ["input"],
  pullBack: (ddx, [input], attrs) => {
    const { filterSize, strides, pad } = windowOf(attrs)
    return {
      dy: () => tf.avgPool(ddx as tf.Tensor4D, filterSize as number, strides as number, pad),
      input: () => tf.zeros(input!.shape)
    }
  }
}

const averageSpace: Rule = {
  kernel: "AvgPool3DGrad",
  saves: ["input"],
  pullBack: (ddx, [input], attrs) => {
    const { filterSize, strides, pad, dimRoundingMode } = windowOf(attrs)
    return {
      dy: () => tf.avgPool3d(ddx as tf.Tensor5D, filterSize as number, strides as number, pad, dimRoundingMode),
      input: () => tf.zeros(input!.shape)
    }
  }
}

/** The cotangent goes to the first of the largest elements of each window; from there comes what is derived again. */
const largest = (kernel: string): Rule => ({
  kernel,
  saves: ["input", "output"],
  pullBack: (ddx, [input, output], attrs) => ({
    dy: () => {
      const window = extentsOf(input!.shape, attrs)
      const values = taps(input!, window, Number.NEGATIVE_INFINITY)
      const chosen = tf.oneHot(tf.cast(tf.argMax(values, 0), "int32"), values.shape[0]!)
      const last = input!.rank
      const first = tf.transpose(chosen, [last, ...Array.from({ length: last }, (_, axis) => axis)])
      return tf.sum(tf.mul(taps(ddx, window, 0), tf.cast(first, "float32")), 0)
    },
    input: () => tf.zeros(input!.shape),
    output: () => tf.zeros(output!.shape)
  })
})

interface Extents {
  readonly filter: ReadonlyArray<number>
  readonly strides: ReadonlyArray<number>
  readonly out: ReadonlyArray<number>
  readonly before: ReadonlyArray<number>
}

/** Extents along the axes of a window, two or three. */
const extentsOf = (shape: ReadonlyArray<number>, attrs: Attributes): Extents => {
  const { filterSize, strides, pad, dimRoundingMode } = windowOf(attrs)
  if (shape.length === 4) {
    const [size, step] = [filterSize as number, strides as number]
    const info = tf.backend_util.computePool2DInfo(
      shape as [number, number, number, number],
      size,
      step,
      1,
      pad,
      dimRoundingMode
    )
    return {
      filter: [info.effectiveFilterHeight, info.effectiveFilterWidth],
      strides: [info.strideHeight, info.strideWidth],
      out: [info.outHeight, info.outWidth],
      before: [info.padInfo.top, info.padInfo.left]
    }
  }
  const [size, step] = [filterSize as number, strides as number]
  const info = tf.backend_util.computePool3DInfo(
    shape as [number, number, number, number, number],
    size,
    step,
    1,
    pad,
    dimRoundingMode
  )
  return {
    filter: [info.effectiveFilterDepth, info.effectiveFilterHeight, info.effectiveFilterWidth],
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    out: [info.outDepth, info.outHeight, info.outWidth],
    before: [info.padInfo.front, info.padInfo.top, info.padInfo.left]
  }
}

/** The elements that each place of the window meets, one place after another: taps × the shape of the pool's result. */
const taps = (x: tf.Tensor, { filter, strides, out, before }: Extents, outside: number): tf.Tensor => {
  const span = out.map((count, axis) => (count - 1) * strides[axis]! + filter[axis]!)
  const padding = [0, ...before, 0].map((left, axis): [number, number] => {
    const inner = axis > 0 && axis < x.rank - 1
    return inner ? [left, Math.max(0, span[axis - 1]! - left - x.shape[axis]!)] : [0, 0]
  })
  const padded = tf.pad(x, padding, outside)
  const [count, channels] = [x.shape[0]!, x.shape.at(-1)!]
  return tf.stack(
    places(filter).map((place) => {
      const end = place.map((at, axis) => at + (out[axis]! - 1) * strides[axis]! + 1)
      return tf.stridedSlice(padded, [0, ...place, 0], [count, ...end, channels], [1, ...strides, 1])
    })
  )
}

/** All places of a window, the last axis fastest. */
const places = (filter: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<number>> =>
  filter.reduce<ReadonlyArray<ReadonlyArray<number>>>(
    (heads, extent) => heads.flatMap((head) => Array.from({ length: extent }, (_, at) => [...head, at])),
    [[]]
  )

export const POOLING: ReadonlyArray<Rule> = [
  averagePlane,
  averageSpace,
  largest("MaxPoolGrad"),
  largest("MaxPool3DGrad")
]
