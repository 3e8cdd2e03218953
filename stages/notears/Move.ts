/** Changes of an order within an interval of positions. */
import type { Order } from "./Order.ts"

/** Both ends change places; the last node goes before the first; the first goes behind the last. */
export const MOVE_KINDS = ["swap", "before", "behind"] as const

export type MoveKind = (typeof MOVE_KINDS)[number]

/** What lies outside of the positions `first` … `last`, first < last, stays where it is. */
export interface Move {
  readonly kind: MoveKind
  readonly first: number
  readonly last: number
}

/** Makes a move in an order. */
export const rearrange = (order: Order, { kind, first, last }: Move): void => {
  const [head, tail] = [order[first]!, order[last]!]
  if (kind === "before") order.copyWithin(first + 1, first, last)
  if (kind === "behind") order.copyWithin(first, first + 1, last + 1)
  if (kind !== "behind") order[first] = tail
  if (kind !== "before") order[last] = head
}

/**
 * The best of some moves whose intervals share no position, chosen greedily: the moves by rising change of the score, each that
 * lowers it by more than `least` and overlaps none before it. A score that is a sum over nodes and their predecessors falls by the sum of theirs.
 */
export const disjointMoves = (
  moves: ReadonlyArray<Move>,
  changes: ArrayLike<number>,
  d: number,
  least: number
): ReadonlyArray<Move> => {
  const improving = moves.map((_, at) => at).filter((at) => changes[at]! < -least)
  improving.sort((a, b) => changes[a]! - changes[b]! || a - b)
  const isTaken = new Uint8Array(d)
  return improving.flatMap((at) => {
    const move = moves[at]!
    if (isTaken.subarray(move.first, move.last + 1).includes(1)) return []
    isTaken.fill(1, move.first, move.last + 1)
    return [move]
  })
}
