/** Removes files that hold a secret from a folder that is going to be kept. */
import { readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import type { Redaction } from "./Redaction.ts"
import { secretInFile } from "./secret-in-file.ts"

/** Files that cannot be looked into go too. Says whether the folder is clean: not one that cannot be listed, or is gone. */
export const removeSecrets = (root: string, redaction: Redaction): boolean => {
  if (redaction.reach === 0) return true
  try {
    for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
      const file = join(entry.parentPath, entry.name)
      if (entry.isFile() && holdsSecret(file, redaction)) rmSync(file, { force: true })
    }
    return true
  } catch {
    return false
  }
}

const holdsSecret = (file: string, redaction: Redaction): boolean => {
  try {
    return redaction.foundIn(Buffer.from(file)) !== undefined || secretInFile(file, redaction) !== undefined
  } catch {
    return true
  }
}
