/** Gives TensorFlow.js right rules of differentiation where its own are missing, wrong, or right once only. */
import tf from "@tensorflow/tfjs"
import { CONSTANT } from "./constant.ts"
import { CONVOLUTION } from "./convolution.ts"
import { CUMULATIVE } from "./cumulative.ts"
import { ELEMENTWISE } from "./elementwise.ts"
import { INDEXING } from "./indexing.ts"
import { NORMALISATION } from "./normalisation.ts"
import { PADDING } from "./padding.ts"
import { POOLING } from "./pooling.ts"
import { PRODUCT } from "./product.ts"
import type { Rule } from "./Rule.ts"
import { RESIZING } from "./resizing.ts"

export const RULES: ReadonlyArray<Rule> = [
  ...CONSTANT,
  ...CONVOLUTION,
  ...CUMULATIVE,
  ...ELEMENTWISE,
  ...INDEXING,
  ...NORMALISATION,
  ...PADDING,
  ...POOLING,
  ...PRODUCT,
  ...RESIZING
]

/** Rules that take complex numbers for real ones. Without one, `tape.ts` refuses. */
const WRONG = ["ComplexAbs"]

/** For this process; to call it again changes nothing. */
export const registerGradients = (): void => {
  for (const kernel of WRONG) if (tf.getGradient(kernel) !== undefined) tf.unregisterGradient(kernel)
  for (const { kernel, saves = [], pullBack } of RULES) {
    tf.registerGradient({
      kernelName: kernel,
      ...(saves === "all" ? { saveAllInputs: true } : { inputsToSave: [...saves] }),
      gradFunc: (dy, saved, attrs) => ({ ...pullBack(Array.isArray(dy) ? dy[0]! : dy, saved, attrs) })
    })
  }
}
