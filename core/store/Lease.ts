/**
 * The sign that a process lives: a lock of the kernel's on a file of its own, which ends with the process however that ends.
 * No clock and no process number is asked.
 */
import { randomUUID } from "node:crypto"
import { existsSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import { tryLock } from "./kernel-lock.ts"
import { namesIn } from "./list-folder.ts"
import { StoreUnavailable } from "./StoreError.ts"

const ENDING = ".alive"

const LOST =
  "somebody has moved the store or removed its locks, and others no longer see that this process lives; start the command again"

/** Whoever opens a store to write has one before it looks at anything in it. Throws what the disk throws. */
export class Lease {
  /** Names its holder among all that ever were. */
  readonly id: string
  private readonly file: string
  private readonly lock: DatabaseSync

  private constructor(id: string, file: string, lock: DatabaseSync) {
    this.id = id
    this.file = file
    this.lock = lock
  }

  /**
   * Takes a lease in a folder of locks. Another process may look into the new file before it is locked, and remove it as a
   * dead one's: then a new name is taken.
   */
  static take(folder: string): Lease {
    for (;;) {
      const id = randomUUID()
      const file = fileOf(folder, id)
      const lock = tryLock(file)
      if (lock !== undefined && existsSync(file)) return new Lease(id, file, lock)
      lock?.close()
    }
  }

  /**
   * To be asked before anything is made that others have to leave alone. Throws `StoreUnavailable` where the file is gone, and
   * others take its holder for dead.
   */
  ensure(): void {
    if (existsSync(this.file)) return
    throw new StoreUnavailable({ operation: "go on in", path: dirname(this.file), cause: new Error(LOST) })
  }

  end(): void {
    this.lock.close()
    try {
      rmSync(this.file, { force: true })
    } catch {
      // Whoever asks about it finds that nobody has it.
    }
  }
}

/** Whether the holder of a lease lives. What a dead one has left is removed. */
export const isHeld = (folder: string, id: string): boolean => {
  const file = fileOf(folder, id)
  if (!existsSync(file)) return false
  const lock = tryLock(file)
  if (lock === undefined) return true
  rmSync(file, { force: true })
  lock.close()
  return false
}

/** The ids of all leases of which there is a file, whether their holders live or not. */
export const leasesIn = (folder: string): ReadonlyArray<string> =>
  namesIn(folder)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => name.slice(0, -ENDING.length))

/** The ids of all holders that live. What dead ones have left stays: for who only looks. */
export const livingIn = (folder: string): ReadonlyArray<string> =>
  leasesIn(folder).filter((id) => {
    const lock = tryLock(fileOf(folder, id))
    lock?.close()
    return lock === undefined
  })

/** The ids of all holders that live, besides one's own. */
export const othersIn = (folder: string, own: Lease | undefined): ReadonlyArray<string> =>
  leasesIn(folder).filter((id) => id !== own?.id && isHeld(folder, id))

const fileOf = (folder: string, id: string): string => join(folder, `${id}${ENDING}`)
