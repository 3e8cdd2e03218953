/** Files under names for the time being: whoever was writing them puts them in place, or has died. */
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import type { StoreRootShape } from "../store/StoreRoot.ts"

/** Names that nobody uses twice. */
const TEMPORARY = /^\..*\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/u

/** Their paths relative to the store. Throws what the disk throws. */
export const findTemporaries = ({ path }: Pick<StoreRootShape, "path">): ReadonlyArray<string> => {
  const folders = ["", "actions", "code", ...foldersIn(path, "objects"), ...foldersIn(path, "runs")]
  return folders.flatMap((folder) =>
    entriesOf(join(path, folder)).flatMap(({ name }) => (TEMPORARY.test(name) ? [join(folder, name)] : []))
  )
}

const foldersIn = (path: string, folder: string): ReadonlyArray<string> =>
  entriesOf(join(path, folder)).flatMap((entry) => (entry.isDirectory() ? [join(folder, entry.name)] : []))

const entriesOf = (folder: string) => (existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [])
