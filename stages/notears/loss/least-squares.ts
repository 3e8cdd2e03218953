/** Least squares of every variable on the others, from second moments alone. */
import { Workspace } from "../../math/linear/Workspace.ts"
import type { Loss } from "./Loss.ts"

/**
 * Q = ½ tr (I − W)ᵀ S (I − W), which is ‖X − X W‖² / 2n for S = XᵀX / n, d × d and symmetric.
 *
 * No step sees the data: 2d³ flops for a gradient.
 */
export const leastSquares = (s: Float64Array, d: number): Loss => {
  const space = new Workspace("f64")
  const [moments, rest, product] = [space.matrix(d, d), space.matrix(d, d), space.matrix(d, d)]
  moments.set(s)
  const [left, slope] = [rest.data, product.data]
  return (w, gradient) => {
    for (let i = 0; i < left.length; i++) left[i] = 0 - w[i]!
    for (let i = 0; i < left.length; i += d + 1) left[i]! += 1
    space.multiply(product, moments, rest)
    let sum = 0
    for (let i = 0; i < left.length; i++) {
      sum += left[i]! * slope[i]!
      gradient[i] = -slope[i]!
    }
    return sum / 2
  }
}
