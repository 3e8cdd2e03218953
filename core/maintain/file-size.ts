/** How many files there are, and how large. Throws what the disk throws. */
import { lstatSync, readdirSync, type Stats } from "node:fs"
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

/**
 * Of the files at and below some paths: what the disk has back when they are removed. Runs that are answered from their memo
 * share files: one of several names counts when all of them are below, and once. Symbolic links are none.
 */
export const sizeBelow = (paths: ReadonlyArray<string>): FileSize => {
  const names = new Map<string, number>()
  let [files, bytes] = [0, 0]
  const count = ({ dev, ino, nlink, size }: Stats): void => {
    const inode = `${dev} ${ino}`
    const found = (names.get(inode) ?? 0) + 1
    if (nlink > 1) names.set(inode, found)
    if (found < nlink) return
    files++
    bytes += size
  }
  const visit = (path: string): void => {
    const look = lstatSync(path, { throwIfNoEntry: false })
    if (look?.isDirectory() === true) for (const name of readdirSync(path)) visit(join(path, name))
    else if (look?.isFile() === true) count(look)
  }
  for (const path of paths) visit(path)
  return { files, bytes }
}
