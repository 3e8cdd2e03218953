/** Where a neuron is on. */
import { multiply } from "../math/linear/Gemm.ts"
import type { Points } from "./tensors.ts"

/** 1[x·u ≥ 0] of all points for each of `count` directions in rows: count × points, row-major. */
export const signsOf = ({ data, count: n, dimension }: Points, directions: Float64Array, count: number): Uint8Array => {
  const products = multiply(directions, data, count, n, dimension, { transposeB: true })
  const signs = new Uint8Array(products.length)
  for (let at = 0; at < signs.length; at++) signs[at] = products[at]! >= 0 ? 1 : 0
  return signs
}
