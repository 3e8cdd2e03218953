/** Why a sparse matrix cannot be factored. */
import { Data } from "effect"

/** The matrix is not positive definite to working precision, or holds what is no number. */
export class NotPositiveDefinite extends Data.TaggedError("NotPositiveDefinite")<{
  /** Of the matrix as it was given. */
  readonly column: number
  readonly pivot: number
}> {
  override get message(): string {
    return `the matrix is not positive definite: the pivot of column ${this.column} is ${this.pivot}`
  }
}

/** A pivot is 0, or no finite number. */
export class Singular extends Data.TaggedError("Singular")<{
  /** Of the matrix as it was given. */
  readonly column: number
  readonly pivot: number
}> {
  override get message(): string {
    return `the matrix is singular, or needs pivoting: the pivot of column ${this.column} is ${this.pivot}`
  }
}
