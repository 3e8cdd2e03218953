/**
 * The mark of a folder in which secrets may lie: a file beside it, locked by the process that clears up behind the command.
 * Whoever gets that lock knows that this process is dead, also where its number is another one's by now, or was one of
 * another container.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import { tryLock } from "../store/kernel-lock.ts"

const ENDING = ".secret"

export class SecretMark {
  readonly folder: string
  private readonly lock: DatabaseSync

  private constructor(folder: string, lock: DatabaseSync) {
    this.folder = folder
    this.lock = lock
  }

  /**
   * Marks a folder, which is not made yet, and with it another one in which its command may leave what it likes. Throws what
   * the system says where that cannot be.
   */
  static of(folder: string, other?: string): SecretMark {
    const file = fileOf(folder)
    mkdirSync(dirname(file), { recursive: true })
    if (other !== undefined) writeFileSync(otherOf(folder), other)
    // Another process may look into the new file before it is locked, and remove it as a dead one's.
    for (;;) {
      // SQLite would make the file too, but not say why it cannot.
      writeFileSync(file, "")
      const lock = tryLock(file)
      if (lock !== undefined && existsSync(file)) return new SecretMark(folder, lock)
      lock?.close()
    }
  }

  /** Takes over the mark that a dead process has left; `undefined` while its process lives. */
  static inherited(file: string): SecretMark | undefined {
    const lock = tryLock(file)
    return lock === undefined ? undefined : new SecretMark(file.slice(0, -ENDING.length), lock)
  }

  /** Removes what it marks. */
  sweep(): void {
    const other = otherOf(this.folder)
    if (existsSync(other)) rmSync(readFileSync(other, "utf8"), { recursive: true, force: true })
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Nothing of a secret is left in the folder. */
  release(): void {
    rmSync(otherOf(this.folder), { force: true })
    rmSync(fileOf(this.folder), { force: true })
    this.lock.close()
  }
}

/** Whether a file is such a mark. */
export const isMark = (file: string): boolean => file.endsWith(ENDING)

export const isMarked = (folder: string): boolean => existsSync(fileOf(folder))

/** Holds the path of the other folder. */
const otherOf = (folder: string): string => `${fileOf(folder)}-other`

const fileOf = (folder: string): string => folder + ENDING
