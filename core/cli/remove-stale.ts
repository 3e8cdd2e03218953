/** Removes files that an earlier run left in a reports folder, and nothing that a person put or changed there. */
import { lstatSync, rmdirSync, rmSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { leavesFolder } from "../document/relative-path.ts"
import { attemptSync } from "../store/durable.ts"
import { digestOf } from "./report-stamp.ts"

/** Removes what was written earlier and is not among the files of now, as long as it still is what was written. */
export const removeEarlier = (
  folder: string,
  earlier: { readonly [path: string]: string },
  now: ReadonlyArray<string>
) =>
  attemptSync("tidy up", folder, () => {
    const current = new Set(now.flatMap((path) => identityOf(join(folder, path)) ?? []))
    for (const [path, digest] of Object.entries(earlier)) {
      const file = join(folder, path)
      if (leavesFolder(path) || !isFile(file) || digestOf(file) !== digest) continue
      // One file may go by two names: file systems differ in whether they heed case.
      if (current.has(identityOf(file) ?? "")) continue
      rmSync(file)
      removeEmpty(folder, path)
    }
  })

/** Removes files that lie under the names of outputs that could not be written: they would have been replaced. */
export const removeUnwritten = (folder: string, paths: ReadonlyArray<string>) =>
  attemptSync("tidy up", folder, () => {
    for (const path of paths) {
      if (!isFile(join(folder, path))) continue
      rmSync(join(folder, path))
      removeEmpty(folder, path)
    }
  })

const isFile = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false })?.isFile() === true

const identityOf = (file: string): string | undefined => {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true })
  return stat === undefined ? undefined : `${stat.dev}:${stat.ino}`
}

/** Removes the folders above a path, up to that of the reports, as long as they are empty. */
const removeEmpty = (folder: string, path: string): void => {
  try {
    for (let above = dirname(path); above !== "."; above = dirname(above)) rmdirSync(join(folder, above))
  } catch {
    // Something else lies there.
  }
}
