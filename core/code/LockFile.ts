/** What npm wrote down about installed packages. */
import { dirname, join, relative } from "node:path"
import type { SourceFiles } from "./SourceFiles.ts"

/** A package in a lock file. */
export interface LockEntry {
  readonly version?: string
  readonly integrity?: string
  /** Shipped inside of the package that needs it, whose integrity covers it. */
  readonly inBundle?: boolean
  readonly link?: boolean
  readonly dependencies?: { readonly [name: string]: string }
  readonly optionalDependencies?: { readonly [name: string]: string }
  readonly peerDependencies?: { readonly [name: string]: string }
}

type Packages = { readonly [path: string]: LockEntry }

/** A lock file, with its paths relative to the folder that it lies in. */
export interface LockFile {
  readonly root: string
  readonly packages: Packages
  /** What npm last installed: that is what runs, whatever the lock file says by now. Empty when npm left no word. */
  readonly installed: Packages
}

/** The lock file that covers a package's folder, from the nearest folder above that has one. */
export const findLockFile = (files: SourceFiles, folder: string): LockFile | undefined => {
  for (let root = dirname(folder); ; root = dirname(root)) {
    const packages = readPackages(files, join(root, "package-lock.json"))
    if (packages !== undefined && lockPath(root, folder) in packages) {
      const installed = readPackages(files, join(root, "node_modules", ".package-lock.json")) ?? {}
      return { root, packages, installed }
    }
    if (root === dirname(root)) return undefined
  }
}

const readPackages = (files: SourceFiles, path: string): Packages | undefined => {
  const content = files.readJson(path)
  if (typeof content !== "object" || content === null || !("packages" in content)) return undefined
  return content.packages as Packages
}

/** A folder as lock files write it. */
export const lockPath = (root: string, folder: string): string => relative(root, folder).replaceAll("\\", "/")

/** What a package depends on, each with its path as Node would find it: beside the package, or above. */
export const dependenciesIn = (
  { packages }: LockFile,
  path: string
): ReadonlyArray<{ readonly name: string; readonly path: string | undefined }> => {
  const entry = packages[path]
  const names = [entry?.dependencies, entry?.optionalDependencies, entry?.peerDependencies].flatMap((group) =>
    Object.keys(group ?? {})
  )
  return names.map((name) => ({ name, path: resolveIn(packages, path, name) }))
}

const resolveIn = (packages: Packages, from: string, name: string): string | undefined => {
  const segments = `/${from}`.split("/node_modules/")
  for (let depth = segments.length; depth > 0; depth--) {
    const candidate = [...segments.slice(0, depth), name].join("/node_modules/").slice(1)
    if (candidate in packages) return candidate
  }
  return undefined
}
