/**
 * Triangular systems with several right-hand sides.
 *
 * The order is halved until a kernel solves what is left, and all else is products. Error: each column x of the solution
 * solves (T + E) x = b with |E| ≤ n ε |T| for each element. Cost: n² flops a right-hand side.
 * Sources: Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., theorem 8.5; Elmroth et al., Recursive
 * Blocked Algorithms and Hybrid Data Structures for Dense Matrix Library Software, SIAM Review 46 (2004).
 */
import { TRIANGULAR_WASM } from "../wasm/triangular.wasm.ts"
import type { Matrix } from "./Matrix.ts"
import { SingularMatrix } from "./SingularMatrix.ts"
import type { Workspace } from "./Workspace.ts"
import { withWorkspace } from "./with-workspace.ts"

export interface Triangle {
  /** Which triangle holds T; the other is not read. */
  readonly triangle: "lower" | "upper"
  /** op(T) = Tᵀ. */
  readonly transpose?: boolean
  /** The diagonal is one, and not read. */
  readonly unit?: boolean
}

export interface System extends Triangle {
  /** Which side op(T) stands on: op(T) X = B unless "right", X op(T) = B. */
  readonly side?: "left" | "right"
}

/** Of `assembly/triangular.ts`. */
export interface TriangularKernel {
  readonly scratchBytes: (n: number) => number
  readonly solveLower: (
    n: number,
    columns: number,
    t: number,
    rsT: number,
    csT: number,
    unit: boolean,
    b: number,
    rsB: number,
    csB: number,
    scratch: number
  ) => void
}

/** Orders that the kernel takes as they are. */
const SMALL = 64

/**
 * X of op(T) X = B or X op(T) = B, in the place of B. Both may be blocks; they share no element.
 *
 * Nothing is refused: a zero on the diagonal, infinities and NaN give what arithmetic makes of them, in the columns
 * (on the right: rows) of B that meet them alone. Throws `RangeError` when the shapes do not fit.
 */
export const solveInPlace = (space: Workspace<"f64">, t: Matrix<"f64">, b: Matrix<"f64">, system: System): void => {
  const { triangle, transpose = false, side = "left" } = system
  const order = side === "left" ? b.rows : b.columns
  if (t.rows !== t.columns || t.rows !== order) {
    throw new RangeError(`T is ${t.rows}×${t.columns}, and B is ${b.rows}×${b.columns} with T on its ${side}`)
  }
  if (t.rows <= SMALL) {
    solveSmall(space, t, b, system)
    return
  }
  const [t1, t2, between, b1, b2] = halved(t, b, triangle, side)
  const [first, second, then, last] = isForward(system) ? [t1, t2, b1, b2] : [t2, t1, b2, b1]
  solveInPlace(space, first, then, system)
  if (side === "left") space.multiply(last, between, then, { transposeA: transpose, alpha: -1, accumulate: true })
  else space.multiply(last, then, between, { transposeB: transpose, alpha: -1, accumulate: true })
  solveInPlace(space, second, last, system)
}

/** Whether the first unknowns are known first: op(T) is lower on the left, or upper on the right. */
const isForward = ({ triangle, transpose = false, side = "left" }: System): boolean =>
  ((triangle === "lower") !== transpose) === (side === "left")

type Halves = readonly [Matrix<"f64">, Matrix<"f64">, Matrix<"f64">, Matrix<"f64">, Matrix<"f64">]

/** Diagonal blocks of T, the one between them, and what belongs to them of B. */
const halved = (t: Matrix<"f64">, b: Matrix<"f64">, triangle: "lower" | "upper", side: "left" | "right"): Halves => {
  const n = firstHalf(t.rows)
  const rest = t.rows - n
  return [
    t.block(0, 0, n, n),
    t.block(n, n, rest, rest),
    triangle === "lower" ? t.block(n, 0, rest, n) : t.block(0, n, n, rest),
    side === "left" ? b.block(0, 0, n, b.columns) : b.block(0, 0, b.rows, n),
    side === "left" ? b.block(n, 0, rest, b.columns) : b.block(0, n, b.rows, rest)
  ]
}

/** About half, such that the blocks begin at multiples of 8, where register tiles do. */
export const firstHalf = (n: number): number => Math.ceil(n / 16) * 8

/** By strides, each system is one with a lower triangle on the left. */
const solveSmall = (space: Workspace<"f64">, t: Matrix<"f64">, b: Matrix<"f64">, system: System): void => {
  const { transpose = false, unit = false, side = "left" } = system
  const { solveLower } = space.module<TriangularKernel>(TRIANGULAR_WASM)
  const n = t.rows
  const isLeft = side === "left"
  const columns = isLeft ? b.columns : b.rows
  let [rsT, csT] = transpose === isLeft ? [1, t.stride] : [t.stride, 1]
  let [rsB, csB] = isLeft ? [b.stride, 1] : [1, b.stride]
  let [atT, atB] = [t.address, b.address]
  if (n > 0 && !isForward(system)) {
    atT += 8 * (n - 1) * (t.stride + 1)
    atB += 8 * (n - 1) * rsB
    ;[rsT, csT, rsB] = [-rsT, -csT, -rsB]
  }
  solveLower(n, columns, atT, rsT, csT, unit, atB, rsB, csB, space.scratch)
}

/**
 * X of op(T) X = B for arrays: T n × n, B n × columns.
 *
 * Throws `SingularMatrix` when the diagonal has a zero, `RangeError` when an array has the wrong length.
 */
export const solve = (t: Float64Array, n: number, b: Float64Array, columns: number, shape: Triangle): Float64Array =>
  withWorkspace((space) => {
    const [triangle, x] = [space.matrix(n, n), space.matrix(n, columns)]
    triangle.set(t)
    x.set(b)
    for (let i = 0; i < n && shape.unit !== true; i++) if (t[i * (n + 1)] === 0) throw new SingularMatrix({ pivot: i })
    solveInPlace(space, triangle, x, shape)
    return x.toFloat64()
  })
