/** What is left on the disk of a folder. */
import { statfsSync } from "node:fs"
import { dirname } from "node:path"
import { describeBytes } from "../codec/describe.ts"

export interface FreeSpace {
  readonly bytes: number
  /** Size of the disk. */
  readonly of: number
  /** Files and folders that can still be made; infinite where the file system makes room for them as they come. */
  readonly files: number
  /** Files and folders that it has room for; infinite likewise. */
  readonly ofFiles: number
}

/** Of the folder at a path, or the nearest one above that is there; `undefined` where nobody knows. */
export const freeSpace = (path: string): FreeSpace | undefined => {
  try {
    const { bavail, blocks, bsize, ffree, files } = statfsSync(path)
    // Some file systems do not count files.
    const isCounted = files > 0
    return {
      bytes: bavail * bsize,
      of: blocks * bsize,
      files: isCounted ? ffree : Number.POSITIVE_INFINITY,
      ofFiles: isCounted ? files : Number.POSITIVE_INFINITY
    }
  } catch {
    return dirname(path) === path ? undefined : freeSpace(dirname(path))
  }
}

/** What is left, for a person: what the disk lacks is room or, rarely, files. */
export const freeText = ({ bytes, of, files, ofFiles }: FreeSpace): string =>
  files === 0 && bytes > 0 ? `no file free of ${ofFiles}` : `${describeBytes(bytes)} free of ${describeBytes(of)}`
