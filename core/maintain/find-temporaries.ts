/** Files under names for the time being: whoever was writing them puts them in place, or has died. */
import { type Dirent, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { unlessMissing } from "../store/is-missing.ts"
import type { StoreRootShape } from "../store/StoreRoot.ts"
import { isTemporary } from "../store/temporary-name.ts"

/** Folders in which files are written. */
const FOLDERS = ["", "actions", "code", "memos"] as const

/** Folders whose folders are. */
const OUTER = ["objects", "runs", "checkpoints"] as const

/** Their paths relative to the store. Throws what the disk throws. */
export const findTemporaries = ({ path }: Pick<StoreRootShape, "path">): ReadonlyArray<string> =>
  [...FOLDERS, ...OUTER.flatMap((folder) => foldersIn(path, folder))].flatMap((folder) =>
    entriesOf(join(path, folder)).flatMap(({ name }) => (isTemporary(name) ? [join(folder, name)] : []))
  )

/** Milliseconds after which nobody is still writing a file: one is renamed as soon as it is synced. */
const ABANDONED = 60 * 60 * 1000

/** Those that nobody has touched for an hour before `now`: half-written files of processes that were killed. */
export const findAbandoned = (root: Pick<StoreRootShape, "path">, now: number): ReadonlyArray<string> =>
  findTemporaries(root).filter((file) => {
    const touched = statSync(join(root.path, file), { throwIfNoEntry: false })?.mtimeMs
    return touched !== undefined && now - touched > ABANDONED
  })

const foldersIn = (path: string, folder: string): ReadonlyArray<string> =>
  entriesOf(join(path, folder)).flatMap((entry) => (entry.isDirectory() ? [join(folder, entry.name)] : []))

/** Folders of checkpoints and runs go while they are looked for. */
const entriesOf = (folder: string): ReadonlyArray<Dirent> => {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (cause) {
    return unlessMissing(cause) ?? []
  }
}
