/** The cotangent of maxima over windows: as shipped, wrong in space where a window has unequal extents. */
import tf from "@tensorflow/tfjs"
import { type Geometry, ofPool } from "../kernels/Geometry.ts"
import type { Kernel } from "../kernels/replace-kernel.ts"

export const maximumGradient: Kernel = ({ dy, input }, attrs) => {
  const geometry = ofPool(input!.shape, attrs)
  const [x, from] = [input!.dataSync(), dy!.dataSync()]
  const to = new Float32Array(x.length)
  let position = 0
  for (let image = 0; image < geometry.count; image++) {
    for (const origin of originsOf(geometry)) {
      for (let c = 0; c < geometry.channels; c++, position++) {
        const place = largest(geometry, image, origin, c, x)
        if (place >= 0) to[place]! += from[position]!
      }
    }
  }
  return tf.tensor(to, input!.shape)
}

type Point = readonly [depth: number, height: number, width: number]

/** Where the window begins, for each position in order. */
const originsOf = ({ result, strides, before }: Geometry): ReadonlyArray<Point> => points(result, strides, before)

const points = (extents: Point, steps: Point, before: Point): ReadonlyArray<Point> => {
  const along = (axis: 0 | 1 | 2): ReadonlyArray<number> =>
    Array.from({ length: extents[axis] }, (_, at) => at * steps[axis] - before[axis])
  return along(0).flatMap((d) => along(1).flatMap((h) => along(2).map((w): Point => [d, h, w])))
}

/** Index of the first of the largest elements under the window; −1 where none lies inside of the image. */
const largest = (geometry: Geometry, image: number, origin: Point, channel: number, x: ArrayLike<number>): number => {
  const [depth, height, width] = geometry.image
  let place = -1
  for (const [i, j, k] of points(geometry.window, geometry.dilations, [0, 0, 0])) {
    const [d, h, w] = [origin[0] + i, origin[1] + j, origin[2] + k]
    if (d < 0 || h < 0 || w < 0 || d >= depth || h >= height || w >= width) continue
    const at = (((image * depth + d) * height + h) * width + w) * geometry.channels + channel
    if (place < 0 || x[at]! > x[place]!) place = at
  }
  return place
}
