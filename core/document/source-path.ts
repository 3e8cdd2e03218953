/** The path of a source: a file or folder, or one array of several in an archive. */

export interface SourcePath {
  readonly file: string
  /** Name of the array in `weights.npz#layer1`. */
  readonly member?: string
}

/** Takes apart what stands under `path:`. */
export const sourcePath = (written: string): SourcePath => {
  const { file = written, member } = /^(?<file>.*\.npz)#(?<member>.+)$/iu.exec(written)?.groups ?? {}
  return member === undefined ? { file } : { file, member }
}
