/** The packages that a stage reaches, each with what pins its content. */
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs"
import { createRequire, isBuiltin } from "node:module"
import { join, relative, resolve, sep } from "node:path"
import { Effect } from "effect"
import { CodeError, codeError } from "./CodeError.ts"
import { dependenciesIn, findLockFile, type LockFile, lockPath } from "./LockFile.ts"
import type { SourceFiles } from "./SourceFiles.ts"

export interface PackageRequest {
  /** Module specifiers, of packages and of Node's modules. */
  readonly specifiers: ReadonlyArray<string>
  /** The source file of the stage type, from where packages are looked up. */
  readonly file: string
  /** The contract's file, from where `effect` is looked up: the framework's own is the one that runs. */
  readonly contract: string
  readonly files: SourceFiles
}

/** Integrity of each package and of all that it depends on, by `name@version`. */
export type Integrities = { readonly [name: string]: string }

/** Looks up what pins the packages behind some specifiers. */
export const findPackages = ({
  specifiers,
  file,
  contract,
  files
}: PackageRequest): Effect.Effect<Integrities, CodeError> =>
  Effect.try({
    try: () => {
      const walk = new PackageWalk(files)
      const names = new Set(specifiers.filter((specifier) => !isBuiltin(specifier)).map(packageName))
      for (const name of names) {
        const folder = packageFolder(name, name === "effect" ? contract : file)
        if (folder === undefined) throw codeError(file, `the package "${name}" is not installed`)
        walk.visit(folder)
      }
      return walk.integrities()
    },
    catch: (cause) => (cause instanceof CodeError ? cause : codeError(file, String(cause)))
  })

/** `@scope/name` or `name` of a specifier. */
const packageName = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")

/** The folder of a package as Node finds it from a file: where a link leads to. */
const packageFolder = (name: string, from: string): string | undefined => {
  const folder = (createRequire(from).resolve.paths(name) ?? [])
    .map((candidate) => resolve(candidate, name))
    .find((candidate) => existsSync(join(candidate, "package.json")))
  return folder === undefined ? undefined : realpathSync(folder)
}

class PackageWalk {
  private readonly files: SourceFiles
  private readonly seen = new Set<string>()
  private readonly found: Array<readonly [name: string, integrity: string]> = []

  constructor(files: SourceFiles) {
    this.files = files
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

  /** Visits a package and all that it depends on. */
  visit(folder: string): void {
    if (this.seen.has(folder)) return
    this.seen.add(folder)
    const lock = findLockFile(this.files, folder)
    if (lock === undefined || !this.visitLocked(folder, lock)) this.visitFiles(folder)
  }

  /** Whether a lock file pins what is installed: by its name for the content, which is the same on every machine. */
  private visitLocked(folder: string, lock: LockFile): boolean {
    const path = lockPath(lock.root, folder)
    const entry = lock.packages[path]
    const installed = lock.installed[path] ?? entry
    const pinned = installed?.inBundle === true ? "bundled" : installed?.integrity
    if (entry === undefined || installed?.version === undefined || pinned === undefined) return false
    if (lock.installed[path] === undefined && existsSync(folder)) {
      if (readDescription(this.files, folder).version !== installed.version) return false
    }
    this.found.push([`${path.slice(path.lastIndexOf("node_modules/") + 13)}@${installed.version}`, pinned])
    for (const dependency of dependenciesIn(lock, path)) this.visit(join(lock.root, dependency))
    return true
  }

  /** A package that no lock file pins, or that is linked: its files are what there is to go by. */
  private visitFiles(folder: string): void {
    const { name, version, dependencies } = readDescription(this.files, folder)
    this.found.push([`${name}@${version}`, digestOfFolder(folder, this.files)])
    for (const dependency of dependencies) {
      const next = packageFolder(dependency, join(folder, "package.json"))
      if (next !== undefined) this.visit(next)
    }
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
  const namesOf = (group: unknown): ReadonlyArray<string> =>
    typeof group === "object" && group !== null ? Object.keys(group) : []
  return {
    name: String(fields["name"]),
    version: String(fields["version"]),
    dependencies: [...namesOf(fields["dependencies"]), ...namesOf(fields["peerDependencies"])]
  }
}

/**
 * Digest of the files of a package.
 *
 * Each file of a linked package is watched from then on: it is being worked on. A package that was installed is taken
 * to change only by being installed again, which replaces its description.
 */
const digestOfFolder = (folder: string, files: SourceFiles): string => {
  const isInstalled = `${folder}${sep}`.includes(`${sep}node_modules${sep}`)
  const hash = createHash("sha256")
  for (const path of filesUnder(folder, isInstalled ? undefined : files)) {
    const bytes = isInstalled ? readFileSync(path) : files.read(path)
    hash.update(`${relative(folder, path).replaceAll("\\", "/")}\n${bytes?.byteLength}\n`).update(bytes ?? "")
  }
  return `sha256-${hash.digest("base64")}`
}

/** Files of a package in order, those of other packages inside of it not included; notes the folders in `files`. */
const filesUnder = (folder: string, files: SourceFiles | undefined): ReadonlyArray<string> => {
  files?.read(folder)
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== "node_modules" && name !== ".git")
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? filesUnder(path, files) : entry.isFile() ? [path] : []
    })
}
