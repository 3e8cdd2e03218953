/** What the system refuses most often, in words: its own messages name calls, and some begin with a comma. */
import { accessSync, constants } from "node:fs"
import { dirname } from "node:path"
import { freeSpace, freeText } from "./free-space.ts"

/** What was refused. */
export type Refusal = "ReadOnly" | "Moved" | "Denied" | "Full" | "Quota" | "TooLarge"

const BY_CODE: { readonly [code: string]: Refusal } = {
  EROFS: "ReadOnly",
  EACCES: "Denied",
  EPERM: "Denied",
  ENOSPC: "Full",
  EDQUOT: "Quota",
  EFBIG: "TooLarge"
}

/** SQLite's own numbers for the same. */
const BY_SQLITE: { readonly [number: number]: Refusal } = { 8: "ReadOnly", 13: "Full" }

/** SQLite's number for a file that is open and no longer has its name: a sort of read-only, by its low byte. */
const MOVED = 1032

/** Why something failed at a path, for a person. */
export const reasonOf = (cause: unknown, path: string): string => {
  const refusal = refusalOf(cause, path)
  if (refusal === undefined) return cause instanceof Error ? cause.message : String(cause)
  if (refusal !== "Full") return WORDS[refusal]
  const free = freeSpace(path)
  return free === undefined ? WORDS.Full : `${WORDS.Full}: ${freeText(free)}`
}

/** Whether what failed at a path would go with more room on the disk, or in a user's part of it. */
export const lacksSpace = (cause: unknown, path: string): boolean => {
  const refusal = refusalOf(cause, path)
  return refusal === "Full" || refusal === "Quota"
}

const WORDS: { readonly [refusal in Refusal]: string } = {
  ReadOnly: "the file system is read-only",
  Moved: "a file in it was moved or removed while it was open; start the command again",
  Denied: "permission denied",
  Full: "no space left on the device",
  Quota: "the disk quota is used up",
  TooLarge: "the file would be larger than this process may write (ulimit -f)"
}

/** What was refused at a path, where it is one of the common things. */
export const refusalOf = (cause: unknown, path: string): Refusal | undefined => {
  if (!isSystemError(cause)) return undefined
  if (cause.errcode === MOVED) return "Moved"
  // The low byte of SQLite's numbers is the kind of failure, what is above tells more of it.
  const known = BY_CODE[String(cause.code)] ?? BY_SQLITE[Number(cause.errcode) & 0xff]
  // Making folders below one that is read-only, Node says that there is none; SQLite says that it cannot open a file.
  return known ?? (isVague(cause) && isReadOnly(path) ? "ReadOnly" : undefined)
}

interface SystemError extends Error {
  readonly code?: unknown
  readonly errcode?: unknown
}

const isSystemError = (cause: unknown): cause is SystemError => cause instanceof Error

const isVague = ({ code, errcode }: SystemError): boolean => code === "ENOENT" || Number(errcode) === 14

/** Whether the file system takes nothing at a path, or in the nearest folder above that is there. */
const isReadOnly = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK)
    return false
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined
    return code === "EROFS" || (code === "ENOENT" && dirname(path) !== path && isReadOnly(dirname(path)))
  }
}
