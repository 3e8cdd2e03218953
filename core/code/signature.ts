/** Whether files are as they were, without reading them: size, time of modification, inode. */
import { readFileSync, statSync } from "node:fs"
import * as Digest from "../store/Digest.ts"

/** What a file looked like. */
export interface FileSignature {
  readonly path: string
  readonly size: number
  /** Nanoseconds since 1970, as text: more digits than a number holds. */
  readonly modified: string
  readonly inode: string
  readonly content: Digest.Digest
}

/** Nanoseconds by which clocks of file systems may lag: two changes within them can look like one. */
const GRANULARITY = 20_000_000n

/** The signature of a file as it is now. */
export const signatureOf = (path: string): FileSignature => {
  const stat = statSync(path, { bigint: true })
  return {
    path,
    size: Number(stat.size),
    modified: String(stat.mtimeNs),
    inode: String(stat.ino),
    content: Digest.ofBytes(readFileSync(path))
  }
}

/**
 * Whether a file still has the content of its signature, which was taken at `takenAt` (nanoseconds since 1970).
 *
 * Git's rule for "racily clean" files: one modified at the moment of the signature or later may have changed again
 * without a trace, so its content is compared.
 */
export const isUnchanged = (signature: FileSignature, takenAt: bigint): boolean => {
  const stat = statSync(signature.path, { bigint: true, throwIfNoEntry: false })
  if (stat === undefined || Number(stat.size) !== signature.size) return false
  const looksSame = String(stat.mtimeNs) === signature.modified && String(stat.ino) === signature.inode
  if (looksSame && stat.mtimeNs + GRANULARITY < takenAt) return true
  return Digest.ofBytes(readFileSync(signature.path)) === signature.content
}
