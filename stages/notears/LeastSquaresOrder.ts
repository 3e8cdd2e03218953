/** Orders under the least squares score, Q = ‖X − X W‖² / 2n. */

import { changesBefore, changesBehind } from "./insertion-changes.ts"
import type { Move, MoveKind } from "./Move.ts"
import type { Order } from "./Order.ts"
import { OrderedFactor } from "./OrderedFactor.ts"
import type { ScoredMoves, ScoredOrder, Snapshot } from "./ScoredOrder.ts"
import { programFlops, type SubsetProgram } from "./SubsetProgram.ts"
import { SwapChanges } from "./SwapChanges.ts"

/** The least Q of an order is Σ rₖₖ² / 2, of the triangular root of the second moments in that order. */
export class LeastSquaresOrder implements ScoredOrder {
  readonly d: number
  private readonly factor: OrderedFactor
  private readonly swaps: SwapChanges
  /** Changes by insertions, as `insertion-changes.ts` lays them out. */
  private readonly table: Float64Array
  private readonly row: Float64Array

  /** `root` as `Covariance` has it. */
  constructor(root: Float64Array, order: Order) {
    this.d = order.length
    this.factor = new OrderedFactor(root, order)
    this.swaps = new SwapChanges(this.d)
    this.table = new Float64Array(this.d * this.d)
    this.row = new Float64Array(this.d)
  }

  get order(): Order {
    return this.factor.order
  }

  get score(): number {
    const { r, d } = this.factor
    let sum = 0
    for (let k = 0; k < d; k++) sum += r[k * (d + 1)]! * r[k * (d + 1)]!
    return sum / 2
  }

  get flops(): number {
    return this.factor.flops
  }

  set flops(flops: number) {
    this.factor.flops = flops
  }

  reset(order: Order): void {
    this.factor.reset(order)
  }

  keep(): Snapshot {
    return this.factor.keep()
  }

  restore(snapshot: Snapshot): void {
    this.factor.restore(snapshot)
  }

  /** The best of each kind for each first position. */
  insertions(): ScoredMoves {
    const best = (["before", "behind"] as const).flatMap((kind) =>
      bestByFirst(kind, this.insertionChanges(kind), this.d)
    )
    return { moves: best.map(({ move }) => move), changes: Float64Array.from(best, ({ change }) => change) }
  }

  /** All insertions of one kind: element first · d + last. The array is overwritten by the next call. Cost: O(d²). */
  private insertionChanges(kind: Exclude<MoveKind, "swap">): Float64Array {
    this.factor.flops += 5 * this.d * this.d
    if (kind === "before") changesBefore(this.factor, this.table)
    else changesBehind(this.factor, this.table)
    return this.table
  }

  changes(moves: ReadonlyArray<Move>): Float64Array {
    const changes = new Float64Array(moves.length)
    for (const kind of ["before", "behind"] as const) {
      if (!moves.some((move) => move.kind === kind)) continue
      const table = this.insertionChanges(kind)
      for (const [at, { kind: own, first, last }] of moves.entries()) {
        if (own === kind) changes[at] = table[first * this.d + last]!
      }
    }
    for (const [first, found] of swapsByFirst(moves)) {
      const last = found.reduce((most, at) => Math.max(most, moves[at]!.last), first)
      this.factor.flops += 5 * (last - first) * (last - first)
      this.swaps.from(this.factor, first, last, this.row)
      for (const at of found) changes[at] = this.row[moves[at]!.last]!
    }
    return changes
  }

  apply(moves: ReadonlyArray<Move>): void {
    for (const { kind, first, last } of moves) {
      if (kind === "before") this.factor.move(last, first)
      else this.factor.move(first, last)
      if (kind === "swap" && last - first > 1) this.factor.move(last - 1, first)
    }
  }

  /**
   * Puts the nodes of a window in the order that is best for them, those before and behind it staying, if that lowers the score by more than
   * `least`. The window has as many positions as the program has nodes. Given the nodes before, its moments are KᵀK with K the rows and columns of R there.
   */
  solveWindow(first: number, program: SubsetProgram, least: number): boolean {
    const { d, order, r } = this.factor
    const size = program.d
    const block = new Float64Array(size * size)
    for (let i = 0; i < size; i++)
      block.set(r.subarray((first + i) * d + first, (first + i) * d + first + size), i * size)
    let score = 0
    for (let i = 0; i < size; i++) score += (block[i * (size + 1)]! * block[i * (size + 1)]!) / 2
    program.solve(squared(block, size))
    this.factor.flops += programFlops(size)
    if (!(program.score < score - least)) return false
    const nodes = Array.from(program.order(), (k) => order[first + k]!)
    for (const [at, node] of nodes.entries()) {
      const from = order.indexOf(node, first + at)
      if (from > first + at) this.factor.move(from, first + at)
    }
    return true
  }

  /** From R (I − W) = diag(rₖₖ), which says that each residual is orthogonal to the nodes before. */
  weights(): Float64Array {
    const { d, order, r, l } = this.factor
    const weights = new Float64Array(d * d)
    for (let k = 0; k < d; k++) {
      const deviation = r[k * (d + 1)]!
      for (let i = 0; i < k; i++) weights[order[i]! * d + order[k]!] = -l[k * d + i]! * deviation
    }
    return weights
  }
}

/** The places in the list of the swaps that have one first position. */
const swapsByFirst = (moves: ReadonlyArray<Move>): ReadonlyMap<number, ReadonlyArray<number>> => {
  const places = new Map<number, Array<number>>()
  for (const [at, { kind, first }] of moves.entries()) {
    if (kind !== "swap") continue
    const found = places.get(first)
    if (found === undefined) places.set(first, [at])
    else found.push(at)
  }
  return places
}

/** Of a table of changes, for each first position the move with the least. */
const bestByFirst = (kind: MoveKind, table: Float64Array, d: number) =>
  Array.from({ length: d - 1 }, (_, first) => {
    let last = first + 1
    for (let at = last + 1; at < d; at++) if (table[first * d + at]! < table[first * d + last]!) last = at
    return { move: { kind, first, last }, change: table[first * d + last]! }
  })

/** KᵀK of an upper triangle. */
const squared = (k: Float64Array, size: number): Float64Array => {
  const square = new Float64Array(size * size)
  for (let l = 0; l < size; l++) {
    for (let i = l; i < size; i++)
      for (let j = l; j < size; j++) square[i * size + j]! += k[l * size + i]! * k[l * size + j]!
  }
  return square
}
