/** What is to be factorised holds an infinity or what is no number. */
import type { Matrix } from "./Matrix.ts"

export class NotFinite extends RangeError {
  /** Counted from 0. */
  readonly row: number
  readonly column: number
  readonly value: number

  constructor(row: number, column: number, value: number) {
    super(`element (${row}, ${column}) is ${value}`)
    this.row = row
    this.column = column
    this.value = value
  }
}

/** Throws `NotFinite` with the first element that is not finite; with `lower`, of those up to the diagonal. */
export const requireFinite = (matrix: Matrix, part: "all" | "lower" = "all"): void => {
  for (let i = 0; i < matrix.rows; i++) {
    const row = matrix.row(i)
    const count = part === "lower" ? Math.min(i + 1, row.length) : row.length
    for (let j = 0; j < count; j++) {
      const value = row[j]!
      // x − x is 0 for finite x alone.
      if (value - value !== 0) throw new NotFinite(i, j, value)
    }
  }
}
