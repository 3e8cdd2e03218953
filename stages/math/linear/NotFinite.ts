/** What is to be factorised holds an infinity or what is no number. */
import { Data } from "effect"
import type { Matrix } from "./Matrix.ts"

export class NotFinite extends Data.TaggedError("NotFinite")<{
  /** Counted from 0. */
  readonly row: number
  readonly column: number
  readonly value: number
}> {
  override get message(): string {
    return `element (${this.row}, ${this.column}) is ${this.value}`
  }
}

/** The elements that count: all, or those up to the diagonal. */
export type Part = "all" | "lower"

/** The largest magnitude; 0 where there is no element. Throws `NotFinite` with the first element that is not finite. */
export const largestFinite = (rows: number, row: (i: number) => ArrayLike<number>, part: Part = "all"): number => {
  let largest = 0
  for (let i = 0; i < rows; i++) {
    const elements = row(i)
    const count = part === "lower" ? Math.min(i + 1, elements.length) : elements.length
    for (let j = 0; j < count; j++) {
      const size = Math.abs(elements[j]!)
      if (!(size < Number.POSITIVE_INFINITY)) throw new NotFinite({ row: i, column: j, value: elements[j]! })
      if (size > largest) largest = size
    }
  }
  return largest
}

/** Throws `NotFinite` with the first element that is not finite. */
export const requireFinite = (matrix: Matrix, part: Part = "all"): void => {
  largestFinite(matrix.rows, (i) => matrix.row(i), part)
}
