/** Directories: files by relative paths that stay inside, and mean the same on every file system. */
import { Result } from "effect"
import type { Directory } from "../stage/ArtifactKind.ts"
import { type Coded, refuse } from "./CodecError.ts"
import type { CodedFile } from "./CodedFile.ts"

/** The files of a directory, sorted by path. */
export const encodeDirectory = ({ files }: Directory): Coded<ReadonlyArray<CodedFile>> => {
  const entries = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))
  return checkedPaths(entries.map(([path, bytes]) => ({ path, bytes })))
}

/** The directory of some files. */
export const decodeDirectory = (files: ReadonlyArray<CodedFile>): Coded<Directory> =>
  Result.map(checkedPaths(files), (checked) => ({
    files: Object.fromEntries(checked.map(({ path, bytes }) => [path, bytes]))
  }))

/** Refuses paths that lead out of a directory, or that some file system does not tell apart or take. */
export const checkedPaths = <File extends Pick<CodedFile, "path">>(
  files: ReadonlyArray<File>
): Coded<ReadonlyArray<File>> => {
  // A name as the least discerning file system sees it, with the first path that has it, and whether that is a file.
  const seen = new Map<string, { readonly path: string; readonly isFile: boolean }>()
  for (const { path } of files) {
    const wrong = findWrongSegment(path)
    if (wrong !== undefined) return refuse("Directory", `the path ${JSON.stringify(path)} ${wrong}`)
    const segments = path.split("/")
    for (const [index] of segments.entries()) {
      const name = segments.slice(0, index + 1).join("/")
      const isFile = index === segments.length - 1
      const other = seen.get(folded(name))
      if (other === undefined) seen.set(folded(name), { path: name, isFile })
      else if (other.path !== name) return refuse("Directory", `"${other.path}" and "${name}" differ only in case`)
      else if (isFile || other.isFile) return refuse("Directory", `"${name}" is there twice`)
    }
  }
  return Result.succeed(files)
}

const folded = (name: string): string => name.normalize("NFC").toLowerCase()

const findWrongSegment = (path: string): string | undefined => {
  const segments = path.split("/")
  if (segments.some((segment) => segment === "" || segment === "." || segment === "..")) {
    return "has an empty, . or .. segment"
  }
  if (!path.isWellFormed()) return "is not Unicode text"
  if (/[\p{Cc}\\:*?"<>|]/u.test(path)) return 'has a character that some systems refuse (\\ : * ? " < > |)'
  return segments.some((segment) => /[. ]$/u.test(segment)) ? "has a segment that ends with a dot or space" : undefined
}
