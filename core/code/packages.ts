/** The packages that a stage reaches, each with what pins its content. */
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { basename, join, relative } from "node:path"
import { Effect } from "effect"
import { CodeError, codeError } from "./CodeError.ts"
import { dependenciesIn, findLockFile, type LockFile, lockPath } from "./LockFile.ts"
import { COMES_ALONG } from "./OwnPackage.ts"
import { PackageFolders } from "./PackageFolders.ts"
import { packageName, packagesNamedIn } from "./package-imports.ts"
import type { SourceFiles } from "./SourceFiles.ts"

export interface PackageRequest {
  /** Module specifiers, of packages and of Node's modules. */
  readonly specifiers: ReadonlyArray<string>
  /** The source file of the stage type, from where packages are looked up. */
  readonly file: string
  /**
   * The contract's file, from where `effect` is looked up: the framework's own is the one that runs. So is what comes along with it
   * where the stage type finds none.
   */
  readonly contract: string
  readonly files: SourceFiles
}

/** Integrity of each package and of all that it depends on, by `name@version`. */
export type Integrities = { readonly [name: string]: string }

/**
 * Looks up what pins the packages behind some specifiers.
 *
 * Whatever decides it is noted in `files`: lock files, descriptions, each place at which Node could find another copy,
 * and every file of a package that no lock file pins.
 */
export const findPackages = ({
  specifiers,
  file,
  contract,
  files
}: PackageRequest): Effect.Effect<Integrities, CodeError> =>
  Effect.try({
    try: () => {
      const walk = new PackageWalk(files)
      const names = new Set(specifiers.map(packageName).filter((name) => name !== undefined))
      // What both the stage and the framework reach is read for the stage: that comes first.
      for (const name of [...names].sort((a, b) => Number(a === "effect") - Number(b === "effect"))) {
        const isOwn = name === "effect"
        const isFound =
          walk.visitNamed(name, isOwn ? contract : file, isOwn) ||
          (COMES_ALONG.has(name) && walk.visitNamed(name, contract, false))
        if (!isFound) throw codeError(file, `the package "${name}" is not installed`)
      }
      return walk.integrities()
    },
    catch: (cause) => (cause instanceof CodeError ? cause : codeError(file, String(cause)))
  })

/**
 * What is wrong with the packages that a library of the framework computes with: a stage type has one TensorFlow.js, and where its
 * project has another version, the library would put that right for which it was not made.
 */
export const misfits = (
  names: Iterable<string>,
  { file, contract, files }: Omit<PackageRequest, "specifiers">
): ReadonlyArray<string> => {
  const folders = new PackageFolders(files)
  return [...names].flatMap((name) => {
    const [found, own] = [file, contract].map((from) => folders.find(name, from).at(-1))
    if (found === undefined || own === undefined || found === own) return []
    const [theirs, ours] = [found, own].map((folder) => readDescription(files, folder).version)
    if (theirs === ours) return []
    return [
      `${found} is of version ${theirs}, and athanor/compute is made for ${ours}: remove it, or install ${name}@${ours}`
    ]
  })
}

class PackageWalk {
  private readonly files: SourceFiles
  private readonly folders: PackageFolders
  private readonly seen = new Set<string>()
  private readonly found: Array<readonly [name: string, integrity: string]> = []

  constructor(files: SourceFiles) {
    this.files = files
    this.folders = new PackageFolders(files)
  }

  /** Two copies of one version, from different places, may differ: both stand, sorted. */
  integrities(): Integrities {
    const sorted: Record<string, string> = {}
    for (const [name, integrity] of this.found.toSorted(([a, x], [b, y]) => (`${a} ${x}` < `${b} ${y}` ? -1 : 1))) {
      const before = sorted[name]
      sorted[name] = before === undefined || before === integrity ? integrity : `${before} ${integrity}`
    }
    return sorted
  }

