/** How many files there are, and how large. Throws what the disk throws. */
import { lstatSync, readdirSync } from "node:fs"
import { join } from "node:path"

/** Of some files together. */
export interface FileSize {
  readonly files: number
  readonly bytes: number
}

/** Sizes together. */
export const sum = (parts: ReadonlyArray<FileSize>): FileSize => ({
  files: parts.reduce((total, { files }) => total + files, 0),
  bytes: parts.reduce((total, { bytes }) => total + bytes, 0)
})

/** Of the files at and below a path; links lead elsewhere, and are none. */
export const sizeBelow = (path: string): FileSize => {
  const look = lstatSync(path, { throwIfNoEntry: false })
  if (look?.isDirectory() === true) return sum(readdirSync(path).map((name) => sizeBelow(join(path, name))))
  return look?.isFile() === true ? { files: 1, bytes: look.size } : { files: 0, bytes: 0 }
}
