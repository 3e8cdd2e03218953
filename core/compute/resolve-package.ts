/** Where a package lies that a backend is made from. */
import { existsSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { basename, join } from "node:path"

/** Folders in which a package may lie, looked up from each of these files in turn: first what a stage would import itself. */
export const packagePlaces = (name: string, from: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set(
    from.flatMap((file) =>
      (createRequire(file).resolve.paths(name) ?? [])
        .filter((modules) => basename(modules) === "node_modules")
        .map((modules) => join(modules, name))
    )
  )
]

/** The folder of a package. Not by resolving: it may not export its description. */
export const packageFolder = (name: string, from: ReadonlyArray<string>): string | undefined =>
  packagePlaces(name, from).find(isPackage)

/** Where a process may not look, there is nothing for it. */
const isPackage = (folder: string): boolean => {
  try {
    return existsSync(join(folder, "package.json"))
  } catch {
    return false
  }
}

/** The version that lies in a folder. */
export const versionIn = (folder: string): string =>
  String(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version)
