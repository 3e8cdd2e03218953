/** The framework's own package, of which a stage imports what it exports: `athanor/stage` and the libraries. */
import { dirname, join, relative, sep } from "node:path"
import { suggestion } from "../document/suggestion.ts"
import type { SourceFiles } from "./SourceFiles.ts"

const NAME = "athanor"

/** Packages that the libraries import. They come with the framework: where the project of a stage has none, these are taken. */
export const COMES_ALONG: ReadonlySet<string> = new Set([
  "@tensorflow/tfjs",
  "@tensorflow/tfjs-backend-wasm",
  "@tensorflow/tfjs-backend-webgpu"
])

export class OwnPackage {
  /** The file behind `athanor/stage`. */
  readonly contract: string
  /** The folder of the package. */
  readonly root: string
  private readonly entries: ReadonlyMap<string, string>
  private readonly libraries: ReadonlyArray<string>

  /** `contract` is the file behind `athanor/stage`; what else there is tells the description above it. */
  constructor(contract: string, files: SourceFiles) {
    const { root, exports } = describedAbove(contract, files)
    this.contract = contract
    this.root = root
    this.entries = new Map([
      ...Object.entries(exports)
        .filter(([, path]) => typeof path === "string" && path.endsWith(".ts"))
        .map(([name, path]) => [join(NAME, name).replaceAll("\\", "/"), join(root, String(path))] as const),
      [`${NAME}/stage`, contract]
    ])
    this.libraries = [...this.entries.values()]
      .filter((entry) => entry !== contract)
      .map((entry) => dirname(entry) + sep)
  }

  /** The file behind a specifier, if it is one of these. */
  entry(specifier: string): string | undefined {
    return this.entries.get(specifier)
  }

  /** What stages may import, in order. */
  specifiers(): ReadonlyArray<string> {
    return [...this.entries.keys()].sort()
  }

  /** The specifier of a file, if it has one. */
  specifier(file: string): string | undefined {
    return this.specifiers().find((specifier) => this.entries.get(specifier) === file)
  }

  /** What is wrong with a specifier that means this package and names nothing of it; `undefined` for those of others. */
  refusal(specifier: string): string | undefined {
    if (specifier !== NAME && !specifier.startsWith(`${NAME}/`)) return undefined
    const hint = suggestion(specifier, "there are", this.specifiers())
    return [`there is no "${specifier}"`, hint].filter((part) => part !== undefined).join(": ")
  }

  /** Whether a file is part of the contract, which may do what stages may not. */
  isContract(path: string): boolean {
    return path.startsWith(dirname(this.contract) + sep)
  }

  /** Whether a file belongs to a library: they run nothing on import, and are part of a stage as far as it reaches them. */
  isLibrary(path: string): boolean {
    return this.libraries.some((folder) => path.startsWith(folder))
  }

  /**
   * What people call a file that a stage type is made of: its path from the folder of the stage type. What is the framework's goes by
   * its place there, which is the same on every machine, unless the stage type is the framework's too.
   */
  title(path: string, file: string): string {
    const isOutside = this.isLibrary(path) && !file.startsWith(this.root + sep)
    const title = isOutside ? join(NAME, relative(this.root, path)) : relative(dirname(file), path)
    return this.isContract(path) ? `${NAME}/stage` : title.replaceAll("\\", "/")
  }
}

interface Described {
  readonly root: string
  readonly exports: object
}

const describedAbove = (contract: string, files: SourceFiles): Described => {
  for (let root = dirname(contract); ; root = dirname(root)) {
    const content = files.readJson(join(root, "package.json"))
    if (typeof content === "object" && content !== null) {
      const { exports = {} } = content as { readonly exports?: object }
      return { root, exports }
    }
    if (root === dirname(root)) return { root: dirname(contract), exports: {} }
  }
}
