/** Sums in float64. As shipped, the sum of four million elements is off by percents, and there are no sums by segment. */
import tf from "@tensorflow/tfjs"
import { sizeOf } from "../gradients/shapes.ts"
import { ofSomething, REDUCTIONS, reductionOf } from "../kernels/reduction.ts"
import { wholeSegmentSum } from "../kernels/whole-segment-sum.ts"
import type { Heap } from "./Heap.ts"
import type { WasmKernel } from "./WasmKernel.ts"

/** Sums x over runs of neighbouring axes, the last run first, and gives a tensor of the shape that remains. */
const sumOver = (heap: Heap, x: tf.TensorInfo, axes: ReadonlyArray<number>, shape: ReadonlyArray<number>) => {
  const runs = runsOf(axes)
  const results = [x]
  let left: ReadonlyArray<number> = x.shape
  for (const [first, last] of runs.toReversed()) {
    const [outer, middle, inner] = [
      sizeOf(left.slice(0, first)),
      sizeOf(left.slice(first, last + 1)),
      sizeOf(left.slice(last + 1))
    ]
    left = [...left.slice(0, first), ...left.slice(last + 1)]
    const from = results.at(-1)!
    const to = heap.output(left)
    heap.temporary(8 * inner + 8, (sums) =>
      heap.reductions.sumMiddle(heap.address(from), outer, middle, inner, heap.address(to), sums)
    )
    results.push(to)
  }
  const backend = tf.backend()
  for (const between of results.slice(1, -1)) backend.disposeData(between.dataId)
  return { ...results.at(-1)!, shape: [...shape] }
}

/** First and last axis of each run of neighbours, in order. */
const runsOf = (axes: ReadonlyArray<number>): ReadonlyArray<readonly [first: number, last: number]> => {
  const firsts = axes.filter((axis) => !axes.includes(axis - 1))
  const lasts = axes.filter((axis) => !axes.includes(axis + 1))
  return firsts.map((first, run) => [first, lasts[run]!])
}

const reduction = (
  name: string,
  scaled: (heap: Heap, sum: tf.TensorInfo, count: number) => tf.TensorInfo
): WasmKernel => [
  name,
  (heap, shipped) =>
    ofSomething(name, (inputs, attrs) => {
      const x = inputs["x"]!
      const { axes, shape } = reductionOf(x.shape, attrs)
      if (x.dtype !== "float32" || axes.length === 0) return shipped(inputs, attrs)
      return scaled(heap, sumOver(heap, x, axes, shape), sizeOf(axes.map((axis) => x.shape[axis]!)))
    })
]

const sum = reduction("Sum", (_, total) => total)

const mean = reduction("Mean", (heap, total, count) => {
  const values = heap.floats(total)
  for (let i = 0; i < values.length; i++) values[i]! /= count
  return total
})

const segmentSum: WasmKernel = [
  "UnsortedSegmentSum",
  (heap) => (inputs, attrs) => {
    const [x, ids, segments] = [inputs["x"]!, inputs["segmentIds"]!, Number(attrs["numSegments"])]
    if (ids.rank !== 1 || ids.dtype !== "int32") throw new RangeError("segments are named by a vector of int32")
    if (x.dtype !== "float32") return wholeSegmentSum(x, ids, segments)
    const result = heap.zeros([segments, ...x.shape.slice(1)])
    const [rows, width] = [x.shape[0]!, sizeOf(x.shape.slice(1))]
    heap.reductions.segmentSum(heap.address(x), heap.address(ids), rows, width, segments, heap.address(result))
    return result
  }
]

/** The shipped ones, but not of nothing. */
const others = REDUCTIONS.filter((name) => name !== "Sum" && name !== "Mean").map(
  (name): WasmKernel => [name, (_, shipped) => ofSomething(name, shipped)]
)

export const AXIS_REDUCTIONS: ReadonlyArray<WasmKernel> = [sum, mean, segmentSum, ...others]
