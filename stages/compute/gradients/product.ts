/** Rules of matrix products and of Einstein's sums. */
import tf from "@tensorflow/tfjs"
import type { Rule } from "./Rule.ts"
import { unbroadcast } from "./shapes.ts"

/** Batches of matrices, of which one may serve for all. */
const matMul: Rule = {
  kernel: "BatchMatMul",
  saves: ["a", "b"],
  pullBack: (dy, [a, b], { transposeA, transposeB }) => {
    const [flipA, flipB] = [transposeA === true, transposeB === true]
    return {
      a: () => unbroadcast(flipA ? tf.matMul(b!, dy, flipB, true) : tf.matMul(dy, b!, false, !flipB), a!.shape),
      b: () => unbroadcast(flipB ? tf.matMul(dy, a!, true, flipA) : tf.matMul(a!, dy, !flipA, false), b!.shape)
    }
  }
}

const einsum: Rule = {
  kernel: "Einsum",
  saves: "all",
  pullBack: (dy, operands, { equation }) => {
    const [left = "", result = ""] = String(equation).replaceAll(/\s/gu, "").split("->")
    const terms = left.split(",")
    const pull = (i: number) => (): tf.Tensor => {
      const others = terms.flatMap((term, j) => (j === i ? [] : [{ term, tensor: operands[j]! }]))
      const present = new Set([result, ...others.map(({ term }) => term)].join(""))
      // An index that only this operand has was summed over: its cotangent is the same all along it.
      const kept = [...terms[i]!].filter((index) => present.has(index)).join("")
      const sources = [result, ...others.map(({ term }) => term)].join(",")
      const part = tf.einsum(`${sources}->${kept}`, dy, ...others.map(({ tensor }) => tensor))
      const shape = operands[i]!.shape
      const flat = [...terms[i]!].map((index, at) => (present.has(index) ? shape[at]! : 1))
      return tf.mul(tf.reshape(part, flat), tf.ones(shape))
    }
    return Object.fromEntries(operands.map((_, i) => [i, pull(i)]))
  }
}

export const PRODUCT: ReadonlyArray<Rule> = [matMul, einsum]
