/** Removes what holds a secret from a folder that is going to be kept: files, folders by their names, links by where they lead. */
import { type Dirent, readdirSync, readlinkSync, rmSync } from "node:fs"
import { join } from "node:path"
import type { Redaction } from "./Redaction.ts"
import { secretInFile } from "./secret-in-file.ts"

/** Files that cannot be looked into go too. Says whether the folder is clean: not one that cannot be listed, or is gone. */
export const removeSecrets = (root: string, redaction: Redaction): boolean => {
  if (redaction.reach === 0) return true
  try {
    for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name)
      if (holdsSecret(entry, path, redaction)) rmSync(path, { force: true, recursive: true })
    }
    return true
  } catch {
    return false
  }
}

const holdsSecret = (entry: Dirent, path: string, redaction: Redaction): boolean => {
  try {
    const told = entry.isSymbolicLink() ? `${path}\n${readlinkSync(path)}` : path
    if (redaction.foundIn(Buffer.from(told)) !== undefined) return true
    return entry.isFile() && secretInFile(path, redaction) !== undefined
  } catch {
    return true
  }
}
