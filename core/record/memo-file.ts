/**
 * Memos: what would take long to find out again, each in a file under the words that led to it.
 *
 * A memo is no truth about anything: one that is missing, damaged or of another version costs the long way. It need not
 * survive a power failure, so nobody waits for the disk. Throws what the disk throws.
 */
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { decodeLine, encodeLine } from "../store/checked-lines.ts"
import { temporaryName } from "../store/temporary-name.ts"

/** Where the memo of some words lies; they are all that its meaning depends on besides files and environment. */
export const memoFile = (store: string, what: string, words: ReadonlyArray<string>): string => {
  const name = createHash("sha256").update(JSON.stringify(words)).digest("hex").slice(0, 24)
  return join(store, "memos", `${what}-${name}.json`)
}

/** The memo at a path; `undefined` when there is none of this form, which is its name with the version. */
export const readMemo = <A extends object>(file: string, form: string): A | undefined => {
  if (!existsSync(file)) return undefined
  const content = decodeLine(readFileSync(file, "utf8"))
  // Its checksum holds, so this program wrote it: only its form is in question.
  return typeof content === "object" && content !== null && "form" in content && content.form === form
    ? (content as A & { readonly form: string })
    : undefined
}

/** Puts a memo in place, whole or not at all; of memos of its sort so many are kept, the latest. */
export const writeMemo = (file: string, form: string, memo: object, kept: number): void => {
  mkdirSync(dirname(file), { recursive: true })
  const temporary = temporaryName(file)
  writeFileSync(temporary, encodeLine({ form, ...memo }))
  renameSync(temporary, file)
  sweep(dirname(file), basename(file).replace(/-.*$/u, "-"), kept)
}

/** Removes the oldest memos of a sort. */
const sweep = (folder: string, sort: string, kept: number): void => {
  const names = readdirSync(folder).filter((name) => name.startsWith(sort))
  if (names.length <= kept) return
  const aged = names.map((name) => {
    const path = join(folder, name)
    return { path, time: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }
  })
  for (const { path } of aged.sort((a, b) => b.time - a.time).slice(kept)) rmSync(path, { force: true })
}
