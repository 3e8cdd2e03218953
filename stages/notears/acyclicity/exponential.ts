/**
 * h = tr e^A − d: the weight of all closed walks, those of length k divided by k!.
 *
 * e^A is (T(A / 2ˢ))^(2ˢ) with the series T up to the power 12. Where A ≥ 0 no term cancels another, so that each element, the smallest
 * too, has a relative error of some d 2ˢ ε, and is 0 exactly where no walk leads; an approximation by Padé, made for any sign, takes three times
 * as long. Sources: Zheng, Aragam, Ravikumar and Xing, DAGs with NO TEARS, NeurIPS 2018 (arXiv 1803.01422), theorem 1, with A = W ∘ W; Shao,
 * Gao and Xue, Aggressively Truncated Taylor Series Method for Accurate Computation of Exponentials of Essentially Nonnegative Matrices, SIAM J.
 * Matrix Anal. Appl. 35 (2014).
 */
import type { Matrix } from "../../math/linear/Matrix.ts"
import { oneNorm } from "../../math/linear/Norm.ts"
import { Workspace } from "../../math/linear/Workspace.ts"
import type { OfStrengths } from "./Acyclicity.ts"

/** Of A⁰ … A¹² in the series: 1 / k!. */
const COEFFICIENTS = Array.from({ length: 13 }, (_, k) => {
  let factorial = 1
  for (let i = 2; i <= k; i++) factorial *= i
  return 1 / factorial
})

/** Up to this norm, what the series leaves out is below ε / 2: θ¹³ / 13! at most, and a little more. */
const THETA = 0.33

/** For matrices of order d. ∂h/∂A = (e^A)ᵀ. Cost: 2d³ flops for each of 5 + s products, s being log₂ of three times the norm. */
export const exponential = (d: number): OfStrengths => {
  const power = nonNegativeExponential(d)
  return (a, derivative) => {
    const elements = power(a)
    let h = 0
    for (let i = 0; i < d; i++) {
      h += elements[i * d + i]! - 1
      for (let j = 0; j < d; j++) derivative[i * d + j] = elements[j * d + i]!
    }
    return Number.isFinite(h) ? h : Number.POSITIVE_INFINITY
  }
}

/** e^A of matrices A ≥ 0 of order d, void at the next call; not finite where it exceeds all numbers, or A is not. */
const nonNegativeExponential = (d: number): ((a: Float64Array) => Float64Array) => {
  const space = new Workspace("f64")
  const matrix = (): Matrix<"f64"> => space.matrix(d, d)
  const [first, second, third] = [matrix(), matrix(), matrix()]
  const [one, other] = [matrix(), matrix()]
  // Views are taken once, after all is allocated: one costs as much as half a product of small matrices.
  const [a1, a2, a3] = [first.data, second.data, third.data]
  const views = new Map([one, other].map((m) => [m, m.data] as const))
  return (a) => {
    const squarings = Math.max(0, exponentOf(oneNorm(a, d) / THETA))
    const factor = 2 ** -squarings
    for (let i = 0; i < a1.length; i++) a1[i] = a[i]! * factor
    space.multiply(second, first, first)
    space.multiply(third, second, first)
    // c₀ + c₁ A + c₂ A² + A³ (c₃ + … + A³ (c₉ + c₁₀ A + c₁₁ A² + c₁₂ A³)).
    let [sum, next] = [one, other]
    const last = views.get(sum)!
    for (let i = 0; i < a1.length; i++) last[i] = COEFFICIENTS[12]! * a3[i]!
    for (let k = 9; k >= 0; k -= 3) {
      addTerms(views.get(sum)!, d, k, a1, a2)
      if (k === 0) break
      space.multiply(next, sum, third)
      ;[sum, next] = [next, sum]
    }
    for (let s = 0; s < squarings; s++) {
      space.multiply(next, sum, sum)
      ;[sum, next] = [next, sum]
    }
    return views.get(sum)!
  }
}

/** Adds cₖ + cₖ₊₁ A + cₖ₊₂ A². */
const addTerms = (sum: Float64Array, d: number, k: number, a1: Float64Array, a2: Float64Array): void => {
  const [c0, c1, c2] = [COEFFICIENTS[k]!, COEFFICIENTS[k + 1]!, COEFFICIENTS[k + 2]!]
  for (let i = 0; i < sum.length; i++) sum[i]! += c1 * a1[i]! + c2 * a2[i]!
  for (let i = 0; i < d; i++) sum[i * (d + 1)]! += c0
}

/** The least whole s with 2ˢ ≥ x; 0 of what is not finite, whose exponential is not either. */
const exponentOf = (x: number): number => {
  if (!Number.isFinite(x)) return 0
  let s = 0
  while (2 ** s < x) s++
  return s
}
