/** Blobs by the digest of their bytes. */
import { existsSync } from "node:fs"
import { mkdir, readFile, rename } from "node:fs/promises"
import { dirname, join } from "node:path"
import { Context, Effect, Layer } from "effect"
import { isGuarded } from "../fault/hooks.ts"
import * as Digest from "./Digest.ts"
import { attempt, placeFile, syncFolder } from "./durable.ts"
import { hasSize, objectPath } from "./object-path.ts"
import { ObjectDamaged, type StoreUnavailable } from "./StoreError.ts"
import { StoreRoot, type StoreRootShape } from "./StoreRoot.ts"

/** A blob that was stored. */
export interface StoredObject {
  readonly digest: Digest.Digest
  /** Size in bytes. */
  readonly bytes: number
}

export class ObjectStore extends Context.Service<
  ObjectStore,
  {
    /** Stores blobs together; all are durable when it returns. Bytes that are there already cost nothing. */
    readonly put: (blobs: ReadonlyArray<Uint8Array>) => Effect.Effect<ReadonlyArray<StoredObject>, StoreUnavailable>
    /** The bytes under a digest, verified; what fails is moved to the quarantine. */
    readonly read: (digest: Digest.Digest) => Effect.Effect<Uint8Array, ObjectDamaged | StoreUnavailable>
    /** Where the bytes of a digest lie. */
    readonly pathOf: (digest: Digest.Digest) => string
    /** Whether an object is there with this size. */
    readonly isPresent: (object: StoredObject) => boolean
    /** Takes an object out of the store, keeping its bytes for inspection. */
    readonly quarantine: (digest: Digest.Digest) => Effect.Effect<void, StoreUnavailable>
  }
>()("athanor/store/ObjectStore") {
  static readonly layer: Layer.Layer<ObjectStore, never, StoreRoot> = Layer.effect(
    ObjectStore,
    Effect.map(StoreRoot, (root) => make(root))
  )
}

/** Whether an object is there with the bytes of its digest; a damaged one is moved out of the way. */
export const isSound = (
  objects: ObjectStore["Service"],
  digest: Digest.Digest
): Effect.Effect<boolean, StoreUnavailable> =>
  objects.read(digest).pipe(
    Effect.as(true),
    Effect.catchTag("ObjectDamaged", () => Effect.succeed(false))
  )

const READ_ONLY = 0o444

const make = (root: StoreRootShape) => {
  /** Where new bytes go. */
  const targets = root.scratch === undefined ? root.objects : join(root.scratch, "objects")

  const pathOf = (digest: Digest.Digest): string => {
    const made = objectPath(targets, digest)
    return root.scratch === undefined || existsSync(made) ? made : objectPath(root.objects, digest)
  }

  const isPresent = ({ digest, bytes }: StoredObject): boolean => hasSize(pathOf(digest), bytes)

  const put = (blobs: ReadonlyArray<Uint8Array>) =>
    attempt("write to", targets, async () => {
      const stored = blobs.map((bytes) => ({ digest: Digest.ofBytes(bytes), bytes: bytes.byteLength }))
      const folders = new Set<string>()
      const writes = blobs.map(async (bytes, index) => {
        const object = stored[index]
        if (object === undefined || isPresent(object)) return
        const path = objectPath(targets, object.digest)
        const folder = dirname(path)
        if (!existsSync(folder)) {
          await mkdir(folder, { recursive: true })
          folders.add(targets)
        }
        // Two processes may place the same bytes: the second rename replaces them by themselves.
        await placeFile(path, bytes, READ_ONLY)
        folders.add(folder)
      })
      await Promise.all(writes)
      await Promise.all([...folders].map(syncFolder))
      return stored
    })

  const quarantine = (digest: Digest.Digest) =>
    attempt("quarantine", pathOf(digest), async () => {
      await mkdir(root.quarantine, { recursive: true })
      if (existsSync(pathOf(digest))) await rename(pathOf(digest), join(root.quarantine, `${digest}-${Date.now()}`))
    })

  const read = Effect.fnUntraced(function* (digest: Digest.Digest) {
    const path = pathOf(digest)
    if (!existsSync(path)) return yield* new ObjectDamaged({ digest, problem: "missing" })
    const bytes = yield* attempt("read", path, () => readFile(path))
    if (!isGuarded("verify-content") || Digest.ofBytes(bytes) === digest) return bytes
    // Where a reader may not move it away it stays, and is damaged all the same.
    yield* Effect.ignore(quarantine(digest))
    return yield* new ObjectDamaged({ digest, problem: "content" })
  })

  return ObjectStore.of({ put, read, pathOf, isPresent, quarantine })
}
