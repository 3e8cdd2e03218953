/** The files beside a pipeline that a command reads: those that it is told of, and those that its words name. */
import { readdirSync, readFileSync, type Stats, statSync } from "node:fs"
import { isAbsolute, join, relative, resolve } from "node:path"
import type { Reads } from "../document/Reads.ts"
import { leavesFolder, normalPath } from "../document/relative-path.ts"
import { CHANGES, inStore, isStore, storeAround } from "../store/store-around.ts"

/** A file with its content. */
export interface FoundFile {
  /** Relative to the folder of the pipeline file, `/` between segments. */
  readonly path: string
  readonly bytes: Uint8Array
  readonly executable: boolean
}

/** What other programs leave between sources, and what no result depends on. */
const IGNORED = new Set(["__pycache__", ".git", ".DS_Store"])

/** A full path in a word of a command, of a file or folder that is there. */
export interface FullPath {
  /** What stands before it in its word: `--config=`. */
  readonly before: string
  readonly path: string
  /** The path from the folder of the pipeline file, empty for that itself; absent for what lies outside. */
  readonly local?: string
}

/** Characters of a word that is looked up. */
const LONGEST = 1024

/** A folder that is looked into for the files of commands; what is looked at is noted. */
export class PipelineFolder {
  private readonly root: string
  private readonly reads: Reads
  private readonly names = new Map<string, ReadonlySet<string>>()
  private readonly named = new Map<string, string | undefined>()

  constructor(root: string, reads: Reads) {
    this.root = root
    this.reads = reads
  }

  /**
   * The file that a word of a command names; `undefined` when it names none.
   *
   * `--config=conf.yaml` names the file after the sign. The folders on the way are noted, so that a file that appears
   * later is noticed. Each word is looked up once, however many tasks have it.
   */
  fileNamed(word: string): string | undefined {
    if (!this.named.has(word)) this.named.set(word, this.find(word))
    return this.named.get(word)
  }

  private find(word: string): string | undefined {
    return [word, word.slice(word.indexOf("=") + 1)]
      .map((text) => this.existing(text))
      .find((path) => path !== undefined)
  }

  /**
   * Where the full path leads that a word is, or has after a `=`; `undefined` where it has none, or nothing lies there.
   *
   * A command is given copies of files, in a folder of its own: by its full path it finds what lies there when it runs.
   */
  fullPath(word: string): FullPath | undefined {
    const start = word.startsWith("/") ? 0 : word.indexOf("=/") + 1
    if (!word.startsWith("/", start) || word.length - start > LONGEST) return undefined
    const path = resolve(word.slice(start))
    const stat = statIfThere(path)
    if (stat === undefined || !(stat.isFile() || stat.isDirectory())) return undefined
    const local = relative(resolve(this.root), path)
    return { before: word.slice(0, start), path, ...(leavesFolder(local) ? {} : { local }) }
  }

  private existing(written: string): string | undefined {
    // By its full path too a file beside the pipeline is one of those that the command reads.
    const text = isAbsolute(written) ? relative(resolve(this.root), written) : written
    if (text.length > LONGEST || leavesFolder(text)) return undefined
    const path = normalPath(text)
    if (path === "") return undefined
    const segments = path.split("/")
    let folder = ""
    for (const [index, segment] of segments.entries()) {
      if (!this.namesIn(folder).has(segment)) return undefined
      if (index < segments.length - 1) folder = folder === "" ? segment : `${folder}/${segment}`
    }
    // A link may lead to a file that is made later.
    this.reads.file(join(this.root, path))
    return statIfThere(join(this.root, path))?.isFile() === true ? path : undefined
  }

  private namesIn(folder: string): ReadonlySet<string> {
    const known = this.names.get(folder)
    if (known !== undefined) return known
    const path = join(this.root, folder)
    this.reads.file(path)
    const names = new Set(isFolder(path) ? readdirSync(path) : [])
    this.names.set(folder, names)
    return names
  }

  /**
   * The file at a path, or all files below the folder there. Throws, in a person's words, when there is neither, or what lies
   * there belongs to a store.
   */
  filesAt(written: string): ReadonlyArray<FoundFile> {
    const store = storeAround(join(this.root, written))
    if (store !== undefined) throw new Error(inStore(store))
    return this.filesIn(normalPath(written))
  }

  private filesIn(path: string): ReadonlyArray<FoundFile> {
    const file = join(this.root, path)
    if (isStore(file)) throw new Error(`"${path}" is a store: ${CHANGES}`)
    this.reads.file(file)
    const stat = statSync(file, { throwIfNoEntry: false })
    if (stat === undefined) throw new Error("there is no such file or folder")
    if (stat.isDirectory()) return this.filesBelow(path)
    if (!stat.isFile()) throw new Error("it is no file")
    return [{ path, bytes: readFileSync(file), executable: (stat.mode & 0o100) !== 0 }]
  }

  private filesBelow(folder: string): ReadonlyArray<FoundFile> {
    const entries = readdirSync(join(this.root, folder), { withFileTypes: true })
    return entries
      .filter(({ name }) => !IGNORED.has(name))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const path = `${folder}/${entry.name}`
        // A link may lead anywhere, and to where it leads may change unseen.
        if (!entry.isFile() && !entry.isDirectory()) throw new Error(`"${path}" is a link or no file`)
        return this.filesIn(path)
      })
  }
}

/** A word may hold what no system takes for a path, or lead to where this user may not look: then it names nothing. */
const statIfThere = (path: string): Stats | undefined => {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

const isFolder = (path: string): boolean => statIfThere(path)?.isDirectory() === true