  /**
   * Visits the package that a file imports, with all that it depends on; false when it is not installed.
   *
   * What is the framework's own is taken to import what it declares: its code need not be read.
   */
  visitNamed(name: string, from: string, isOwn: boolean): boolean {
    const folders = this.folders.find(name, from)
    for (const folder of folders) this.visit(folder, isOwn)
    return folders.length > 0
  }

  private visit(folder: string, isOwn: boolean): void {
    if (this.seen.has(folder)) return
    this.seen.add(folder)
    const lock = findLockFile(this.files, folder)
    if (lock === undefined || !this.visitLocked(folder, lock, isOwn)) this.visitFiles(folder, isOwn)
    else if (!isOwn) for (const path of filesUnder(folder)) this.visitNamedIn(path, readFileSync(path))
  }

  /** Whether a lock file pins what is installed: by its name for the content, which is the same on every machine. */
  private visitLocked(folder: string, lock: LockFile, isOwn: boolean): boolean {
    const path = lockPath(lock.root, folder)
    const entry = lock.packages[path]
    const installed = lock.installed[path] ?? entry
    const pinned = installed?.inBundle === true ? "bundled" : installed?.integrity
    if (entry === undefined || installed?.version === undefined || pinned === undefined) return false
    const isHere = existsSync(folder)
    if (isHere && readDescription(this.files, folder).version !== installed.version) return false
    this.found.push([`${path.slice(path.lastIndexOf("node_modules/") + 13)}@${installed.version}`, pinned])
    for (const { name, path: place } of dependenciesIn(lock, path)) {
      const isFound = isHere && this.visitNamed(name, join(folder, "package.json"), isOwn)
      // What is for other machines is not installed here, and the key is the same there.
      if (!isFound && place !== undefined) this.visit(join(lock.root, place), isOwn)
    }
    return true
  }

  /** A package that no lock file pins, or that is linked: its files are what there is to go by, and are watched. */
  private visitFiles(folder: string, isOwn: boolean): void {
    const { name, version, dependencies } = readDescription(this.files, folder)
    const hash = createHash("sha256")
    for (const path of filesUnder(folder, this.files)) {
      const bytes = this.files.readOnce(path)
      hash.update(`${relative(folder, path).replaceAll("\\", "/")}\n${bytes?.byteLength}\n`).update(bytes ?? "")
      if (!isOwn && bytes !== undefined) this.visitNamedIn(path, bytes)
    }
    this.found.push([`${name}@${version}`, `sha256-${hash.digest("base64")}`])
    for (const dependency of dependencies) this.visitNamed(dependency, join(folder, "package.json"), isOwn)
  }

  /** Visits the packages that a file of a package names, also those that the package does not declare. */
  private visitNamedIn(path: string, bytes: Uint8Array): void {
    for (const name of packagesNamedIn(path, bytes)) this.visitNamed(name, path, false)
  }
}

interface PackageDescription {
  readonly name: string
  readonly version: string
  readonly dependencies: ReadonlyArray<string>
}

const readDescription = (files: SourceFiles, folder: string): PackageDescription => {
  const content = files.readJson(join(folder, "package.json"))
  const fields: { readonly [field: string]: unknown } = { ...(typeof content === "object" ? content : {}) }
  const namesOf = (group: string): ReadonlyArray<string> => {
    const value = fields[group]
    return typeof value === "object" && value !== null ? Object.keys(value) : []
  }
  return {
    name: String(fields["name"] ?? basename(folder)),
    version: String(fields["version"]),
    dependencies: ["dependencies", "peerDependencies", "optionalDependencies"].flatMap(namesOf)
  }
}

/** Files of a package in order, those of other packages inside of it not included; notes the folders in `files`. */
const filesUnder = (folder: string, files?: SourceFiles): ReadonlyArray<string> => {
  if (!existsSync(folder)) return []
  files?.read(folder)
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== "node_modules" && name !== ".git")
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? filesUnder(path, files) : entry.isFile() ? [path] : []
    })
}
