/**
 * Starts of runs: at most one process begins each, and whoever finds that none has can see to it that none will.
 *
 * A start is a token. A process that begins it takes the kernel's lock on a file of that name, which it holds as long as it lives,
 * and makes a second file, which nobody removes before the start is over.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs"
import { join } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import { isGuarded, reach } from "../fault/hooks.ts"
import { tryLock } from "../store/kernel-lock.ts"
import { namesIn } from "../store/list-folder.ts"
import { syncPath } from "../store/place-synced.ts"

const LOCK = ".lock"

/** Milliseconds after which no process can still be about to begin: it has long found that it may not, or has gone. */
const OVER = 24 * 60 * 60 * 1000

const lockOf = (folder: string, token: string): string => join(folder, `${token}${LOCK}`)
const markOf = (folder: string, token: string): string => join(folder, token)

/** The locks that this process holds to its end. */
const held: Array<DatabaseSync> = []

/**
 * Begins a start in this process, whose number it notes; false where another has, or where it was given up. `undefined` while
 * somebody looks at it. Throws what the disk throws.
 */
export const begin = (folder: string, token: string): boolean | undefined => {
  const lock = tryLock(lockOf(folder, token))
  if (lock === undefined) return undefined
  if (!mark(folder, token, String(process.pid)) && isGuarded("begin-once")) {
    lock.close()
    return false
  }
  held.push(lock)
  reach("tick.begun")
  return true
}

/** What has become of a start. */
export type Look =
  /** A process has begun it and lives; its number, where that can be read. */
  | { readonly _tag: "Alive"; readonly pid: number | undefined }
  /** A process has begun it, and is gone. */
  | { readonly _tag: "Over" }
  /** Nobody has begun it, and from now on nobody can. */
  | { readonly _tag: "GivenUp" }

/** Looks after a start, and gives it up where nobody has begun it. Throws what the disk throws. */
export const look = (folder: string, token: string): Look => {
  const lock = tryLock(lockOf(folder, token))
  if (lock === undefined) return { _tag: "Alive", pid: pidIn(markOf(folder, token)) }
  try {
    return mark(folder, token, GIVEN_UP) ? { _tag: "GivenUp" } : { _tag: isGivenUp(folder, token) ? "GivenUp" : "Over" }
  } finally {
    lock.close()
  }
}

/**
 * Holds a token that nobody else knows yet, until what this returns is called, or this process dies: until then it is alive. Throws
 * what the disk throws.
 */
export const hold = (folder: string, token: string): (() => void) => {
  const lock = tryLock(lockOf(folder, token))
  return () => {
    lock?.close()
    forget(folder, token)
  }
}

/** Whether a process that has begun a start lives, or is about to begin it, or holds the token; for who only looks. */
export const isAlive = (folder: string, token: string): boolean => {
  const file = lockOf(folder, token)
  if (!existsSync(file)) return false
  const lock = tryLock(file)
  lock?.close()
  return lock === undefined
}

const GIVEN_UP = "given up"

const isGivenUp = (folder: string, token: string): boolean => readFileSync(markOf(folder, token), "utf8") === GIVEN_UP

/** Makes the second file; false where it is there. */
const mark = (folder: string, token: string, text: string): boolean => {
  try {
    const descriptor = openSync(markOf(folder, token), "wx")
    try {
      writeSync(descriptor, text)
      syncPath(folder, fsyncSync)
    } finally {
      closeSync(descriptor)
    }
    return true
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") return false
    throw cause
  }
}

const pidIn = (file: string): number | undefined => {
  const pid = existsSync(file) ? Number(readFileSync(file, "utf8")) : Number.NaN
  return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined
}

/** Removes the files of a start whose process has ended. */
export const forget = (folder: string, token: string): void => {
  for (const file of [lockOf(folder, token), markOf(folder, token)]) rmSync(file, { force: true })
}

/** Removes what starts of days ago have left that were given up, or held by who was killed; `now` in milliseconds since 1970. */
export const sweepStarts = (folder: string, now: number, isOpen: (token: string) => boolean): void => {
  for (const name of namesIn(folder)) {
    const touched = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? now
    const token = name.endsWith(LOCK) ? name.slice(0, -LOCK.length) : name
    if (now - touched > OVER && !isOpen(token)) rmSync(join(folder, name), { force: true })
  }
}
