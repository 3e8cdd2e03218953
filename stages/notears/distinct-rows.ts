/** Rows of a table of bits that are the same, as one row each. */
import type { Samples } from "./tensors.ts"

export interface DistinctRows {
  /** Where each row comes first, in the order of the table. */
  readonly rows: Int32Array
  /** How often it comes. */
  readonly counts: Float64Array
}

/**
 * Of n rows that come so many times each, and a column of zeros and ones for each variable: k columns have no more than 2ᵏ rows, however many samples
 * there are.
 *
 * Groups of rows are split by one column after the other. Cost: n operations for each column.
 */
export const distinctRows = (columns: ReadonlyArray<Uint8Array>, counts: Float64Array): DistinctRows => {
  const group = new Int32Array(counts.length)
  let groups = Math.min(1, counts.length)
  for (const column of columns) groups = split(group, groups, column)
  const [rows, sums] = [new Int32Array(groups).fill(-1), new Float64Array(groups)]
  for (let row = 0; row < counts.length; row++) {
    const at = group[row]!
    if (rows[at] === -1) rows[at] = row
    sums[at]! += counts[row]!
  }
  return { rows, counts: sums }
}

/** Numbers the groups anew, in order of their first rows; says how many there are. */
const split = (group: Int32Array, groups: number, column: Uint8Array): number => {
  const numbers = new Int32Array(2 * groups).fill(-1)
  let count = 0
  for (let row = 0; row < group.length; row++) {
    const part = 2 * group[row]! + column[row]!
    if (numbers[part] === -1) numbers[part] = count++
    group[row] = numbers[part]!
  }
  return count
}

/** A column of bits for each variable. */
export const bitColumns = ({ data, n, d }: Samples): ReadonlyArray<Uint8Array> =>
  Array.from({ length: d }, (_, i) => Uint8Array.from({ length: n }, (_, row) => data[row * d + i]!))

/** Rows that come once each. */
export const ones = (n: number): Float64Array => new Float64Array(n).fill(1)
