/** How a product is cut into parts that threads compute apart: no sum is cut, so each element has the bits that it has in one piece. */

/** A block of the result. */
export interface Block {
  readonly row: number
  readonly column: number
  readonly rows: number
  readonly columns: number
}

/** A part of fewer rows or columns would pack more than it computes. */
const ROWS = 96
const COLUMNS = 128

/** Parts for each thread: enough that one which others keep from its core holds nobody up for long. */
const SHARES = 2

/** Parts begin where a tile does that a thread keeps in its registers. */
const TILE = 8

/** The parts, about square, of a result with m rows and n columns for so many threads. */
export const blocksOf = (m: number, n: number, threads: number): ReadonlyArray<Block> => {
  let [down, across] = [1, 1]
  const isTall = (): boolean => m / down >= 2 * ROWS
  const isWide = (): boolean => n / across >= 2 * COLUMNS
  while (down * across < SHARES * threads && (isTall() || isWide())) {
    if (isTall() && (m / down >= n / across || !isWide())) down *= 2
    else across *= 2
  }
  const columns = spans(n, across)
  return spans(m, down).flatMap((rows) =>
    columns.map((others) => ({ ...rows, column: others.row, columns: others.rows }))
  )
}

/** Beginning and length of so many spans, about equally long. */
const spans = (length: number, count: number): ReadonlyArray<Pick<Block, "row" | "rows">> => {
  const begin = (i: number): number => (i === count ? length : Math.floor((i * length) / count / TILE) * TILE)
  return Array.from({ length: count }, (_, i) => ({ row: begin(i), rows: begin(i + 1) - begin(i) }))
}
