/**
 * h = tr e^A − d: the weight of all closed walks, those of length k divided by k!.
 *
 * Source: Zheng, Aragam, Ravikumar and Xing, DAGs with NO TEARS, NeurIPS 2018 (arXiv 1803.01422), theorem 1, with A = W ∘ W.
 */
import { ExponentialOverflow, expm } from "../../math/linear/MatrixExponential.ts"
import { NotFinite } from "../../math/linear/NotFinite.ts"
import type { OfStrengths } from "./Acyclicity.ts"

/** For matrices of order d. ∂h/∂A = (e^A)ᵀ. Cost: an exponential, 2d³ flops for each of some ten products. */
export const exponential =
  (d: number): OfStrengths =>
  (a, derivative) => {
    const power = exponentialOf(a, d)
    if (power === undefined) return Number.POSITIVE_INFINITY
    let h = 0
    for (let i = 0; i < d; i++) {
      h += power[i * d + i]! - 1
      for (let j = 0; j < d; j++) derivative[i * d + j] = power[j * d + i]!
    }
    return h
  }

/** `undefined` where it exceeds all numbers, and where A has one that is not finite. */
const exponentialOf = (a: Float64Array, d: number): Float64Array | undefined => {
  try {
    return expm(a, d)
  } catch (error) {
    if (error instanceof ExponentialOverflow || error instanceof NotFinite) return undefined
    throw error
  }
}
