/** The triangular root of second moments for variables in some order, and what a change of the order makes of it. */
import type { Order } from "./Order.ts"
import type { Snapshot } from "./ScoredOrder.ts"
import { inverseRoot, rootInOrder } from "./triangular-root.ts"

/** After this many rotations for each d² the factors are computed anew: their errors grow by at most ε with each. */
const ROTATIONS = 4

/**
 * R and L = R⁻ᵀ with RᵀR = S for the variables in order: rₖₖ² is the variance of the k-th that those before it leave.
 *
 * Where columns change places, an orthogonal Q makes Q R P triangular again; the same Q makes Q L P the inverse of that, transposed.
 * So both go through the same rotations, of neighbouring rows, which lie side by side in memory. Source: Golub and Van Loan, 4th ed., section 6.5.
 */
export class OrderedFactor {
  readonly d: number
  /** Node by position. */
  readonly order: Order
  /** Upper triangular with a positive diagonal, d × d. */
  readonly r: Float64Array
  /** Lower triangular, d × d. */
  readonly l: Float64Array
  /** Multiplications and additions so far, about. */
  flops = 0
  private readonly root: Float64Array
  private rotations = 0

  /** `root` is upper triangular, that of the variables by their numbers. */
  constructor(root: Float64Array, order: Order) {
    const d = order.length
    this.d = d
    this.root = root
    this.order = order.slice()
    this.r = new Float64Array(d * d)
    this.l = new Float64Array(d * d)
    this.refactor()
  }

  /** Computes both factors from the root, for the order as it is. Cost: 5 d³ / 3 flops. */
  refactor(): void {
    this.r.set(rootInOrder(this.root, this.d, this.order))
    this.l.set(inverseRoot(this.r, this.d))
    this.rotations = 0
    this.flops += (5 * this.d * this.d * this.d) / 3
  }

  /** Goes to another order. */
  reset(order: Order): void {
    this.order.set(order)
    this.refactor()
  }

  /** The state as it is now: other rotations have led to other bits. */
  keep(): Snapshot {
    const [order, rotations] = [Float64Array.from(this.order), Float64Array.of(this.rotations)]
    return { order, r: this.r.slice(), l: this.l.slice(), rotations }
  }

  restore({ order, r, l, rotations }: Snapshot): void {
    this.order.set(order!)
    this.r.set(r!)
    this.l.set(l!)
    this.rotations = rotations![0]!
  }

  /** Moves the variable at a position to another; those between make room. Cost: 6 d flops for each of them. */
  move(from: number, to: number): void {
    const distance = Math.abs(from - to)
    this.rotations += distance
    this.flops += 6 * this.d * distance
    const x = this.order[from]!
    if (from > to) {
      this.order.copyWithin(to + 1, to, from)
      this.moveColumnForward(from, to)
    } else {
      this.order.copyWithin(from, from + 1, to + 1)
      this.moveColumnBack(from, to)
    }
    this.order[to] = x
    if (this.rotations > ROTATIONS * this.d * this.d) this.refactor()
  }

  /** The column of R has elements down to row `from`: they are rotated away from below, into the row `to`. */
  private moveColumnForward(from: number, to: number): void {
    const { d, r, l } = this
    for (let i = 0; i <= from; i++) shiftRight(r, i * d, to, from)
    for (let i = to; i < d; i++) shiftRight(l, i * d, to, from)
    for (let k = from; k > to; k--) {
      const [f, g] = [r[(k - 1) * d + to]!, r[k * d + to]!]
      const h = Math.sqrt(f * f + g * g)
      reflect(r, (k - 1) * d, k * d, k, d, f / h, g / h)
      r[(k - 1) * d + to] = h
      r[k * d + to] = 0
      reflect(l, (k - 1) * d, k * d, 0, k + 1, f / h, g / h)
      l[(k - 1) * d + k] = 0
    }
  }

  /** The columns behind have an element below the diagonal each: they are rotated away from above. */
  private moveColumnBack(from: number, to: number): void {
    const { d, r, l } = this
    for (let i = 0; i <= to; i++) shiftLeft(r, i * d, from, to)
    for (let i = from; i < d; i++) shiftLeft(l, i * d, from, to)
    for (let k = from; k < to; k++) {
      const [f, g] = [r[k * (d + 1)]!, r[(k + 1) * d + k]!]
      const h = Math.sqrt(f * f + g * g)
      reflect(r, k * d, (k + 1) * d, k + 1, d, f / h, g / h)
      r[k * (d + 1)] = h
      r[(k + 1) * d + k] = 0
      reflect(l, k * d, (k + 1) * d, 0, k + 1, f / h, g / h)
      reflect(l, k * d, (k + 1) * d, to, to + 1, f / h, g / h)
      l[k * d + to] = 0
    }
  }
}

/** The element at `from` of a row comes to stand at `to`, before it. */
const shiftRight = (a: Float64Array, row: number, to: number, from: number): void => {
  const moved = a[row + from]!
  a.copyWithin(row + to + 1, row + to, row + from)
  a[row + to] = moved
}

/** The element at `from` of a row comes to stand at `to`, behind it. */
const shiftLeft = (a: Float64Array, row: number, from: number, to: number): void => {
  const moved = a[row + from]!
  a.copyWithin(row + from, row + from + 1, row + to + 1)
  a[row + to] = moved
}

/** Of two rows u and v, the columns begin … end − 1: u ← c u + s v, v ← s u − c v, after which diagonals that were positive are. */
const reflect = (
  a: Float64Array,
  rowU: number,
  rowV: number,
  begin: number,
  end: number,
  c: number,
  s: number
): void => {
  for (let j = begin; j < end; j++) {
    const [u, v] = [a[rowU + j]!, a[rowV + j]!]
    a[rowU + j] = c * u + s * v
    a[rowV + j] = s * u - c * v
  }
}
