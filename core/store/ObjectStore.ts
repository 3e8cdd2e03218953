/** Blobs by the digest of their bytes. */
import { existsSync } from "node:fs"
import { readFile, stat } from "node:fs/promises"
import { dirname, join } from "node:path"
import { Context, Effect, Layer, Semaphore } from "effect"
import { isGuarded, reach } from "../fault/hooks.ts"
import * as Digest from "./Digest.ts"
import { attempt, type Content, giveName, makeFolder, writeTemporary } from "./durable.ts"
import { FolderSyncs } from "./FolderSyncs.ts"
import { isMissing, unlessMissing } from "./is-missing.ts"
import { hasSize, objectPath } from "./object-path.ts"
import { isSame, type Sighting, setAside, sight } from "./quarantine.ts"
import { ObjectDamaged, StoreUnavailable } from "./StoreError.ts"
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
     * Stores blobs together; all are durable when it returns. What is there already with these bytes is not written again;
     * what is there with others goes to the quarantine. A file is copied, whatever its size: what it says later is no matter
     * of the store's.
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

  const isPresent = ({ digest, bytes }: StoredObject): boolean =>
    (hasSize(objectPath(targets, digest), bytes) || hasSize(pathOf(digest), bytes)) &&
    (!verifiesAlways || isWhole(digest))

  /** Digests whose bytes this process has compared, as they lay there then. */
  const whole = new Map<Digest.Digest, Sighting>()

  const isWhole = (digest: Digest.Digest): boolean => {
    if (whole.has(digest) || !isGuarded("verify-content")) return true
    for (;;) {
      const seen = sight(pathOf(digest))
      if (seen === undefined) return false
      if (Digest.ofFileSync(seen.path) === digest) {
        whole.set(digest, seen)
        return true
      }
      if (putAway(digest, seen)) return false
    }
  }

  /** Whether bytes that are in hand lie there already: nobody may throw them away for others that only have their size. */
  const isStored = async ({ digest, bytes }: StoredObject, seen: Sighting): Promise<boolean> => {
    if (!hasSize(seen.path, bytes)) return false
    const known = whole.get(digest)
    if (!isGuarded("compare-before-keeping") || (known !== undefined && isSame(known, seen))) return true
    if ((await Digest.ofFile(seen.path).catch(unlessMissing)) !== digest) return false
    whole.set(digest, seen)
    return true
  }

  /** Moves damaged bytes away. False where others lie in their place by now, which are to be judged for themselves. */
  const putAway = (digest: Digest.Digest, seen: Sighting): boolean => {
    reach("object.judged")
    try {
      return setAside(root.quarantine, digest, seen)
    } catch {
      // The store is read-only: where a reader may not move it away it stays, and is damaged all the same.
      return true
    }
  }

  /** Another process may have made it a moment ago: its name is synced by each that relies on it. */
  const prepareFolder = (folder: string): Promise<void> => {
    const known = folders.get(folder)
    if (known !== undefined) return known
    // Where the store has been moved it is not to be made again.
    root.lease?.ensure()
    const prepared = makeFolder(folder).then(() => syncs.sync(targets))
    folders.set(folder, prepared)
    prepared.catch(() => folders.delete(folder))
    return prepared
  }

  /** Stores one blob, but for the sync of the folder that it returns, if that is needed. */
  const place = async (content: Content): Promise<readonly [StoredObject, folder?: string]> => {
    const object = await identify(content)
    const found = sight(pathOf(object.digest))
    if (found !== undefined && (await isStored(object, found))) {
      const isOld = Date.now() - Number(found.changedAt / 1_000_000n) > SETTLED
      return isOld ? [object] : [object, dirname(pathOf(object.digest))]
    }
    // What is left of it is no longer it; what another has put there meanwhile is replaced by the same.
    if (found !== undefined) putAway(object.digest, found)
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

  /** The same where somebody has removed a folder that this process has made: it is made anew, once. */
  const placeAnyhow = async (content: Content): ReturnType<typeof place> => {
    try {
      return await place(content)
    } catch (cause) {
      if (!isMissing(cause instanceof StoreUnavailable ? cause.cause : cause)) throw cause
      folders.clear()
      return place(content)
    }
  }

  const put = Effect.fnUntraced(function* (contents: ReadonlyArray<Content>) {
    const placed = yield* Effect.forEach(
      contents,
      (content) =>
        // Nobody goes before what he began is whole, or removed.
        attempt("write to", targets, () => placeAnyhow(content)).pipe(Effect.uninterruptible, lanes.withPermits(1)),
      { concurrency: MOST_OPEN }
    )
    const touched = new Set(placed.flatMap(([, folder]) => folder ?? []))
    yield* attempt("write to", targets, () => Promise.all(Array.from(touched, (folder) => syncs.sync(folder))))
    reach("objects.durable")
    return placed.map(([object]) => object)
  })

  /** What a look at the bytes gives; `undefined` where there are none. A collection may move them while they are looked for. */
  const lookAt = async <A extends NonNullable<unknown>>(
    digest: Digest.Digest,
    look: (path: string) => Promise<A>
  ): Promise<Look<A> | undefined> => {
    for (;;) {
      const seen = sight(pathOf(digest))
      if (seen === undefined) return undefined
      const looked = await look(seen.path).catch(unlessMissing)
      if (looked !== undefined) return { seen, looked }
    }
  }

  /** The same, if the bytes are those of the digest; `digestOf` says of what it is. */
  const verified = Effect.fnUntraced(function* <A extends NonNullable<unknown>>(
    digest: Digest.Digest,
    look: (path: string) => Promise<A>,
    digestOf: (looked: A) => Digest.Digest
  ) {
    for (;;) {
      const found = yield* attempt("read", pathOf(digest), () => lookAt(digest, look))
      if (found === undefined) return yield* new ObjectDamaged({ digest, problem: "missing" })
      if (!isGuarded("verify-content") || digestOf(found.looked) === digest) return found.looked
      if (putAway(digest, found.seen)) return yield* new ObjectDamaged({ digest, problem: "content" })
    }
  })

  return ObjectStore.of({
    put,
    read: (digest) => verified<Uint8Array>(digest, (path) => readFile(path), Digest.ofBytes),
    verify: (digest) => Effect.asVoid(verified(digest, Digest.ofFile, (found) => found)),
    pathOf,
    isPresent
  })
}

/** What was seen of an object, and which file it was. */
interface Look<A> {
  readonly seen: Sighting
  readonly looked: A
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
