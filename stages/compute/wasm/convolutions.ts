/**
 * Convolutions and their cotangents as matrix products with patches: for planes and spaces, any stride, dilation and padding.
 *
 * Patches are made for a block of positions at a time, which stays in the cache: Chellapilla, Puri and Simard, High Performance
 * Convolutional Neural Networks for Document Processing (2006).
 */
import type tf from "@tensorflow/tfjs"
import { sizeOf } from "../gradients/shapes.ts"
import { type Geometry, ofConvolution, patchOf, positionsOf, resultShape } from "../kernels/Geometry.ts"
import type { Heap } from "./Heap.ts"
import type { WasmKernel } from "./WasmKernel.ts"
import { withGeometry } from "./with-geometry.ts"

/** Elements of the patches of a block: 512 KiB. */
const BLOCK = 131_072

interface Block {
  readonly geometry: number
  readonly patches: number
  readonly first: number
  readonly count: number
}

/** Calls the body for blocks of positions, in order, each with room for its patches. */
const forBlocks = (heap: Heap, geometry: Geometry, body: (block: Block) => void): void => {
  const [positions, patch] = [positionsOf(geometry), patchOf(geometry)]
  const most = Math.min(positions, Math.max(1, Math.floor(BLOCK / Math.max(patch, 1))))
  withGeometry(heap, geometry, 4 * most * patch, (address, patches) => {
    for (let first = 0; first < positions; first += most) {
      body({ geometry: address, patches, first, count: Math.min(most, positions - first) })
    }
  })
}

const forward = (heap: Heap, x: tf.Tensor, filter: tf.Tensor, geometry: Geometry): tf.TensorInfo => {
  const result = heap.zeros(resultShape(x.rank, geometry))
  const [patch, n] = [patchOf(geometry), geometry.outChannels]
  const [from, weights, to] = [heap.address(x), heap.address(filter), heap.address(result)]
  forBlocks(heap, geometry, ({ geometry: g, patches, first, count }) => {
    heap.windows.unfold(g, from, first, count, patches)
    heap.gemm.sgemm(count, n, patch, 1, patches, patch, 1, weights, n, 1, to + 4 * first * n, n, heap.scratch)
  })
  return result
}

const ofInput = (heap: Heap, dy: tf.Tensor, filter: tf.Tensor, shape: ReadonlyArray<number>, geometry: Geometry) => {
  const result = heap.zeros(shape)
  const [patch, n] = [patchOf(geometry), geometry.outChannels]
  const [from, weights, to] = [heap.address(dy), heap.address(filter), heap.address(result)]
  forBlocks(heap, geometry, ({ geometry: g, patches, first, count }) => {
    heap.clear(patches, 4 * count * patch)
    heap.gemm.sgemm(count, patch, n, 1, from + 4 * first * n, n, 1, weights, 1, n, patches, patch, heap.scratch)
    heap.windows.fold(g, to, first, count, patches)
  })
  return result
}

const ofFilter = (heap: Heap, x: tf.Tensor, dy: tf.Tensor, shape: ReadonlyArray<number>, geometry: Geometry) => {
  const result = heap.zeros(shape)
  const [patch, n] = [patchOf(geometry), geometry.outChannels]
  const [image, from, to] = [heap.address(x), heap.address(dy), heap.address(result)]
  forBlocks(heap, geometry, ({ geometry: g, patches, first, count }) => {
    heap.windows.unfold(g, image, first, count, patches)
    heap.gemm.sgemm(patch, n, count, 1, patches, 1, patch, from + 4 * first * n, n, 1, to, n, heap.scratch)
  })
  return result
}

const shapeIn = (attrs: { readonly [name: string]: unknown }, name: string): ReadonlyArray<number> =>
  attrs[name] as ReadonlyArray<number>

const convolution = (name: string): WasmKernel => [
  name,
  (heap) =>
    ({ x, filter }, attrs) =>
      forward(heap, x!, filter!, ofConvolution(x!.shape, filter!.shape, attrs))
]

const cotangentOfInput = (name: string): WasmKernel => [
  name,
  (heap) =>
    ({ dy, filter }, attrs) => {
      const shape = shapeIn(attrs, "inputShape")
      return ofInput(heap, dy!, filter!, shape, ofConvolution(shape, filter!.shape, attrs))
    }
]

const cotangentOfFilter = (name: string): WasmKernel => [
  name,
  (heap) =>
    ({ x, dy }, attrs) => {
      const shape = shapeIn(attrs, "filterShape")
      return ofFilter(heap, x!, dy!, shape, ofConvolution(x!.shape, shape, attrs))
    }
]

/**
 * A depthwise filter is height × width × channels × multiplier; the result has channels × multiplier channels. As shipped, results are
 * wrong where the padding is `same` and a stride is longer than the filter.
 */
const depthwiseForward: WasmKernel = [
  "DepthwiseConv2dNative",
  (heap) =>
    ({ x, filter }, attrs) => {
      const geometry = ofConvolution(x!.shape, filter!.shape, attrs, true)
      const result = heap.zeros(resultShape(4, geometry))
      withGeometry(heap, geometry, 0, (g) => {
        const [from, weights, to] = [heap.address(x!), heap.address(filter!), heap.address(result)]
        heap.windows.depthwiseForward(g, from, weights, filter!.shape[3]!, positionsOf(geometry), to)
      })
      return result
    }
]

const depthwiseInput: WasmKernel = [
  "DepthwiseConv2dNativeBackpropInput",
  (heap) =>
    ({ dy, filter }, attrs) => {
      const shape = shapeIn(attrs, "inputShape")
      const geometry = ofConvolution(shape, filter!.shape, attrs, true)
      const result = heap.zeros(shape)
      withGeometry(heap, geometry, 0, (g) => {
        const [from, weights, to] = [heap.address(dy!), heap.address(filter!), heap.address(result)]
        heap.windows.depthwiseInput(g, from, weights, filter!.shape[3]!, positionsOf(geometry), to)
      })
      return result
    }
]

const depthwiseFilter: WasmKernel = [
  "DepthwiseConv2dNativeBackpropFilter",
  (heap) =>
    ({ x, dy }, attrs) => {
      const shape = shapeIn(attrs, "filterShape")
      const geometry = ofConvolution(x!.shape, shape, attrs, true)
      const result = heap.output(shape)
      const size = sizeOf(shape)
      withGeometry(heap, geometry, 8 * size, (g, sums) => {
        heap.clear(sums, 8 * size)
        heap.windows.depthwiseFilter(g, heap.address(x!), heap.address(dy!), shape[3]!, positionsOf(geometry), sums)
        heap.reductions.demote(sums, size, heap.address(result))
      })
      return result
    }
]

export const CONVOLUTIONS: ReadonlyArray<WasmKernel> = [
  convolution("Conv2D"),
  convolution("Conv3D"),
  cotangentOfInput("Conv2DBackpropInput"),
  cotangentOfInput("Conv3DBackpropInputV2"),
  cotangentOfFilter("Conv2DBackpropFilter"),
  cotangentOfFilter("Conv3DBackpropFilterV2"),
  depthwiseForward,
  depthwiseInput,
  depthwiseFilter
]
