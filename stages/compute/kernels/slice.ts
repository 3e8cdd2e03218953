/** What the attributes of a strided slice mean for a shape. */
import tf from "@tensorflow/tfjs"

/** First element, stride and count along each axis, and the shape of the result, which lacks or adds axes. */
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
