/** Paths that a pipeline file names: relative, with / between segments, kept in their folder, and good on every system. */
import { isGuarded } from "../fault/hooks.ts"
import { unseenIn } from "./unseen-characters.ts"

/** Bytes of a path, and of a name in it, that file systems take. */
const LONGEST_PATH = 4096
const LONGEST_NAME = 255

/** Names that Windows keeps for devices, with any ending. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?: *\..*)?$/iu

/** Whether a path could lead out of its folder, on any system. */
export const leavesFolder = (path: string): boolean =>
  isGuarded("keep-in-folder") &&
  (/^(?:[/\\~]|[A-Za-z]:)/u.test(path) || path.split(/[/\\]/u).includes("..") || path.includes("\0"))

/** Why a path, or a name that becomes one, cannot be used on every system, in a few words; `undefined` for one that can. */
export const pathFault = (path: string): string | undefined => {
  if (!isGuarded("check-paths")) return undefined
  const unseen = unseenIn(path)
  if (unseen !== undefined) return `it holds ${unseen}, which nobody sees`
  if (path.includes("\\")) return "it holds \\, which separates folders on some systems: write /"
  if (Buffer.byteLength(path) > LONGEST_PATH) return `it is longer than ${LONGEST_PATH} bytes`
  for (const name of path.split("/")) {
    if (Buffer.byteLength(name) > LONGEST_NAME) return `a name in it is longer than ${LONGEST_NAME} bytes`
    if (RESERVED.test(name)) return `Windows keeps the name "${name}" for itself`
    if (/[. ]$/u.test(name) && !/^\.{1,2}$/u.test(name)) return "a name in it ends with a dot or a space"
  }
  return undefined
}

/** A relative path without empty and `.` segments. */
export const normalPath = (path: string): string =>
  path
    .split("/")
    .filter((segment) => segment !== "" && segment !== ".")
    .join("/")

/** Equal for two paths that some file system takes for one: whatever their case, and however their accents are written. */
export const foldedPath = (path: string): string => normalPath(path).normalize("NFKC").toUpperCase().toLowerCase()
