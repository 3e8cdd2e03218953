/**
 * Kernels that take elements for what they are not: truths for numbers of four bytes, so that they read and write beyond them, and whole
 * numbers for float32.
 */
import tf from "@tensorflow/tfjs"
import { gatheredSlice } from "../kernels/slice.ts"
import type { WasmKernel } from "./WasmKernel.ts"

/** The shipped kernel on whole numbers where some of its inputs are truths; so is the result then. */
const onWholeNumbers = (name: string, inputNames: ReadonlyArray<string>): WasmKernel => [
  name,
  (_, shipped) => (inputs, attrs) => {
    if (inputNames.every((each) => inputs[each]!.dtype !== "bool")) return shipped(inputs, attrs)
    return tf.tidy(() => {
      const widened = Object.entries(inputs).map(
        ([each, x]) => [each, inputNames.includes(each) ? tf.cast(x, "int32") : x] as const
      )
      const made = tf.engine().makeTensorFromTensorInfo(shipped(Object.fromEntries(widened), attrs))
      return tf.cast(made, "bool")
    })
  }
]

const stridedSlice: WasmKernel = [
  "StridedSlice",
  (_, shipped) => (inputs, attrs) =>
    inputs["x"]!.dtype === "float32" ? shipped(inputs, attrs) : gatheredSlice(inputs["x"]!, attrs)
]

/** The range of whole numbers: a bound beyond it, as infinity, bounds nothing. */
const [LEAST, MOST] = [-(2 ** 31), 2 ** 31 - 1]

const clip: WasmKernel = [
  "ClipByValue",
  (_, shipped) => (inputs, attrs) => {
    const x = inputs["x"]!
    if (x.dtype === "float32") return shipped(inputs, attrs)
    const bound = (name: string): tf.Scalar => tf.scalar(Math.min(MOST, Math.max(LEAST, Number(attrs[name]))), "int32")
    return tf.tidy(() => tf.minimum(tf.maximum(x, bound("clipValueMin")), bound("clipValueMax")))
  }
]

export const KINDS: ReadonlyArray<WasmKernel> = [
  onWholeNumbers("Reverse", ["x"]),
  onWholeNumbers("Select", ["t", "e"]),
  stridedSlice,
  clip
]
