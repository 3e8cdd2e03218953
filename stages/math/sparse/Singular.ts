/** A pivot is 0, or no finite number. */
import { Data } from "effect"

export class Singular extends Data.TaggedError("Singular")<{
  /** Of the matrix as it was given. */
  readonly column: number
  readonly pivot: number
}> {
  override get message(): string {
    return `the matrix is singular, or needs pivoting: the pivot of column ${this.column} is ${this.pivot}`
  }
}
