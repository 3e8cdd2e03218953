/**
 * h = tr e^A − d: the weight of all closed walks, those of length k divided by k!.
 *
 * e^A is (T(A / 2ˢ))^(2ˢ) with the series T up to the power 12. Where A ≥ 0 no term cancels another, so that rounding has a relative error of
 * some d 2ˢ ε in each element, and what is computed is 0 exactly where no walk leads; an approximation by Padé, made for any sign, takes three
 * times as long. What the series leaves out is ε beside the norm, and a part of elements that are as small: at the end of a chain of 17 nodes with
 * weights of 10⁻⁸ one is 2 % too low. Few walks of a graph that is nearly acyclic are longer than its longest path: s follows from the norm of A¹³ itself, which one
 * vector tells where A ≥ 0, and is half of what the norm of A asks for. Sources: Zheng, Aragam, Ravikumar and Xing, DAGs with NO TEARS,
 * NeurIPS 2018 (arXiv 1803.01422), theorem 1, with A = W ∘ W; Al-Mohy and Higham, A New Scaling and Squaring Algorithm for the Matrix
 * Exponential, SIAM J. Matrix Anal. Appl. 31 (2009), section 4, with norms of powers; Shao, Gao and Xue, Aggressively Truncated Taylor Series
 * Method for Accurate Computation of Exponentials of Essentially Nonnegative Matrices, ibid. 35 (2014).
 */
import type { Matrix } from "../../math/linear/Matrix.ts"
import { largest } from "../../math/linear/Vector.ts"
import { Workspace } from "../../math/linear/Workspace.ts"
import { exp } from "../../math/special/Elementary.ts"
import type { OfStrengths } from "./Acyclicity.ts"

/** Of the highest power in the series. */
const DEGREE = 12

/** Of A⁰ … A¹³: 1 / k!. */
const COEFFICIENTS = Array.from({ length: DEGREE + 2 }, (_, k) => {
  let factorial = 1
  for (let i = 2; i <= k; i++) factorial *= i
  return 1 / factorial
})

/** For matrices of order d. ∂h/∂A = (e^A)ᵀ. Cost: 2d³ flops for each of 5 + s products; s is 1 to 3 for graphs of 10 to 50 nodes. */
export const exponential = (d: number): OfStrengths => {
  const power = nonNegativeExponential(d)
  return (a, derivative) => {
    const elements = power(a)
    if (elements === undefined) return Number.POSITIVE_INFINITY
    let h = 0
    for (let i = 0; i < d; i++) {
      h += elements[i * d + i]! - 1
      for (let j = 0; j < d; j++) derivative[i * d + j] = elements[j * d + i]!
    }
    return Number.isFinite(h) ? h : Number.POSITIVE_INFINITY
  }
}

/** e^A of matrices A ≥ 0 of order d, void at the next call; `undefined` where powers of A exceed all numbers, or A is not finite. */
const nonNegativeExponential = (d: number): ((a: Float64Array) => Float64Array | undefined) => {
  const space = new Workspace("f64")
  const matrix = (): Matrix<"f64"> => space.matrix(d, d)
  const [first, second, third] = [matrix(), matrix(), matrix()]
  const [one, other] = [matrix(), matrix()]
  // Views are taken once, after all is allocated: one costs as much as half a product of small matrices.
  const [a1, a2, a3] = [first.data, second.data, third.data]
  const views = new Map([one, other].map((m) => [m, m.data] as const))
  const squaringsOf = squarings(d)
  /** The coefficients of A / 2ˢ, as those of A. */
  const scaled = new Float64Array(DEGREE + 1)
  return (a) => {
    a1.set(a)
    space.multiply(second, first, first)
    space.multiply(third, second, first)
    const count = squaringsOf(a1, a3)
    if (count === undefined) return undefined
    const half = 2 ** -count
    for (let k = 0, factor = 1; k <= DEGREE; k++, factor *= half) scaled[k] = COEFFICIENTS[k]! * factor
    // c₀ + c₁ A + c₂ A² + A³ (c₃ + … + A³ (c₉ + c₁₀ A + c₁₁ A² + c₁₂ A³)).
    let [sum, next] = [one, other]
    const last = views.get(sum)!
    for (let i = 0; i < a1.length; i++) last[i] = scaled[DEGREE]! * a3[i]!
    for (let k = DEGREE - 3; k >= 0; k -= 3) {
      addTerms(views.get(sum)!, d, scaled, k, a1, a2)
      if (k === 0) break
      space.multiply(next, sum, third)
      ;[sum, next] = [next, sum]
    }
    for (let s = 0; s < count; s++) {
      space.multiply(next, sum, sum)
      ;[sum, next] = [next, sum]
    }
    return views.get(sum)!
  }
}

/**
 * How often to halve A, of A and A³; `undefined` where ‖A‖ or ‖A¹³‖ is no finite number.
 *
 * The series is e^(A + E) with ‖E‖ ≤ ε / 2 ‖A‖: E is the sum of cₖ Aᵏ for k > 12 with cₖ ≤ 1 / (13! (k − 13)!), and ‖Aᵏ‖ ≤ ‖A¹³‖ ‖A‖ᵏ⁻¹³. And
 * walks of up to d − 1 steps are seen, so that no element is 0 that a path leads to. Norms are largest sums of columns.
 */
const squarings = (d: number): ((a1: Float64Array, a3: Float64Array) => number | undefined) => {
  let [sums, next] = [new Float64Array(d), new Float64Array(d)]
  const advance = (m: Float64Array): void => {
    next.fill(0)
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) next[j]! += sums[i]! * m[i * d + j]!
    ;[sums, next] = [next, sums]
  }
  let fewest = 0
  while (DEGREE * 2 ** fewest < d - 1) fewest++
  return (a1, a3) => {
    sums.fill(1)
    advance(a1)
    const norm = largest(sums)
    for (let power = 1; power < DEGREE + 1; power += 3) advance(a3)
    const rest = COEFFICIENTS[DEGREE + 1]! * largest(sums)
    if (!Number.isFinite(norm + rest)) return undefined
    let s = fewest
    while (!(rest * 2 ** (-s * DEGREE) * exp(norm * 2 ** -s) <= (Number.EPSILON / 2) * norm)) s++
    return s
  }
}

/** Adds cₖ + cₖ₊₁ A + cₖ₊₂ A². */
const addTerms = (
  sum: Float64Array,
  d: number,
  coefficients: Float64Array,
  k: number,
  a1: Float64Array,
  a2: Float64Array
): void => {
  const [c0, c1, c2] = [coefficients[k]!, coefficients[k + 1]!, coefficients[k + 2]!]
  for (let i = 0; i < sum.length; i++) sum[i]! += c1 * a1[i]! + c2 * a2[i]!
  for (let i = 0; i < d; i++) sum[i * (d + 1)]! += c0
}
