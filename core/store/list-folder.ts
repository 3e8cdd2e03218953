/** What lies in a folder that may not be there yet. Throws what else the disk says. */
import { existsSync, readdirSync } from "node:fs"

/** Names of all that is in a folder, in no order; none where there is no folder. */
export const namesIn = (folder: string): ReadonlyArray<string> =>
  // To look costs less than to fail.
  existsSync(folder) ? readdirSync(folder) : []

/** Names of the folders in a folder, in no order. */
export const foldersIn = (folder: string): ReadonlyArray<string> =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
    : []
