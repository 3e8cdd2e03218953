/** How a window moves over an image, for the kernels of `math/wasm/assembly/window.ts`. */
import tf from "@tensorflow/tfjs"

type Triple = readonly [depth: number, height: number, width: number]

/** Extents along depth, height and width; a plane has the depth 1. */
export interface Geometry {
  readonly image: Triple
  readonly channels: number
  readonly result: Triple
  readonly window: Triple
  readonly strides: Triple
  readonly dilations: Triple
  readonly before: Triple
  /** Of the images. */
  readonly count: number
  /** Channels of the result. */
  readonly outChannels: number
}

type Attributes = { readonly [name: string]: unknown }

type Two = [number, number]
type Three = [number, number, number]
type Four = [number, number, number, number]
type Five = [number, number, number, number, number]

/** How a window moves, as attributes have it: along each axis, or alike along all. */
const movesOf = <Axes>({ strides, dilations = 1, pad, dimRoundingMode }: Attributes) => ({
  strides: strides as number | Axes,
  dilations: dilations as number | Axes,
  pad: pad as "valid" | "same" | number,
  rounding: dimRoundingMode as "floor" | "round" | "ceil" | undefined
})

/** Of a convolution. Throws `RangeError` where channels come first, as no stage of ours has them. */
export const ofConvolution = (
  image: ReadonlyArray<number>,
  filter: ReadonlyArray<number>,
  attrs: Attributes,
  isDepthwise = false
): Geometry => {
  const { computeConv2DInfo, computeConv3DInfo } = tf.backend_util
  channelsLast(attrs)
  if (image.length === 4) {
    const { strides, dilations, pad, rounding } = movesOf<Two>(attrs)
    return plane(computeConv2DInfo(image as Four, filter as Four, strides, dilations, pad, rounding, isDepthwise))
  }
  const { strides, dilations, pad } = movesOf<Three>(attrs)
  return space(computeConv3DInfo(image as Five, filter as Five, strides, dilations, pad))
}

/** Of a pool. */
export const ofPool = (image: ReadonlyArray<number>, attrs: Attributes): Geometry => {
  const { computePool2DInfo, computePool3DInfo } = tf.backend_util
  const { filterSize } = attrs
  channelsLast(attrs)
  if (image.length === 4) {
    const { strides, pad, rounding } = movesOf<Two>(attrs)
    return plane(computePool2DInfo(image as Four, filterSize as number | Two, strides, 1, pad, rounding))
  }
  const { strides, pad, rounding } = movesOf<Three>(attrs)
  return space(computePool3DInfo(image as Five, filterSize as number | Three, strides, 1, pad, rounding))
}

const channelsLast = ({ dataFormat }: Attributes): void => {
  if (dataFormat === "NCHW" || dataFormat === "NCDHW") throw new RangeError("channels must come last")
}

const plane = (info: tf.backend_util.Conv2DInfo): Geometry => ({
  image: [1, info.inHeight, info.inWidth],
  channels: info.inChannels,
  result: [1, info.outHeight, info.outWidth],
  window: [1, info.filterHeight, info.filterWidth],
  strides: [1, info.strideHeight, info.strideWidth],
  dilations: [1, info.dilationHeight, info.dilationWidth],
  before: [0, info.padInfo.top, info.padInfo.left],
  count: info.batchSize,
  outChannels: info.outChannels
})

const space = (info: tf.backend_util.Conv3DInfo): Geometry => ({
  image: [info.inDepth, info.inHeight, info.inWidth],
  channels: info.inChannels,
  result: [info.outDepth, info.outHeight, info.outWidth],
  window: [info.filterDepth, info.filterHeight, info.filterWidth],
  strides: [info.strideDepth, info.strideHeight, info.strideWidth],
  dilations: [info.dilationDepth, info.dilationHeight, info.dilationWidth],
  before: [info.padInfo.front, info.padInfo.top, info.padInfo.left],
  count: info.batchSize,
  outChannels: info.outChannels
})

/** The fields in the order of the kernels. */
export const fieldsOf = ({ image, channels, result, window, strides, dilations, before }: Geometry) => [
  ...image,
  channels,
  ...result,
  ...window,
  ...strides,
  ...dilations,
  ...before
]

/** Positions of the result, over all images. */
export const positionsOf = ({ count, result: [depth, height, width] }: Geometry): number =>
  count * depth * height * width

/** Elements under the window. */
export const patchOf = ({ channels, window: [depth, height, width] }: Geometry): number =>
  channels * depth * height * width

/** The shape of the result. */
export const resultShape = (rank: number, { count, result, outChannels }: Geometry): ReadonlyArray<number> => [
  count,
  ...result.slice(5 - rank),
  outChannels
]
