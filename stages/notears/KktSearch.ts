/**
 * Local search over acyclic graphs by the conditions of Karush, Kuhn and Tucker, for Q(W) + λ ‖W‖₁ with Q of least squares.
 *
 * An edge i → j that is not there may join where no path leads from j to i, and lowers the score where |∂Q/∂W_ij| > λ: as long as there
 * is one, W is no KKT point. Between two that join, edges are turned round where that lowers the score. After each change the
 * columns concerned are fitted anew over all that are no descendants. Source: Wei, Gao and Yu, DAGs with No Fears, NeurIPS 2020, section 4.3;
 * theirs keeps a reversal that raises the penalty, here the score must fall, so that the search ends.
 */
import { logDeterminant } from "./acyclicity/log-determinant.ts"
import { lasso, slopes } from "./lasso.ts"

/** Slopes above λ by this share of the largest moment are rounding. */
const SLACK = 1e-10

export class KktSearch {
  readonly w: Float64Array
  isDone = false
  /** Edges that joined, edges that were turned round, and regressions that were solved. */
  joined = 0
  turned = 0
  regressions = 0
  /** Multiplications and additions so far, about. */
  flops = 0
  private readonly s: Float64Array
  private readonly d: number
  private readonly lambda: number
  private readonly least: number
  /** ∂Q/∂W. */
  private readonly slope: Float64Array
  /** Element (i, j): how many paths lead from j to i. */
  private paths: Float64Array
  private readonly pathsOf: (w: Float64Array) => Float64Array
  /** Edges that were turned round in vain since their ends last changed. */
  private readonly tried: Uint8Array

  /** Begins with the edges of an acyclic W, fitted anew. */
  constructor(s: Float64Array, d: number, lambda: number, initial: Float64Array) {
    this.s = s
    this.d = d
    this.lambda = lambda
    this.least = lambda + SLACK * s.reduce((most, moment) => Math.max(most, Math.abs(moment)), 0)
    this.w = initial.slice()
    this.slope = new Float64Array(d * d)
    this.tried = new Uint8Array(d * d)
    const walks = logDeterminant(d, 1)
    this.pathsOf = (w) => {
      const paths = new Float64Array(d * d)
      this.flops += 2 * d * d * d
      walks(
        w.map((weight) => (weight === 0 ? 0 : 1)),
        paths
      )
      return paths
    }
    for (let j = 0; j < d; j++) {
      this.refit(this.w, j, (i) => initial[i * d + j] !== 0)
      this.updateSlopes(j)
    }
    this.paths = this.pathsOf(this.w)
    const first = this.bestJoining()
    if (first >= 0) this.join(first)
  }

  /** Tries to turn one edge round; where none is left to try, lets one join. */
  step(): void {
    if (this.isDone) return
    const turning = this.bestTurning()
    const joining = turning < 0 ? this.bestJoining() : -1
    if (turning >= 0) this.turn(turning)
    else if (joining >= 0) this.join(joining)
    else this.isDone = true
  }

  /** Of those that may join, the edge with the largest slope; −1 when none would lower the score. */
  private bestJoining(): number {
    return this.best(
      (i, j) => this.paths[i * this.d + j] === 0,
      (i, j) => this.slope[i * this.d + j]!
    )
  }

  /** Of the edges that are the only path between their ends, the one whose reverse has the largest slope. */
  private bestTurning(): number {
    const { d, w, paths, slope, tried } = this
    const isOnlyPath = (i: number, j: number) => w[i * d + j] !== 0 && paths[j * d + i] === 1 && tried[i * d + j] === 0
    return this.best(isOnlyPath, (i, j) => slope[j * d + i]!)
  }

  private best(counts: (i: number, j: number) => boolean, slopeOf: (i: number, j: number) => number): number {
    const { d } = this
    let [found, most] = [-1, this.least]
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        if (i === j || !(Math.abs(slopeOf(i, j)) > most) || !counts(i, j)) continue
        found = i * d + j
        most = Math.abs(slopeOf(i, j))
      }
    }
    return found
  }

  private join(edge: number): void {
    const j = edge % this.d
    this.refit(this.w, j, (i) => this.paths[i * this.d + j] === 0)
    this.joined++
    this.changed(j)
  }

  private turn(edge: number): void {
    const { d, w } = this
    const [from, to] = [Math.floor(edge / d), edge % d]
    const trial = w.slice()
    this.refit(trial, to, (i) => i !== from && this.paths[i * d + to] === 0)
    const paths = this.pathsOf(trial)
    this.refit(trial, from, (i) => paths[i * d + from] === 0)
    const before = this.scoreOf(w, from) + this.scoreOf(w, to)
    const after = this.scoreOf(trial, from) + this.scoreOf(trial, to)
    this.tried[edge] = 1
    if (!(after < before - SLACK * before)) return
    w.set(trial)
    this.turned++
    this.changed(from, to)
    this.tried[to * d + from] = 1
  }

  /** Gives the column of j the weights of the least score over the nodes that count. */
  private refit(w: Float64Array, j: number, counts: (i: number) => boolean): void {
    const { s, d, lambda } = this
    const allowed = Uint8Array.from({ length: d }, (_, i) => (i !== j && counts(i) ? 1 : 0))
    this.regressions++
    const column = lasso(s, d, momentsOf(s, d, j), allowed, lambda, this.columnOf(w, j))
    // The factors of the last set; those before it are smaller, and few.
    const k = column.reduce((count, weight) => (weight === 0 ? count : count + 1), 0)
    this.flops += k * k * k + d * d
    this.setColumn(w, j, column)
  }

  private columnOf(w: Float64Array, j: number): Float64Array {
    return Float64Array.from({ length: this.d }, (_, i) => w[i * this.d + j]!)
  }

  private setColumn(w: Float64Array, j: number, column: Float64Array): void {
    for (let i = 0; i < this.d; i++) w[i * this.d + j] = column[i]!
  }

  /** ½ (1 − w)ᵀ S (1 − w) + λ ‖w‖₁ of the column w of j. */
  private scoreOf(w: Float64Array, j: number): number {
    const { s, d, lambda } = this
    const column = this.columnOf(w, j)
    const slope = new Float64Array(d)
    slopes(s, d, momentsOf(s, d, j), column, slope)
    // (1 − w)ᵀ S (1 − w) = S_jj − S_jᵀ w + wᵀ (S w − S_j).
    let sum = s[j * (d + 1)]! / 2
    for (let i = 0; i < d; i++) sum += (column[i]! * (slope[i]! - s[j * d + i]!)) / 2 + lambda * Math.abs(column[i]!)
    return sum
  }

  private changed(...columns: ReadonlyArray<number>): void {
    const { d } = this
    this.paths = this.pathsOf(this.w)
    for (const j of columns) {
      this.updateSlopes(j)
      for (let i = 0; i < d; i++) {
        this.tried[i * d + j] = 0
        this.tried[j * d + i] = 0
      }
    }
  }

  private updateSlopes(j: number): void {
    const slope = new Float64Array(this.d)
    slopes(this.s, this.d, momentsOf(this.s, this.d, j), this.columnOf(this.w, j), slope)
    this.setColumn(this.slope, j, slope)
  }
}

/** S_j */
const momentsOf = (s: Float64Array, d: number, j: number): Float64Array => s.subarray(j * d, (j + 1) * d)
