/** Penalised logistic regression of a node on those before it, as a score of orders. */
import { Workspace } from "../math/linear/Workspace.ts"
import { bitColumns, distinctRows, ones } from "./distinct-rows.ts"
import { lasso } from "./lasso.ts"
import { LogisticTerms } from "./loss/LogisticTerms.ts"
import type { FitNode } from "./NodewiseOrder.ts"
import type { Samples } from "./tensors.ts"

/** The score falls by this share at least, or no step is taken. */
const LEAST_FALL = 1e-12
const MOST_STEPS = 100

/**
 * For 0/1 data: 1/n Σ log (1 + e^m) − x m + λ ‖w‖₁ with m = Z w, Z being the nodes before.
 *
 * Newton's method, the quadratic model of each step being minimised with the penalty; a step that does not lower the score is halved.
 * Samples in which the node and those before it are the same are one. Source: Lee, Sun and Saunders, Proximal Newton-Type Methods, SIAM J.
 * Optim. 24 (2014). Cost: 2 r k² flops a step with r ≤ 2ᵏ⁺¹ distinct samples, some six steps.
 */
export const logisticFit = (samples: Samples, lambda: number): FitNode => {
  const { n } = samples
  const all = bitColumns(samples)
  const { counts, rows } = distinctRows(all, ones(n))
  const columns = all.map((column) => Uint8Array.from(rows, (row) => column[row]!))
  const space = new Workspace("f64")
  const terms = new LogisticTerms(space, 1)
  return (node, before) =>
    space.temporary(() => {
      const own = columns[node]!
      const others = Array.from(before, (i) => columns[i]!)
      const distinct = distinctRows([own, ...others], counts)
      const taken = (column: Uint8Array) => gathered(column, distinct.rows)
      const shares = distinct.counts.map((count) => count / n)
      const model = new LogisticModel({ space, terms, x: taken(own), before: others.map(taken), shares, lambda })
      while (model.steps < MOST_STEPS && model.step()) {}
      const { score, w: weights, steps } = model
      return { score, weights, flops: (steps + 1) * 2 * shares.length * before.length * (before.length + 2) }
    })
}

/** The bits of some rows. */
const gathered = (column: Uint8Array, rows: Int32Array): Float64Array => {
  const bits = new Float64Array(rows.length)
  for (let at = 0; at < rows.length; at++) bits[at] = column[rows[at]!]!
  return bits
}

interface Problem {
  readonly space: Workspace<"f64">
  readonly terms: LogisticTerms
  /** The node itself, and those before it, sample by sample. */
  readonly x: Float64Array
  readonly before: ReadonlyArray<Float64Array>
  /** How much each sample counts. */
  readonly shares: Float64Array
  readonly lambda: number
}

class LogisticModel {
  w: Float64Array
  score: number
  steps = 0
  private readonly problem: Problem
  private readonly k: number
  private readonly z
  private readonly weighted
  /** Z w, and then, of the weights that were scored last, what each sample adds to the slope by it. */
  private readonly m
  private readonly column
  private readonly slope
  private readonly hessian

  constructor(problem: Problem) {
    const { before, space, x } = problem
    const [n, k] = [x.length, before.length]
    this.problem = problem
    this.k = k
    this.z = space.matrix(k, n)
    this.weighted = space.matrix(k, n)
    this.m = space.matrix(1, n)
    this.column = space.matrix(1, k)
    this.slope = space.matrix(1, k)
    this.hessian = space.matrix(k, k)
    for (const [i, values] of before.entries()) this.z.row(i).set(values)
    this.w = new Float64Array(k)
    this.score = this.scoreAt(this.w)
  }

  /** One step of Newton; `false` when none lowers the score. */
  step(): boolean {
    const { k, w } = this
    if (k === 0) return false
    const { hessian, right } = this.quadratic()
    const aim = lasso(hessian, k, right, new Uint8Array(k).fill(1), this.problem.lambda, w)
    for (let share = 1; share > 1e-6; share /= 2) {
      const trial = w.map((weight, i) => weight + share * (aim[i]! - weight))
      const score = this.scoreAt(trial)
      if (!(score < this.score - LEAST_FALL * this.score)) continue
      this.w = trial
      this.score = score
      this.steps++
      return true
    }
    return false
  }

  private scoreAt(w: Float64Array): number {
    const { lambda, shares, space, terms, x } = this.problem
    this.column.set(w)
    space.multiply(this.m, this.column, this.z)
    const penalty = w.reduce((sum, weight) => sum + Math.abs(weight), 0)
    return terms.residuals(x, this.m.data, shares) + lambda * penalty
  }

  /** H and H w − g of the model ½ wᵀ H w − (H w₀ − g)ᵀ w around the weights w₀, which were scored last. */
  private quadratic(): { readonly hessian: Float64Array; readonly right: Float64Array } {
    const { k, z, weighted, m, column, slope, hessian, w } = this
    const { shares, space, x } = this.problem
    const n = x.length
    space.multiply(slope, m, z, { transposeB: true })
    const gradient = slope.toFloat64()
    const [rest, rows, scaled] = [m.data, z.data, weighted.data]
    for (let row = 0; row < n; row++) {
      const chance = rest[row]! / shares[row]! + x[row]!
      rest[row] = shares[row]! * chance * (1 - chance)
    }
    for (let i = 0; i < k; i++) for (let row = 0; row < n; row++) scaled[i * n + row] = rows[i * n + row]! * rest[row]!
    space.multiply(hessian, weighted, z, { transposeB: true })
    const ridge = RIDGE * hessian.data.reduce((most, element) => Math.max(most, element), LEAST_CURVATURE)
    for (let i = 0; i < k; i++) hessian.data[i * (k + 1)]! += ridge
    column.set(w)
    space.multiply(slope, column, hessian)
    return { hessian: hessian.toFloat64(), right: slope.toFloat64().map((value, i) => value - gradient[i]!) }
  }
}

/** Keeps a Hessian definite where bits depend on each other: a step is then a little shorter, and ends in the same place. */
const RIDGE = 1e-10

/** Where chances are 0 and 1 to the last bit, nothing bends any more. */
const LEAST_CURVATURE = 1e-100
