/**
 * h = d log s − log det (s I − A): the weight of all closed walks, those of length k divided by k sᵏ.
 *
 * Defined where s I − A is an M-matrix, that is where the spectral radius of A is below s: there det > 0, and beyond that border lie other
 * places with det > 0 that mean nothing. Sources: Bello, Aragam and Ravikumar, DAGMA, NeurIPS 2022 (arXiv 2209.08037), theorem 1,
 * with A = W ∘ W; Deng, Bello, Aragam and Ravikumar, ICML 2023 (arXiv 2305.17277), with A = |W| and s = 1.
 */
import { log } from "../../math/special/Elementary.ts"
import type { OfStrengths } from "./Acyclicity.ts"
import { MMatrixInverse } from "./MMatrixInverse.ts"

/** For matrices of order d. ∂h/∂A = (s I − A)⁻ᵀ. Cost: an inverse, 2d³ flops. */
export const logDeterminant = (d: number, s: number): OfStrengths => {
  const inverse = new MMatrixInverse(d)
  return (a, derivative) => {
    const logDet = inverse.of(a, s)
    if (logDet === undefined) return Number.POSITIVE_INFINITY
    const { elements } = inverse
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) derivative[i * d + j] = elements[j * d + i]!
    return d * log(s) - logDet
  }
}
