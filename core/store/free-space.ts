/** What is left on the disk of a folder. */
import { statfsSync } from "node:fs"
import { dirname } from "node:path"

export interface FreeSpace {
  readonly bytes: number
  /** Size of the disk. */
  readonly of: number
  /** Files and folders that can still be made. */
  readonly files: number
  /** Files and folders that it has room for. */
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
  files === 0 && bytes > 0 ? `no file free of ${ofFiles}` : `${sizeText(bytes)} free of ${sizeText(of)}`

const UNITS = ["bytes", "KB", "MB", "GB", "TB"]

const sizeText = (bytes: number): string => {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log(Math.max(1, bytes)) / Math.log(1024)))
  const size = bytes / 1024 ** power
  return `${size >= 10 || power === 0 ? Math.floor(size) : size.toFixed(1)} ${UNITS[power]}`
}
