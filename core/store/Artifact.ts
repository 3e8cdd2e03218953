/** Artifacts as they are stored: files by digest, under the digest of the whole. */
import type { ArtifactKind } from "../stage/ArtifactKind.ts"
import * as Digest from "./Digest.ts"

/** One file of an artifact. */
export interface ArtifactFile {
  /** Relative, `/` between segments; the name under which it is copied out. */
  readonly path: string
  readonly digest: Digest.Digest
  /** Size in bytes. */
  readonly bytes: number
  /** The content itself, base64, when it is small enough to live in its action record. */
  readonly inline?: string
}

/** A typed value in the store. */
export interface Artifact {
  readonly kind: ArtifactKind
  /** Digest of kind, paths and contents: two artifacts with one digest are one value. */
  readonly digest: Digest.Digest
  readonly files: ReadonlyArray<ArtifactFile>
}

/** Files up to this size, in bytes, live in their action record. */
export const INLINE_LIMIT = 4096

/** The digest of an artifact with these files. */
export const digestOf = (
  kind: ArtifactKind,
  files: ReadonlyArray<Pick<ArtifactFile, "path" | "digest">>
): Digest.Digest =>
  Digest.ofValue("athanor/artifact/1", {
    kind,
    files: Object.fromEntries(files.map(({ path, digest }) => [path, digest]))
  })
