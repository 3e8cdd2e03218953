/** Takes files out of the way that were judged to be damaged, and no others that have come into their place since. */
import { mkdirSync, renameSync, statSync } from "node:fs"
import { join } from "node:path"
import type { Digest } from "./Digest.ts"
import { unlessMissing } from "./is-missing.ts"

/** Which file lay at a path: one that has come there since has another inode, one that was written since another time of change. */
export interface Sighting {
  readonly path: string
  readonly inode: bigint
  /** Nanoseconds. */
  readonly changedAt: bigint
}

/** The file that lies at a path now; `undefined` where there is none. To be asked before the file is judged. */
export const sight = (path: string): Sighting | undefined => {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? undefined : { path, inode: stats.ino, changedAt: stats.ctimeNs }
}

/**
 * Moves the file that was seen, of a digest, into the quarantine. Whether it is away by this: otherwise something else lies in
 * its place by now, or nothing. Throws what the disk throws.
 */
export const setAside = (quarantine: string, digest: Digest, seen: Sighting): boolean => {
  if (!isSame(seen, sight(seen.path))) return false
  mkdirSync(quarantine, { recursive: true })
  try {
    renameSync(seen.path, join(quarantine, `${digest}-${Date.now()}`))
    return true
  } catch (cause) {
    unlessMissing(cause)
    return false
  }
}

/** Whether two looks were at the same file, in the same state. */
export const isSame = (one: Sighting, other: Sighting | undefined): boolean =>
  one.path === other?.path && one.inode === other.inode && one.changedAt === other.changedAt
