/** Strided slices. */
import tf from "@tensorflow/tfjs"
import { alongEach } from "./along-each.ts"

/** What the attributes mean for a shape: first element, stride and count along each axis, and the shape of the result, which lacks or adds axes. */
export const sliceOf = (shape: ReadonlyArray<number>, attrs: { readonly [name: string]: unknown }) => {
  const list = (name: string): Array<number> => attrs[name] as Array<number>
  const mask = (name: string): number => Number(attrs[name] ?? 0)
  return tf.slice_util.sliceInfo(
    [...shape],
    list("begin"),
    list("end"),
    list("strides"),
    mask("beginMask"),
    mask("endMask"),
    mask("ellipsisMask"),
    mask("newAxisMask"),
    mask("shrinkAxisMask")
  )
}

/** A strided slice by gathering along each axis: of any number of axes, and of elements of any kind. */
export const gatheredSlice = (x: tf.Tensor, attrs: { readonly [name: string]: unknown }): tf.Tensor => {
  const { begin, strides, finalShapeSparse, finalShape } = sliceOf(x.shape, attrs)
  const places = (axis: number): Int32Array =>
    Int32Array.from({ length: finalShapeSparse[axis]! }, (_, at) => begin[axis]! + at * strides[axis]!)
  return tf.tidy(() => {
    const isWhole = (axis: number): boolean => finalShapeSparse[axis] === x.shape[axis] && strides[axis]! > 0
    const picked = alongEach(
      x,
      (axis) => !isWhole(axis),
      (part, axis) => tf.gather(part, tf.tensor1d(places(axis), "int32"), 1)
    )
    return tf.reshape(picked, finalShape)
  })
}
