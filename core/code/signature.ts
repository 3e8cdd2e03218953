/** Whether files are as they were, without reading them: size, times of modification and of change, inode. */
import { type BigIntStats, readdirSync, readFileSync, statSync } from "node:fs"
import * as Digest from "../store/Digest.ts"

/** What a file or folder looked like; of one that was not there, only the path is known. */
export interface FileSignature {
  readonly path: string
  readonly seen?: {
    readonly size: number
    /** Nanoseconds since 1970, as text: more digits than a number holds. */
    readonly modified: string
    /** The same for the last change of anything about the file: unlike the other, no program can set it. */
    readonly changed: string
    readonly inode: string
    /** Digest of the file's bytes, or of the names in the folder. */
    readonly content: Digest.Digest
  }
}

/** Nanoseconds within which two changes of a file can look like one. */
const FINE_STEP = 20_000_000n
/** The same on file systems that keep whole or even seconds. */
const COARSE_STEP = 2_000_000_000n

/** The look of a file together with its bytes; both `undefined` when it is not there. */
export const readSigned = (
  path: string
): { readonly signature: FileSignature; readonly bytes: Uint8Array | undefined } => {
  // The look is taken first: a change in between makes the signature not fit, which only costs a comparison.
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  if (stat === undefined) return { signature: { path }, bytes: undefined }
  const bytes = contentOf(path, stat)
  const seen = {
    size: Number(stat.size),
    modified: String(stat.mtimeNs),
    changed: String(stat.ctimeNs),
    inode: String(stat.ino),
    content: Digest.ofBytes(bytes)
  }
  return { signature: { path, seen }, bytes }
}

/** A folder's content is the list of what is in it. */
const contentOf = (path: string, stat: BigIntStats): Uint8Array =>
  stat.isDirectory() ? new TextEncoder().encode(readdirSync(path).sort().join("\n")) : readFileSync(path)

/** How sure one can be that a file still has the content of its signature. */
export type Freshness = "unchanged" | "compared" | "changed"

/**
 * Compares a file with its signature, which was taken at `takenAt` (nanoseconds since 1970).
 *
 * Git's rule for "racily clean" files: one that was changed at the moment of the signature or later may have changed
 * again without a trace, so its content is compared; likewise when it was only touched.
 */
export const compare = ({ path, seen }: FileSignature, takenAt: bigint): Freshness => {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  if (stat === undefined || seen === undefined)
    return stat === undefined && seen === undefined ? "unchanged" : "changed"
  const isSettled = [stat.mtimeNs, stat.ctimeNs].every((time) => time + stepOf(time) < takenAt)
  if (looksSame(stat, seen) && isSettled) return "unchanged"
  if (!stat.isDirectory() && Number(stat.size) !== seen.size) return "changed"
  return Digest.ofBytes(contentOf(path, stat)) === seen.content ? "compared" : "changed"
}

const stepOf = (time: bigint): bigint => (time % 1_000_000_000n === 0n ? COARSE_STEP : FINE_STEP)

const looksSame = (stat: BigIntStats, seen: NonNullable<FileSignature["seen"]>): boolean =>
  Number(stat.size) === seen.size &&
  String(stat.mtimeNs) === seen.modified &&
  String(stat.ctimeNs) === seen.changed &&
  String(stat.ino) === seen.inode
