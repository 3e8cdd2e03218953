/** Transpositions: the shipped program compiles for float32 alone. */
import tf from "@tensorflow/tfjs"
import { sizeOf } from "../gradients/shapes.ts"
import type { Kernel } from "../kernels/replace-kernel.ts"

/** For each element of the result its place in x, row-major. */
const places = (shape: ReadonlyArray<number>, perm: ReadonlyArray<number>): Int32Array => {
  let found = Int32Array.of(0)
  for (const axis of perm) {
    const [extent, stride] = [shape[axis]!, sizeOf(shape.slice(axis + 1))]
    const place = (_: unknown, at: number): number => found[Math.floor(at / extent)]! + (at % extent) * stride
    found = Int32Array.from({ length: found.length * extent }, place)
  }
  return found
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
