/**
 * What one collection has taken out of a store: its folder below `trash/`.
 *
 * Nothing in it is removed while somebody lives who may have looked at it before it was moved: who does is written down when
 * all has been moved. Throws what the disk throws.
 */
import { randomUUID } from "node:crypto"
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { isGuarded, reach } from "../fault/hooks.ts"
import type { RunFolder } from "../record/RunFolder.ts"
import { decodeLine, encodeLine } from "../store/checked-lines.ts"
import { type Digest, isDigest } from "../store/Digest.ts"
import { unlessMissing } from "../store/is-missing.ts"
import { isHeld } from "../store/Lease.ts"
import { objectPath } from "../store/object-path.ts"
import { placeSynced } from "../store/place-synced.ts"
import type { StoreRootShape } from "../store/StoreRoot.ts"
import { collectionsIn } from "../store/Trash.ts"
import { type FileSize, sizeBelow, sum } from "./file-size.ts"

/** What is written down about a collection before it ends or moves anything. */
export interface Notes {
  /** Leases of those who lived before it marked: what they have looked up, it may have ended. */
  readonly witnesses: ReadonlyArray<string>
  /** Names of the records that it drops: their lines go when the holders have ended. */
  readonly records: ReadonlyArray<string>
  /** Names of those among them that held until it ended them. */
  readonly evicted: ReadonlyArray<string>
  /** Files that were being written when it began, relative to the store: no holder, no writer. */
  readonly temporaries: ReadonlyArray<string>
}

/** The same when it has moved all that it moves. */
export interface Manifest extends Notes {
  /** Leases of those who lived then. */
  readonly holders: ReadonlyArray<string>
}

const NO_NOTES: Notes = { witnesses: [], records: [], evicted: [], temporaries: [] }

/** Name of the file that says it, a line with a checksum. */
export const MANIFEST = "collection.json"

const RUNS = "runs"

export class TrashCollection {
  private readonly root: StoreRootShape
  private readonly folder: string

  private constructor(root: StoreRootShape, name: string) {
    this.root = root
    this.folder = join(root.trash, name)
  }

  /** All that earlier collections have left, the oldest first. */
  static before(root: StoreRootShape): ReadonlyArray<TrashCollection> {
    return collectionsIn(root.trash).map((name) => new TrashCollection(root, name))
  }

  static begin(root: StoreRootShape, notes: Notes): TrashCollection {
    const made = new TrashCollection(root, `${Date.now().toString(36)}-${randomUUID().slice(0, 8)}`)
    mkdirSync(join(made.folder, RUNS), { recursive: true })
    made.write(notes)
    return made
  }

  takeObject(digest: Digest): void {
    this.take(objectPath(this.root.objects, digest), digest)
  }

  takeRun({ id, path }: RunFolder): void {
    this.take(path, join(RUNS, id))
  }

  private take(path: string, name: string): void {
    move(path, join(this.folder, name))
    reach("gc.moved")
  }

  /** Nothing where what was written down is not as it was. */
  get notes(): Notes & Partial<Manifest> {
    try {
      // Its checksum holds, so this program wrote it; a version of before wrote less.
      return { ...NO_NOTES, ...(decodeLine(readFileSync(join(this.folder, MANIFEST), "utf8")) as Partial<Manifest>) }
    } catch (cause) {
      return unlessMissing(cause) ?? NO_NOTES
    }
  }

  /** Notes who lives, when all has been moved, or when it is found that the collection died before. */
  close(holders: ReadonlyArray<string>): void {
    this.write({ ...this.notes, holders })
    reach("gc.listed")
  }

  private write(notes: Notes | Manifest): void {
    placeSynced(join(this.folder, MANIFEST), encodeLine(notes))
  }

  get isClosed(): boolean {
    return this.notes.holders !== undefined
  }

  /** Whether nobody lives any more who may rely on something in it. */
  get isForsaken(): boolean {
    const { holders } = this.notes
    return holders !== undefined && !holders.some((holder) => isHeld(this.root.locks, holder))
  }

  /** What lies in it. */
  get size(): FileSize {
    return sizeBelow([this.folder])
  }

  /** What of it goes when it is emptied. */
  sizeWithout(isNeeded: (digest: Digest) => boolean): FileSize {
    const going = readdirSync(this.folder).filter((name) => !isNeeded(name as Digest))
    return sizeBelow(going.map((name) => join(this.folder, name)))
  }

  /** Puts back what is needed again, and removes the rest. */
  empty(isNeeded: (digest: Digest) => boolean): FileSize {
    const { temporaries } = this.notes
    const freed: Array<FileSize> = []
    for (const name of readdirSync(this.folder).filter(isDigest)) {
      if (isGuarded("mark-again") && isNeeded(name)) this.putBack(name)
      else freed.push(removeAll(join(this.folder, name)))
    }
    freed.push(removeAll(join(this.folder, RUNS)))
    for (const file of temporaries) freed.push(removeAll(join(this.root.path, file)))
    // With what a death has left half-written, and whatever else somebody has put there.
    rmSync(this.folder, { recursive: true, force: true })
    return sum(freed)
  }

  private putBack(digest: Digest): void {
    const target = objectPath(this.root.objects, digest)
    mkdirSync(dirname(target), { recursive: true })
    move(join(this.folder, digest), target)
    reach("gc.restored")
  }
}

/** What has gone meanwhile was damaged, and is in the quarantine, or somebody was faster. */
const move = (from: string, to: string): void => {
  try {
    renameSync(from, to)
  } catch (cause) {
    unlessMissing(cause)
  }
}

/** Removes a file, or a folder with all that is in it; what that has freed. Throws what the disk throws. */
export const removeAll = (path: string): FileSize => {
  const size = sizeBelow([path])
  rmSync(path, { recursive: true, force: true })
  if (size.files > 0) reach("gc.deleted")
  return size
}
