/** Sums of many tensors: the shipped program binds all of them at once, and a shader may bind eight, its result among them. */
import tf from "@tensorflow/tfjs"
import type { Kernel } from "../kernels/replace-kernel.ts"
import { wholeSegmentSum } from "../kernels/whole-segment-sum.ts"

const MOST = 7

const addN = (shipped: Kernel): Kernel => {
  // The one kernel whose inputs are a list and no record.
  const sum = (terms: ReadonlyArray<tf.Tensor>): tf.Tensor =>
    tf.engine().makeTensorFromTensorInfo(shipped(terms as unknown as Parameters<Kernel>[0], {}))
  return (inputs) =>
    tf.tidy(() => {
      let terms: ReadonlyArray<tf.Tensor> = Object.values(inputs)
      while (terms.length > MOST) terms = [sum(terms.slice(0, MOST)), ...terms.slice(MOST)]
      return sum(terms)
    })
}

/** Of whole numbers: the shipped composition gives others. */
const segmentSum = (shipped: Kernel): Kernel => {
  return (inputs, attrs) => {
    const [x, ids] = [inputs["x"]!, inputs["segmentIds"]!]
    const isShipped = x.dtype === "float32" || ids.rank !== 1
    return isShipped ? shipped(inputs, attrs) : wholeSegmentSum(x, ids, Number(attrs["numSegments"]))
  }
}

export const SUMS: ReadonlyArray<readonly [name: string, make: (shipped: Kernel) => Kernel]> = [
  ["AddN", addN],
  ["UnsortedSegmentSum", segmentSum]
]
