/** What processes that were killed have left in a store: files that were being written under another name. */
import { existsSync, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import type { StoreRootShape } from "../store/StoreRoot.ts"

/** Milliseconds after which nobody is still writing a file: one is renamed as soon as it is synced. */
const ABANDONED = 60 * 60 * 1000

/** Files with temporary names that nobody has touched for an hour before `now`. Throws what the disk throws. */
export const strayFiles = (
  { path, objects, runs, code }: Pick<StoreRootShape, "path" | "objects" | "runs" | "code">,
  now: number
): ReadonlyArray<string> =>
  [path, code, join(path, "memos"), ...foldersIn(objects), ...foldersIn(runs)]
    .flatMap((folder) => namesIn(folder).flatMap((name) => (name.endsWith(".tmp") ? [join(folder, name)] : [])))
    .filter((file) => {
      const touched = statSync(file, { throwIfNoEntry: false })?.mtimeMs
      return touched !== undefined && now - touched > ABANDONED
    })

const foldersIn = (folder: string): ReadonlyArray<string> =>
  (existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []).flatMap((entry) =>
    entry.isDirectory() ? [join(folder, entry.name)] : []
  )

const namesIn = (folder: string): ReadonlyArray<string> => (existsSync(folder) ? readdirSync(folder) : [])
