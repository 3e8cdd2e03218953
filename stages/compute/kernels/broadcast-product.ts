/** Products of batches of matrices of which each is broadcast: as shipped, the elements are fewer than the shape says. */
import tf from "@tensorflow/tfjs"
import type { Kernel } from "./replace-kernel.ts"

/** Repeats the factors first, unless their batches are alike or one has a single matrix. */
export const broadcastProduct =
  (shipped: Kernel): Kernel =>
  (inputs, attrs) => {
    const [a, b] = [inputs["a"]!, inputs["b"]!]
    const [outerA, outerB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)]
    const isSimple = [outerA, outerB].some((outer) => outer.every((extent) => extent === 1))
    if (isSimple || outerA.join() === outerB.join()) return shipped(inputs, attrs)
    const outer = tf.broadcast_util.assertAndGetBroadcastShape(outerA, outerB)
    const repeated = (x: tf.Tensor): tf.Tensor => tf.broadcastTo(x, [...outer, ...x.shape.slice(-2)])
    return shipped({ a: repeated(a), b: repeated(b) }, attrs)
  }
