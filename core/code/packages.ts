/** The packages that a stage reaches, each with what pins its content. */
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs"
import { createRequire, isBuiltin } from "node:module"
import { join, relative, resolve } from "node:path"
import { Effect } from "effect"
import { type CodeError, codeError } from "./CodeError.ts"

export interface Packages {
  /** Integrity of each package and of all that it depends on, by `name@version`. */
  readonly integrities: { readonly [name: string]: string }
  /** Files that decided this: lock files, or the package's own description. */
  readonly files: ReadonlyArray<string>
}

interface LockFile {
  readonly packages?: {
    readonly [path: string]: {
      readonly version?: string
      readonly integrity?: string
      readonly dependencies?: { readonly [name: string]: string }
    }
  }
}

/**
 * Looks up the packages behind these specifiers, seen from the file of a stage type.
 *
 * `effect` is seen from `contract`, the framework's own: that is the one that runs, wherever the file lies.
 */
export const findPackages = (
  specifiers: ReadonlyArray<string>,
  file: string,
  contract: string
): Effect.Effect<Packages, CodeError> =>
  Effect.gen(function* () {
    const integrities: Record<string, string> = {}
    const files = new Set<string>()
    const locks = new Map<string, LockFile>()
    for (const specifier of specifiers) {
      if (isBuiltin(specifier)) continue
      const name = packageName(specifier)
      const folder = packageFolder(name, name === "effect" ? contract : file)
      if (folder === undefined) return yield* codeError(file, `the package "${name}" is not installed`)
      const root = folder.slice(0, folder.indexOf("node_modules"))
      const lockFile = join(root, "package-lock.json")
      if (existsSync(lockFile)) {
        const lock = locks.get(lockFile) ?? (JSON.parse(readFileSync(lockFile, "utf8")) as LockFile)
        locks.set(lockFile, lock)
        files.add(lockFile)
        const found = closure(lock, relative(root, folder).replaceAll("\\", "/"))
        if (found !== undefined) {
          Object.assign(integrities, found)
          continue
        }
      }
      // No lock file pins it, or it is linked: its files are what there is to go by.
      const description = join(folder, "package.json")
      files.add(description)
      const { version } = JSON.parse(readFileSync(description, "utf8"))
      integrities[`${name}@${version}`] = digestOfFolder(realpathSync(folder))
    }
    return { integrities, files: [...files] }
  })

/** A package of a lock file and all that it depends on; `undefined` when one of them has no integrity. */
const closure = (lock: LockFile, start: string): { readonly [name: string]: string } | undefined => {
  const integrities: Record<string, string> = {}
  const queue = [start]
  const seen = new Set(queue)
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const entry = lock.packages?.[path]
    if (entry?.integrity === undefined) return undefined
    integrities[`${path.slice(path.lastIndexOf("node_modules/") + 13)}@${entry.version}`] = entry.integrity
    for (const dependency of Object.keys(entry.dependencies ?? {})) {
      const found = resolveIn(lock, path, dependency)
      if (found === undefined || seen.has(found)) continue
      seen.add(found)
      queue.push(found)
    }
  }
  return integrities
}

/** Where Node would find a dependency: beside the package, or in a folder above. */
const resolveIn = (lock: LockFile, from: string, name: string): string | undefined => {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf("/node_modules/"))) {
    const candidate = `${folder}/node_modules/${name}`
    if (lock.packages?.[candidate] !== undefined) return candidate
    if (!folder.includes("/node_modules/")) break
  }
  return lock.packages?.[`node_modules/${name}`] === undefined ? undefined : `node_modules/${name}`
}

const digestOfFolder = (folder: string): string => {
  const hash = createHash("sha256")
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((item) => item.isFile() && !item.parentPath.includes("node_modules", folder.length))
    .map((item) => join(item.parentPath, item.name))
    .sort()) {
    hash.update(`${relative(folder, entry)}\n`).update(readFileSync(entry))
  }
  return `sha256-${hash.digest("hex")}`
}

const packageFolder = (name: string, from: string): string | undefined =>
  (createRequire(from).resolve.paths(name) ?? [])
    .map((folder) => resolve(folder, name))
    .find((folder) => existsSync(join(folder, "package.json")))

/** `@scope/name` or `name` of a specifier. */
const packageName = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")
