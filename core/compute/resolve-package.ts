/** Where a package lies that a backend is made from. */
import { existsSync } from "node:fs"
import { createRequire } from "node:module"
import { basename, join } from "node:path"

/** The folder of a package, looked up from each of these files in turn: first what a stage would import itself. */
export const packageFolder = (name: string, from: ReadonlyArray<string>): string | undefined => {
  for (const file of from) {
    // Not by resolving: a package may not export its description.
    for (const modules of createRequire(file).resolve.paths(name) ?? []) {
      const folder = join(modules, name)
      if (basename(modules) === "node_modules" && existsSync(join(folder, "package.json"))) return folder
    }
  }
  return undefined
}
