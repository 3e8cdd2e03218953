/** The logistic function over arrays. */
import { exp } from "../math/special/Elementwise.ts"

/** 1 / (1 + e⁻ᵐ) of each element. */
export const sigmoids = (m: Float64Array): Float64Array => {
  const result = exp(m.map((value) => -value))
  for (let i = 0; i < result.length; i++) result[i] = 1 / (1 + result[i]!)
  return result
}
