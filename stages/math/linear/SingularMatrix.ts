/** A system has no unique solution: a pivot vanishes. */
import { Data } from "effect"

export class SingularMatrix extends Data.TaggedError("SingularMatrix")<{
  /** Counted from 0. */
  readonly pivot: number
}> {
  override get message(): string {
    return `the matrix is singular: pivot ${this.pivot} is 0`
  }
}
