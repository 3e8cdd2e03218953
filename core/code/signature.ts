/** Whether files are as they were, without reading them: how they look, and in doubt the digest of their content. */
import { type BigIntStats, readdirSync, readFileSync, realpathSync, statSync } from "node:fs"
import { type FileLook, isSettled, lookOf, looksSame } from "../document/file-look.ts"
import * as Digest from "../store/Digest.ts"

/** What a file or folder looked like; of one that was not there, only the path is known. */
export interface FileSignature {
  readonly path: string
  readonly seen?: FileLook & {
    /** Digest of the file's bytes, or of the names in the folder. */
    readonly content: Digest.Digest
  }
  /** Where it lies when links are followed, if that counts. */
  readonly real?: string
}

/** The look of a file together with its bytes; both `undefined` when it is not there. */
export const readSigned = (
  path: string
): { readonly signature: FileSignature; readonly bytes: Uint8Array | undefined } => {
  // The look is taken first: a change in between makes the signature not fit, which only costs a comparison.
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  if (stat === undefined) return { signature: { path }, bytes: undefined }
  const bytes = contentOf(path, stat)
  return { signature: { path, seen: { ...lookOf(stat), content: Digest.ofBytes(bytes) } }, bytes }
}

/** The same with where it lies, which counts from then on. */
export const readFollowed = (path: string): ReturnType<typeof readSigned> => {
  const { signature, bytes } = readSigned(path)
  return { signature: signature.seen === undefined ? signature : { ...signature, real: realpathSync(path) }, bytes }
}

/** The signature of the same file now, of the same kind. */
export const signedAgain = ({ path, real }: FileSignature): FileSignature =>
  (real === undefined ? readSigned(path) : readFollowed(path)).signature

/** A folder's content is the list of what is in it. */
const contentOf = (path: string, stat: BigIntStats): Uint8Array =>
  stat.isDirectory() ? new TextEncoder().encode(readdirSync(path).sort().join("\n")) : readFileSync(path)

/** How sure one can be that a file still has the content of its signature. */
export type Freshness = "unchanged" | "compared" | "changed"

/**
 * Compares a file with its signature, which was taken at `takenAt` (nanoseconds since 1970).
 *
 * The content of a file that may have changed again without a trace is compared; likewise of one that was only touched.
 */
export const compare = ({ path, seen, real }: FileSignature, takenAt: bigint): Freshness => {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  if (stat === undefined || seen === undefined)
    return stat === undefined && seen === undefined ? "unchanged" : "changed"
  if (real !== undefined && realpathSync(path) !== real) return "changed"
  const look = lookOf(stat)
  if (looksSame(look, seen) && isSettled(look, takenAt)) return "unchanged"
  if (!stat.isDirectory() && look.size !== seen.size) return "changed"
  return Digest.ofBytes(contentOf(path, stat)) === seen.content ? "compared" : "changed"
}
