/** A folder as a directory value. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Directory } from "../stage/ArtifactKind.ts"

/** All files below a folder, with their content. */
export const readFolder = (root: string): Directory => ({
  files: Object.fromEntries(listFolder(root).map((path) => [path, readFileSync(join(root, path))]))
})

/** Paths of all files below a folder. Throws on what is neither a file nor a folder, a link above all: it may lead anywhere. */
export const listFolder = (root: string): ReadonlyArray<string> => {
  const files: Array<string> = []
  const folders = [""]
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) folders.push(path)
      else if (entry.isFile()) files.push(path)
      else
        throw new Error(`"${path}" is ${entry.isSymbolicLink() ? "a link" : "no file"}; a Directory holds files only`)
    }
  }
  return files
}
