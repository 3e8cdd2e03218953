/** Windows of pools in operations that every backend has and that can be derived again. */
import tf from "@tensorflow/tfjs"
import { dilate } from "../gradients/shapes.ts"
import { ofPool } from "./Geometry.ts"

/** Along the axes of a window, two or three. */
export interface Window {
  readonly extents: ReadonlyArray<number>
  readonly strides: ReadonlyArray<number>
  /** Positions. */
  readonly counts: ReadonlyArray<number>
  /** What is padded before the image; negative where the first window begins inside of it. */
  readonly before: ReadonlyArray<number>
}

/** The window of a pool, by the shape of its images and its attributes. */
export const windowOf = (shape: ReadonlyArray<number>, attrs: { readonly [name: string]: unknown }): Window => {
  const { window, strides, result, before } = ofPool(shape, attrs)
  const missing = 5 - shape.length
  return {
    extents: window.slice(missing),
    strides: strides.slice(missing),
    counts: result.slice(missing),
    before: before.slice(missing)
  }
}

/** The elements that each place of the window meets, in the shape of the pool's result. */
export const taps = (x: tf.Tensor, window: Window, outside: number): ReadonlyArray<tf.Tensor> => {
  const { strides, counts, before } = window
  const padded = tf.pad(x, [[0, 0], ...marginsOf(x.shape, window), [0, 0]], outside)
  return places(window).map((place) => {
    const first = place.map((at, axis) => at + Math.max(0, -before[axis]!))
    const end = first.map((at, axis) => at + (counts[axis]! - 1) * strides[axis]! + 1)
    return tf.stridedSlice(padded, [0, ...first, 0], [x.shape[0]!, ...end, x.shape.at(-1)!], [1, ...strides, 1])
  })
}

/** The transpose of `taps`: adds what each place of the window has to where it came from, in an image of a shape. */
export const untap = (parts: ReadonlyArray<tf.Tensor>, window: Window, shape: ReadonlyArray<number>): tf.Tensor => {
  const { strides, counts, before } = window
  const margins = marginsOf(shape, window)
  const spread = places(window).map((place, number) => {
    const wide = strides.reduce((part, step, axis) => dilate(part, axis + 1, step), parts[number]!)
    const padding = place.map((at, axis): [number, number] => {
      const [left, right] = margins[axis]!
      const first = at + Math.max(0, -before[axis]!)
      const length = (counts[axis]! - 1) * strides[axis]! + 1
      return [first, left + shape[axis + 1]! + right - first - length]
    })
    return tf.pad(wide, [[0, 0], ...padding, [0, 0]])
  })
  return tf.slice(tf.addN(spread), [0, ...margins.map(([left]) => left), 0], [...shape])
}

/** For each place of the window 1 where it has the first of the largest elements, 0 elsewhere. */
export const firstLargest = (x: tf.Tensor, maxima: tf.Tensor, window: Window): ReadonlyArray<tf.Tensor> => {
  let open: tf.Tensor = tf.onesLike(maxima)
  return taps(x, window, Number.NEGATIVE_INFINITY).map((value) => {
    const hit = tf.mul(open, tf.cast(tf.equal(value, maxima), "float32"))
    open = tf.sub(open, hit)
    return hit
  })
}

/** What is padded along each axis so that all windows lie inside. */
const marginsOf = (
  shape: ReadonlyArray<number>,
  { extents, strides, counts, before }: Window
): ReadonlyArray<[number, number]> =>
  counts.map((count, axis) => {
    const end = (count - 1) * strides[axis]! + extents[axis]! - before[axis]!
    return [Math.max(0, before[axis]!), Math.max(0, end - shape[axis + 1]!)]
  })

/** All places of a window, the last axis fastest. */
const places = ({ extents }: Window): ReadonlyArray<ReadonlyArray<number>> =>
  extents.reduce<ReadonlyArray<ReadonlyArray<number>>>(
    (heads, extent) => heads.flatMap((head) => Array.from({ length: extent }, (_, at) => [...head, at])),
    [[]]
  )
