/** Where Node finds a package: every place at which another copy could appear is noted. */
import { existsSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import type { SourceFiles } from "./SourceFiles.ts"

export class PackageFolders {
  private readonly files: SourceFiles
  private readonly known = new Map<string, ReadonlyArray<string>>()

  constructor(files: SourceFiles) {
    this.files = files
  }

  /**
   * The folders in which a package may lie that a file imports, nearest first, links followed; none when it is not
   * installed. There are several when those before the last have no description: `require` goes on looking, `import`
   * does not.
   */
  find(name: string, from: string): ReadonlyArray<string> {
    const key = `${dirname(from)} ${name}`
    const known = this.known.get(key) ?? this.look(name, from)
    this.known.set(key, known)
    return known
  }

  private look(name: string, from: string): ReadonlyArray<string> {
    const found: Array<string> = []
    for (const modules of createRequire(from).resolve.paths(name) ?? []) {
      // A folder that is not there has none of the packages: one note for all of them.
      if (!existsSync(modules) && this.files.read(modules) === undefined) continue
      const folder = this.files.follow(join(modules, name))
      if (folder !== undefined) found.push(folder)
      if (folder !== undefined && this.files.read(join(folder, "package.json")) !== undefined) break
    }
    return found
  }
}
