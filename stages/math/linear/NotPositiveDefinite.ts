/** A matrix is not positive definite to working precision, or holds what is not finite. */
import { Data } from "effect"

export class NotPositiveDefinite extends Data.TaggedError("NotPositiveDefinite")<{
  /** Of the matrix as it was given; counted from 0. */
  readonly column: number
  /** No positive finite number. */
  readonly pivot: number
}> {
  override get message(): string {
    return `the matrix is not positive definite: the pivot of column ${this.column} is ${this.pivot}`
  }
}
