/** Places in a pipeline file. */

/** A stretch of text in a file. Lines and columns count from 1, columns in UTF-16 units; `length` ≥ 1 lies on one line. */
export interface Span {
  /** The file as the user named it. */
  readonly file: string
  readonly line: number
  readonly column: number
  readonly length: number
}

/** A value together with the place where it was written. */
export interface Spanned<A> {
  readonly value: A
  readonly span: Span
}
