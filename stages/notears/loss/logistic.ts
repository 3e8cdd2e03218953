/** Logistic regression of every variable on the others, for variables that are 0 or 1. */
import { Workspace } from "../../math/linear/Workspace.ts"
import { bitColumns, distinctRows, ones } from "../distinct-rows.ts"
import type { Samples } from "../tensors.ts"
import { LogisticTerms } from "./LogisticTerms.ts"
import type { Loss } from "./Loss.ts"

/**
 * Q = 1/n Σ log (1 + e^M) − X ∘ M with M = X W.
 *
 * Rows that are the same are one, with a share of the samples. Cost of a call: `flops`, 4 n d² for n distinct rows, and an exponential and a
 * logarithm for each element of these.
 */
export const logistic = (samples: Samples): { readonly loss: Loss; readonly flops: number } => {
  const { d } = samples
  const { counts, rows } = distinctRows(bitColumns(samples), ones(samples.n))
  const shares = counts.map((count) => count / samples.n)
  const n = rows.length
  const space = new Workspace("f64")
  const [x, m, w, slope] = [space.matrix(n, d), space.matrix(n, d), space.matrix(d, d), space.matrix(d, d)]
  const terms = new LogisticTerms(space, d)
  for (const [at, row] of rows.entries()) x.row(at).set(samples.data.subarray(row * d, (row + 1) * d))
  const [bits, products, weights, slopes] = [x.data, m.data, w.data, slope.data]
  const loss: Loss = (at, gradient) => {
    weights.set(at)
    space.multiply(m, x, w)
    const value = terms.residuals(bits, products, shares)
    space.multiply(slope, x, m, { transposeA: true })
    gradient.set(slopes)
    return value
  }
  return { loss, flops: 4 * n * d * d }
}
