/** Where all packages lie that a file can import, and those that they import: what a process that runs its code has to read. */
import { type Dirent, existsSync, readdirSync, realpathSync } from "node:fs"
import { createRequire } from "node:module"
import { basename, join, sep } from "node:path"

/**
 * The folders `node_modules` on the way up from a file, and the folders of packages that are linked into these from elsewhere,
 * with what those find on their own way up. Each stands as it was found and, where links lead there, as it lies.
 */
export const packageRoots = (file: string): ReadonlyArray<string> => {
  const found = new Set<string>()
  const isCovered = (path: string): boolean => [...found].some((root) => path === root || path.startsWith(root + sep))
  const visit = (from: string): void => {
    for (const modules of modulesAbove(from)) {
      if (found.has(modules)) continue
      found.add(modules).add(realpathSync(modules))
      for (const link of linksIn(modules)) {
        const folder = realpathIfThere(link)
        // A link to something else is no package, and nobody's business.
        const description = folder === undefined ? undefined : join(folder, "package.json")
        if (folder === undefined || description === undefined || isCovered(folder) || !existsSync(description)) continue
        found.add(folder)
        visit(description)
      }
    }
  }
  visit(file)
  return [...found]
}

const modulesAbove = (file: string): ReadonlyArray<string> =>
  (createRequire(file).resolve.paths("package") ?? []).filter(
    (path) => basename(path) === "node_modules" && existsSync(path)
  )

/** Packages in a folder that lie somewhere else. */
const linksIn = (modules: string): ReadonlyArray<string> =>
  entriesOf(modules).flatMap((entry) => {
    const path = join(modules, entry.name)
    if (entry.isSymbolicLink()) return [path]
    return entry.name.startsWith("@") ? linksIn(path) : []
  })

const entriesOf = (folder: string): ReadonlyArray<Dirent> => {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    // A file, or not for this user: Node finds no package there either.
    return []
  }
}

const realpathIfThere = (path: string): string | undefined => {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
