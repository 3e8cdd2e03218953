/** The score of an order the long way: one least squares problem for each node. */
import * as LeastSquares from "../../../stages/math/linear/LeastSquares.ts"
import type { Order } from "../../../stages/notears/Order.ts"
import type { Samples } from "../../../stages/notears/tensors.ts"

const columns = ({ data, n, d }: Samples, nodes: ArrayLike<number>): Float64Array => {
  const width = nodes.length
  const result = new Float64Array(n * width)
  for (let row = 0; row < n; row++) for (let k = 0; k < width; k++) result[row * width + k] = data[row * d + nodes[k]!]!
  return result
}

export const scoreByRegressions = (samples: Samples, order: Order): { score: number; weights: Float64Array } => {
  const { n, d } = samples
  const weights = new Float64Array(d * d)
  let score = 0
  for (let at = 0; at < d; at++) {
    const parents = order.subarray(0, at)
    const [x, y] = [columns(samples, parents), columns(samples, [order[at]!])]
    const solution = LeastSquares.solveFullRank(x, n, at, y)
    for (let row = 0; row < n; row++) {
      let residual = y[row]!
      for (let k = 0; k < at; k++) residual -= x[row * at + k]! * solution[k]!
      score += (residual * residual) / (2 * n)
    }
    for (let k = 0; k < at; k++) weights[parents[k]! * d + order[at]!] = solution[k]!
  }
  return { score, weights }
}
