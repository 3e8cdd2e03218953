/** How a product is cut into parts that threads compute apart: no sum is cut, so each element has the bits that it has in one piece. */

/** A block of the result. */
export interface Block {
  readonly row: number
  readonly column: number
  readonly rows: number
  readonly columns: number
}

/** Rows or columns of a part, at least: what it packs of the other factor is then little beside what it computes. */
const ROWS = 96
const COLUMNS = 128

/** The parts of a result with m rows and n columns: blocks of rows where there are enough, or else of columns. */
export const blocksOf = (m: number, n: number): ReadonlyArray<Block> =>
  m >= n || m >= 4 * ROWS
    ? spans(m, ROWS).map(([row, rows]) => ({ row, column: 0, rows, columns: n }))
    : spans(n, COLUMNS).map(([column, columns]) => ({ row: 0, column, rows: m, columns }))

/**
 * Spans of `size`, the last one up to twice as long: beginning and length of each. None is shorter, unless it is the only one: a
 * product of very few rows adds in another order.
 */
const spans = (length: number, size: number): ReadonlyArray<readonly [number, number]> => {
  const count = Math.max(1, Math.floor(length / size))
  return Array.from({ length: count }, (_, i) => [i * size, i === count - 1 ? length - i * size : size] as const)
}
