/** The files below a folder, by their paths, in order; none where there is no folder. */
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"

export const filesBelow = (folder: string): ReadonlyArray<string> =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []))
        .sort()
    : []
