/** A file of an artifact: its name within it, and its content. */
export interface CodedFile {
  /** Segments separated by `/`. */
  readonly path: string
  readonly bytes: Uint8Array
}
