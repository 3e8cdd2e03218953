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

interface Window {
  readonly strides: number
  readonly dilations?: number
  readonly pad: "valid" | "same" | number
  readonly dimRoundingMode?: "floor" | "round" | "ceil"
}

type Four = [number, number, number, number]
type Five = [number, number, number, number, number]

/** Of a convolution. Throws `RangeError` where channels come first, as no stage of ours has them. */
export const ofConvolution = (
  image: ReadonlyArray<number>,
  filter: ReadonlyArray<number>,
  attrs: Attributes,
  isDepthwise = false
): Geometry => {
  const { strides, dilations = 1, pad, dimRoundingMode } = attrs as unknown as Window
  channelsLast(attrs)
  return image.length === 4
    ? plane(
        tf.backend_util.computeConv2DInfo(
          image as Four,
          filter as Four,
          strides,
          dilations,
          pad,
          dimRoundingMode,
          isDepthwise
        )
      )
    : space(tf.backend_util.computeConv3DInfo(image as Five, filter as Five, strides, dilations, pad as "valid"))
}

/** Of a pool. */
export const ofPool = (image: ReadonlyArray<number>, attrs: Attributes): Geometry => {
  const { strides, pad, dimRoundingMode } = attrs as unknown as Window
  const size = attrs["filterSize"] as number
  channelsLast(attrs)
  return image.length === 4
    ? plane(tf.backend_util.computePool2DInfo(image as Four, size, strides, 1, pad, dimRoundingMode))
    : space(tf.backend_util.computePool3DInfo(image as Five, size, strides, 1, pad, dimRoundingMode))
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
