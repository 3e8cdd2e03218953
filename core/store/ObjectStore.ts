/** Blobs by the digest of their bytes. */
import { existsSync, mkdirSync, renameSync, statSync } from "node:fs"
import { readFile, stat } from "node:fs/promises"
import { dirname, join } from "node:path"
import { Context, Effect, Layer, Semaphore } from "effect"
import { isGuarded, reach } from "../fault/hooks.ts"
import * as Digest from "./Digest.ts"
import { attempt, attemptSync, type Content, giveName, makeFolder, writeTemporary } from "./durable.ts"
import { FolderSyncs } from "./FolderSyncs.ts"
import { unlessMissing } from "./is-missing.ts"
import { hasSize, objectPath } from "./object-path.ts"
import { ObjectDamaged, type StoreUnavailable } from "./StoreError.ts"
import { StoreRoot, type StoreRootShape } from "./StoreRoot.ts"
import { recover } from "./Trash.ts"
import { verifiesAlways } from "./verification.ts"

/** A blob that was stored. */
export interface StoredObject {
  readonly digest: Digest.Digest
  /** Size in bytes. */
  readonly bytes: number
}

export class ObjectStore extends Context.Service<
  ObjectStore,
  {
    /**
     * Stores blobs together; all are durable when it returns. What is there already is not written again. A file is copied,
     * whatever its size: what it says later is no matter of the store's.
     */
    readonly put: (contents: ReadonlyArray<Content>) => Effect.Effect<ReadonlyArray<StoredObject>, StoreUnavailable>
    /** The bytes under a digest, verified; what fails is moved to the quarantine. */
    readonly read: (digest: Digest.Digest) => Effect.Effect<Uint8Array, ObjectDamaged | StoreUnavailable>
    /** Whether the bytes under a digest are those that were stored, also where they are more than memory holds; likewise. */
    readonly verify: (digest: Digest.Digest) => Effect.Effect<void, ObjectDamaged | StoreUnavailable>
    /** Where the bytes of a digest lie; what a collection has thrown away and not removed comes back for it. */
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
  objects.verify(digest).pipe(
    Effect.as(true),
    Effect.catchTag("ObjectDamaged", () => Effect.succeed(false))
  )

const READ_ONLY = 0o444

/** Files that are on their way to the disk at once: each is open meanwhile. */
const MOST_OPEN = 64

/**
 * Milliseconds after which a name certainly stands on the disk: whoever gave it syncs the folder at once. A younger one may
 * be another's who has not come to that.
 */
const SETTLED = 60_000

const make = (root: StoreRootShape) => {
  /** Where new bytes go. */
  const targets = root.scratch === undefined ? root.objects : join(root.scratch, "objects")
  const lanes = Semaphore.makeUnsafe(MOST_OPEN)
  const syncs = new FolderSyncs()
  /** Folders that this process has put something in; each is in its own place on the disk when its promise is kept. */
  const folders = new Map<string, Promise<void>>()

  const pathOf = (digest: Digest.Digest): string => {
    const made = objectPath(targets, digest)
    if (existsSync(made)) return made
    const stored = objectPath(root.objects, digest)
    return root.scratch !== undefined && existsSync(stored) ? stored : (recover(root, digest) ?? made)
  }

  /** Takes the bytes of a digest out of the way. */
  const setAside = (digest: Digest.Digest): void => {
    mkdirSync(root.quarantine, { recursive: true })
    if (existsSync(pathOf(digest))) renameSync(pathOf(digest), join(root.quarantine, `${digest}-${Date.now()}`))
  }

  const isPresent = ({ digest, bytes }: StoredObject): boolean =>
    (hasSize(objectPath(targets, digest), bytes) || hasSize(pathOf(digest), bytes)) &&
    (!verifiesAlways || isWhole(digest))

  /** Digests whose bytes this process has compared. */
  const whole = new Set<Digest.Digest>()

  const isWhole = (digest: Digest.Digest): boolean => {
    if (whole.has(digest) || !isGuarded("verify-content")) return true
    if (Digest.ofFileSync(pathOf(digest)) !== digest) {
      setAsideIfPossible(digest)
      return false
    }
    whole.add(digest)
    return true
  }

  /** Where a reader may not move it away it stays, and is damaged all the same. */
  const setAsideIfPossible = (digest: Digest.Digest): void => {
    try {
      setAside(digest)
    } catch {
      // The store is read-only.
    }
  }

  /** Another process may have made it a moment ago: its name is synced by each that relies on it. */
  const prepareFolder = (folder: string): Promise<void> => {
    const known = folders.get(folder)
    if (known !== undefined) return known
    const prepared = makeFolder(folder).then(() => syncs.sync(targets))
    folders.set(folder, prepared)
    prepared.catch(() => folders.delete(folder))
    return prepared
  }

  /** Stores one blob, but for the sync of the folder that it returns, if that is needed. */
  const place = async (content: Content): Promise<readonly [StoredObject, folder?: string]> => {
    const object = await identify(content)
    const found = statSync(pathOf(object.digest), { throwIfNoEntry: false })
    if (found !== undefined && isPresent(object)) {
      const isSettled = Date.now() - found.ctimeMs > SETTLED
      return isSettled ? [object] : [object, dirname(pathOf(object.digest))]
    }
    // What is left of it is no longer it.
    if (found !== undefined) setAside(object.digest)
    const path = objectPath(targets, object.digest)
    await prepareFolder(dirname(path))
    const temporary = await writeTemporary(path, content, READ_ONLY)
    // A file may have changed since it was looked at: what was copied is what is stored.
    const stored = isFile(content) ? await identify({ file: temporary }) : object
    const target = objectPath(targets, stored.digest)
    await prepareFolder(dirname(target))
    // Two processes may place the same bytes: the second rename replaces them by themselves.
    await giveName(temporary, target)
    return [stored, dirname(target)]
  }

  const put = Effect.fnUntraced(function* (contents: ReadonlyArray<Content>) {
    const placed = yield* Effect.forEach(
      contents,
      (content) =>
        // Nobody goes before what he began is whole, or removed.
        attempt("write to", targets, () => place(content)).pipe(Effect.uninterruptible, lanes.withPermits(1)),
      { concurrency: MOST_OPEN }
    )
    const touched = new Set(placed.flatMap(([, folder]) => folder ?? []))
    yield* attempt("write to", targets, () => Promise.all(Array.from(touched, (folder) => syncs.sync(folder))))
    reach("objects.durable")
    return placed.map(([object]) => object)
  })

  const quarantine = (digest: Digest.Digest) => attemptSync("quarantine", pathOf(digest), () => setAside(digest))

  /** What a look at the bytes gives; `undefined` where there are none. A collection may move them while they are looked for. */
  const lookAt = async <A extends NonNullable<unknown>>(
    digest: Digest.Digest,
    look: (path: string) => Promise<A>
  ): Promise<A | undefined> => {
    for (;;) {
      const path = pathOf(digest)
      if (!existsSync(path)) return undefined
      const looked = await look(path).catch(unlessMissing)
      if (looked !== undefined) return looked
    }
  }

  /** The same, if the bytes are those of the digest; `digestOf` says of what it is. */
  const verified = Effect.fnUntraced(function* <A extends NonNullable<unknown>>(
    digest: Digest.Digest,
    look: (path: string) => Promise<A>,
    digestOf: (looked: A) => Digest.Digest
  ) {
    const looked = yield* attempt("read", pathOf(digest), () => lookAt(digest, look))
    if (looked === undefined) return yield* new ObjectDamaged({ digest, problem: "missing" })
    if (!isGuarded("verify-content") || digestOf(looked) === digest) return looked
    setAsideIfPossible(digest)
    return yield* new ObjectDamaged({ digest, problem: "content" })
  })

  return ObjectStore.of({
    put,
    read: (digest) => verified<Uint8Array>(digest, (path) => readFile(path), Digest.ofBytes),
    verify: (digest) => Effect.asVoid(verified(digest, Digest.ofFile, (found) => found)),
    pathOf,
    isPresent,
    quarantine
  })
}

const isFile = (content: Content): content is { readonly file: string } =>
  typeof content !== "string" && !(content instanceof Uint8Array)

const identify = async (content: Content): Promise<StoredObject> => {
  if (isFile(content)) {
    const digest = await Digest.ofFile(content.file)
    return { digest, bytes: (await stat(content.file)).size }
  }
  const bytes = typeof content === "string" ? Buffer.from(content) : content
  return { digest: Digest.ofBytes(bytes), bytes: bytes.byteLength }
}
