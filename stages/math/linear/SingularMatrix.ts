/** A system has no unique solution: a pivot vanishes. */
export class SingularMatrix extends RangeError {
  /** Counted from 0. */
  readonly pivot: number

  constructor(pivot: number) {
    super(`the matrix is singular: pivot ${pivot} is 0`)
    this.pivot = pivot
  }
}
