/** Transpositions: the shipped program compiles for float32 alone, and sums of whole numbers along most axes begin with one. */
import tf from "@tensorflow/tfjs"
import type { Kernel } from "../kernels/replace-kernel.ts"

/** For each element of the result its place in x, row-major. */
const places = (shape: ReadonlyArray<number>, perm: ReadonlyArray<number>): Int32Array => {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((size, extent) => size * extent, 1))
  const [extents, steps] = [perm.map((axis) => shape[axis]!), perm.map((axis) => strides[axis]!)]
  let found: ReadonlyArray<number> = [0]
  for (const [axis, extent] of extents.entries())
    found = found.flatMap((place) => Array.from({ length: extent }, (_, at) => place + at * steps[axis]!))
  return Int32Array.from(found)
}

const transpose = (shipped: Kernel): Kernel => {
  return (inputs, attrs) => {
    const [x, perm] = [inputs["x"]!, attrs["perm"] as ReadonlyArray<number>]
    if (x.dtype === "float32") return shipped(inputs, attrs)
    return tf.tidy(() => {
      const moved = tf.gather(tf.reshape(x, [-1]), tf.tensor1d(places(x.shape, perm), "int32"))
      return tf.reshape(
        moved,
        perm.map((axis) => x.shape[axis]!)
      )
    })
  }
}

export const TRANSPOSITION: ReadonlyArray<readonly [name: string, make: (shipped: Kernel) => Kernel]> = [
  ["Transpose", transpose]
]
