/** How many processes are at work in a store: each holds a lock of its own for as long as it lives. */
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { tryLock } from "./kernel-lock.ts"

/** Holders of claims that live. Those of this process count too. Throws what the disk throws. */
export const countHolders = (locks: string): number =>
  (existsSync(locks) ? readdirSync(locks) : []).filter((name) => name.endsWith(".alive") && isHeld(join(locks, name)))
    .length

const isHeld = (file: string): boolean => {
  const lock = tryLock(file)
  lock?.close()
  return lock === undefined
}
