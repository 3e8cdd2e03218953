/** Typed values in the store: files by digest, small ones inline. */

import { randomUUID } from "node:crypto"
import { mkdir, rename, rm } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { Context, Effect, Layer } from "effect"
import type { ArtifactKind } from "../stage/ArtifactKind.ts"
import { type Artifact, type ArtifactFile, digestOf, INLINE_LIMIT } from "./Artifact.ts"
import * as Digest from "./Digest.ts"
import { attempt, placeFile, syncFolder } from "./durable.ts"
import { ObjectStore } from "./ObjectStore.ts"
import type { ObjectDamaged, StoreUnavailable } from "./StoreError.ts"

/** A file of an artifact with its content. */
export interface OpenFile {
  readonly path: string
  readonly bytes: Uint8Array
}

export class ArtifactStore extends Context.Service<
  ArtifactStore,
  {
    /** Stores the files of a value; they are durable when it returns, but for those that its action record will hold. */
    readonly write: (kind: ArtifactKind, files: ReadonlyArray<OpenFile>) => Effect.Effect<Artifact, StoreUnavailable>
    /** The files with their content, verified. */
    readonly open: (artifact: Artifact) => Effect.Effect<ReadonlyArray<OpenFile>, ObjectDamaged | StoreUnavailable>
    /** Whether every file is there with its size: what a hit relies on. */
    readonly isPresent: (artifact: Artifact) => boolean
    /** Copies an artifact out: a file under the given name, a Directory as a folder. Whole or not at all. */
    readonly materialise: (
      artifact: Artifact,
      destination: string
    ) => Effect.Effect<void, ObjectDamaged | StoreUnavailable>
  }
>()("athanor/store/ArtifactStore") {
  static readonly layer: Layer.Layer<ArtifactStore, never, ObjectStore> = Layer.effect(
    ArtifactStore,
    Effect.map(ObjectStore, (objects) => make(objects))
  )
}

const make = (objects: ObjectStore["Service"]) => {
  const write = Effect.fnUntraced(function* (kind: ArtifactKind, files: ReadonlyArray<OpenFile>) {
    const large = files.filter(({ bytes }) => bytes.byteLength > INLINE_LIMIT)
    const stored = yield* objects.put(large.map(({ bytes }) => bytes))
    const digests = new Map(large.map(({ path }, index) => [path, stored[index]?.digest]))
    const listed = files.map(({ path, bytes }): ArtifactFile => {
      const digest = digests.get(path)
      return digest === undefined
        ? {
            path,
            digest: Digest.ofBytes(bytes),
            bytes: bytes.byteLength,
            inline: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64")
          }
        : { path, digest, bytes: bytes.byteLength }
    })
    return { kind, digest: digestOf(kind, listed), files: listed }
  })

  const open = Effect.fnUntraced(function* (artifact: Artifact) {
    return yield* Effect.forEach(artifact.files, ({ path, digest, inline }) =>
      Effect.map(
        inline === undefined ? objects.read(digest) : Effect.succeed<Uint8Array>(Buffer.from(inline, "base64")),
        (bytes): OpenFile => ({ path, bytes })
      )
    )
  })

  const isPresent = ({ files }: Artifact): boolean =>
    files.every((file) => file.inline !== undefined || objects.isPresent(file))

  const materialise = Effect.fn("ArtifactStore.materialise")(function* (artifact: Artifact, destination: string) {
    const files = yield* open(artifact)
    yield* attempt("write", destination, async () => {
      await mkdir(dirname(destination), { recursive: true })
      const [file] = files
      if (artifact.kind !== "Directory" && file !== undefined) await placeFile(destination, file.bytes)
      else await placeFolder(destination, files)
      await syncFolder(dirname(destination))
    })
  })

  return ArtifactStore.of({ write, open, isPresent, materialise })
}

const placeFolder = async (destination: string, files: ReadonlyArray<OpenFile>): Promise<void> => {
  const temporary = join(dirname(destination), `.${basename(destination)}.${randomUUID()}.tmp`)
  try {
    await mkdir(temporary, { recursive: true })
    for (const { path, bytes } of files) {
      await mkdir(dirname(join(temporary, path)), { recursive: true })
      await placeFile(join(temporary, path), bytes)
    }
    // A folder cannot be replaced by a rename: the old one steps aside first.
    const old = `${temporary}.old`
    await rename(destination, old).catch(() => undefined)
    await rename(temporary, destination)
    await rm(old, { recursive: true, force: true })
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}
