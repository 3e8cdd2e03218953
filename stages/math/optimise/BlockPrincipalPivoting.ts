/**
 * min ‖A X − B‖ over X ≥ 0 for many right-hand sides at once.
 *
 * Many unknowns are exchanged at a time, and right-hand sides with one set of positive unknowns share a factorisation. It works with Aᵀ A,
 * whose condition is that of A squared: `NonNegativeLeastSquares` is the more exact for one. Source: J. Kim and H. Park, Fast Nonnegative Matrix
 * Factorization: An Active-Set-Like Method and Comparisons, SIAM J. Sci. Comput. 33 (2011), section 4.
 */
import { multiply } from "../linear/Gemm.ts"
import { bringingAllBelowOne } from "../linear/power-of-two.ts"
import { addScaled, largest } from "../linear/Vector.ts"
import { checkFinite, TooManyExchanges, unscaled } from "./NonNegativeLeastSquares.ts"
import { solveDefinite } from "./SmallSystem.ts"

/** All exchanges are made at once so many times without progress, then one at a time, which cannot go in circles. */
const PATIENCE = 3

/** What is smaller than this share of the largest counts as 0. */
const NOISE = 1e-12

/**
 * X ≥ 0 that minimises ‖A X − B‖, for m × n and m × columns, row-major, where the columns of A are independent.
 *
 * Cost: two products of matrices, and for each set that occurs n³/3 flops at most. Throws `RangeError` when lengths do not fit or an element is not
 * finite, `NotPositiveDefinite` when columns of A are dependent (it counts those of a set), `TooManyExchanges` after `maxRounds` rounds, 5 n + 20
 * by default.
 */
export const nonNegativeLeastSquaresOfMany = (
  a: Float64Array,
  m: number,
  n: number,
  b: Float64Array,
  columns: number,
  maxRounds = 5 * n + 20
): Float64Array => {
  checkFinite("A", a, m * n)
  checkFinite("B", b, m * columns)
  const [byA, byB] = [bringingAllBelowOne(a), bringingAllBelowOne(b)]
  const [left, right] = [a.map((element) => element * byA), b.map((element) => element * byB)]
  const gram = multiply(left, left, n, n, m, { transposeA: true })
  const images = multiply(left, right, n, columns, m, { transposeA: true })
  const problems = Array.from({ length: columns }, (_, c) => new Problem(columnOf(images, n, columns, c)))
  let open = problems
  for (let round = 0; open.length > 0; round++) {
    if (round > maxRounds) throw new TooManyExchanges({ exchanges: round })
    for (const group of groupBySet(open)) solveGroup(gram, n, group)
    open = open.filter((problem) => problem.exchange())
  }
  const result = new Float64Array(n * columns)
  problems.forEach(({ x }, c) => {
    for (let i = 0; i < n; i++) result[i * columns + c] = unscaled(Math.max(0, x[i]!), byA, byB)
  })
  return result
}

const columnOf = (a: Float64Array, rows: number, columns: number, c: number): Float64Array => {
  const column = new Float64Array(rows)
  for (let i = 0; i < rows; i++) column[i] = a[i * columns + c]!
  return column
}

/** One right-hand side. */
class Problem {
  /** Aᵀ b. */
  readonly image: Float64Array
  /** 1 of an unknown that may be positive, 0 of one that is 0. */
  readonly set: Uint8Array
  readonly x: Float64Array
  /** Aᵀ (A x − b). */
  readonly gradient: Float64Array
  private fewest: number
  private patience = PATIENCE

  constructor(image: Float64Array) {
    this.image = image
    this.set = new Uint8Array(image.length)
    this.x = new Float64Array(image.length)
    this.gradient = new Float64Array(image.length)
    this.fewest = image.length + 1
  }

  /** Exchanges unknowns that are negative, or whose gradient is; false when there are none. */
  exchange(): boolean {
    const [smallX, smallGradient] = [NOISE * largest(this.x), NOISE * largest(this.image)]
    const wrong: Array<number> = []
    for (let i = 0; i < this.x.length; i++) {
      if (this.set[i] === 1 ? this.x[i]! < -smallX : this.gradient[i]! < -smallGradient) wrong.push(i)
    }
    if (wrong.length < this.fewest) {
      this.fewest = wrong.length
      this.patience = PATIENCE
    } else this.patience--
    for (const i of this.patience >= 0 ? wrong : wrong.slice(-1)) this.set[i] = 1 - this.set[i]!
    return wrong.length > 0
  }
}

const groupBySet = (problems: ReadonlyArray<Problem>): Iterable<ReadonlyArray<Problem>> =>
  Map.groupBy(problems, ({ set }) => set.join("")).values()

/** Solves over the set that a group shares, and finds the gradients. */
const solveGroup = (gram: Float64Array, n: number, group: ReadonlyArray<Problem>): void => {
  const inSet = Array.from(group[0]!.set.keys()).filter((i) => group[0]!.set[i] === 1)
  const [k, count] = [inSet.length, group.length]
  const part = new Float64Array(k * k)
  inSet.forEach((i, r) => {
    for (let s = 0; s < k; s++) part[r * k + s] = gram[i * n + inSet[s]!]!
  })
  const right = new Float64Array(k * count)
  group.forEach(({ image }, c) => {
    for (let r = 0; r < k; r++) right[r * count + c] = image[inSet[r]!]!
  })
  const solved = solveDefinite(part, k, right, count)
  group.forEach((problem, c) => {
    problem.x.fill(0)
    for (let row = 0; row < n; row++) problem.gradient[row] = -problem.image[row]!
    inSet.forEach((i, r) => {
      problem.x[i] = solved[r * count + c]!
      addScaled(problem.gradient, problem.x[i], gram.subarray(i * n, (i + 1) * n))
    })
  })
}
