/** What a file looks like from outside: enough to tell that it has changed without reading it. */
import { type BigIntStats, readdirSync, statSync } from "node:fs"
import { join } from "node:path"

export interface FileLook {
  readonly size: number
  /** Nanoseconds since 1970, as text: more digits than a number holds. */
  readonly modified: string
  /** The same for the last change of anything about the file: unlike the other, no program can set it. */
  readonly changed: string
  readonly inode: string
}

/** Nanoseconds within which two changes of a file can look like one. */
const FINE_STEP = 20_000_000n
/** The same on file systems that keep whole or even seconds. */
const COARSE_STEP = 2_000_000_000n

/** The look of a file or folder; `undefined` when it is not there, or a name that leads nowhere. */
export const lookAt = (path: string): FileLook | undefined => {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
    return stat === undefined ? undefined : lookOf(stat)
  } catch {
    // Links in a circle, a name that is too long, a file in place of a folder: whoever reads it says so.
    return undefined
  }
}

export const lookOf = (stat: BigIntStats): FileLook => ({
  size: Number(stat.size),
  modified: String(stat.mtimeNs),
  changed: String(stat.ctimeNs),
  inode: String(stat.ino)
})

export const looksSame = (a: FileLook, b: FileLook): boolean =>
  a.size === b.size && a.modified === b.modified && a.changed === b.changed && a.inode === b.inode

/**
 * Whether a look taken at `takenAt` (nanoseconds since 1970) tells every later change.
 *
 * Git's rule for "racily clean" files: one that was changed at the moment of the look may change again without a trace.
 */
export const isSettled = (look: FileLook, takenAt: bigint): boolean =>
  [BigInt(look.modified), BigInt(look.changed)].every((time) => time + stepOf(time) < takenAt)

const stepOf = (time: bigint): bigint => (time % 1_000_000_000n === 0n ? COARSE_STEP : FINE_STEP)

const isFolder = (path: string): boolean => {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  } catch {
    return false
  }
}

/** Paths of a file, or of a folder and all that is in it at any depth. */
export const treeOf = (path: string): ReadonlyArray<string> => {
  if (!isFolder(path)) return [path]
  const below = readdirSync(path, { withFileTypes: true, recursive: true })
  return [path, ...below.map((entry) => join(entry.parentPath, entry.name))]
}
