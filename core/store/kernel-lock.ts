/** The kernel's own record locks, by way of SQLite: Node cannot lock files, and these end when their process does. */
import { DatabaseSync } from "node:sqlite"
import { isGuarded } from "../fault/hooks.ts"

/** The lock at a path, to be closed by who has it; `undefined` while another process or connection holds it. */
export const tryLock = (path: string): DatabaseSync | undefined => {
  const db = new DatabaseSync(path, { timeout: 0 })
  if (!isGuarded("kernel-lock")) return db
  try {
    // Nothing is ever written there: a journal would be one more file that a process leaves when it is killed.
    db.exec("PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
    return db
  } catch (cause) {
    db.close()
    if (isBusy(cause)) return undefined
    throw cause
  }
}

/** Whether SQLite gave up because another process or connection holds what was asked for: that is no damage. */
export const isBusy = (cause: unknown): boolean => cause instanceof Error && /locked|busy/iu.test(cause.message)
