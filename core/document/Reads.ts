/** What a plan was made from besides the words of the command: whoever remembers a plan watches these. */
import { resolve } from "node:path"
import { type FileLook, lookAt, treeOf } from "./file-look.ts"

/** Noted before anything is read: a file that changes afterwards looks different from what was noted. */
export class Reads {
  /** Nanoseconds since 1970, before the first look. */
  readonly takenAt = BigInt(Date.now()) * 1_000_000n
  private readonly looks = new Map<string, FileLook | undefined>()
  private readonly variables = new Map<string, string | undefined>()

  /** Notes a file or folder whose content, or absence, decides something. To be called before it is read. */
  file(path: string): void {
    const absolute = resolve(path)
    if (!this.looks.has(absolute)) this.looks.set(absolute, lookAt(absolute))
  }

  /** Notes a file, or a folder with all that is in it. To be called before it is read. */
  tree(path: string): void {
    for (const one of treeOf(resolve(path))) this.file(one)
  }

  /** Notes a file by the look that it had when it was read. */
  look(path: string, look: FileLook | undefined): void {
    this.looks.set(path, look)
  }

  /** The value of an environment variable, noted with it. */
  variable(name: string, environment: NodeJS.ProcessEnv): string | undefined {
    const value = environment[name]
    this.variables.set(name, value)
    return value
  }

  /** The look of each file by its absolute path; `undefined` for one that was not there. */
  get files(): ReadonlyMap<string, FileLook | undefined> {
    return this.looks
  }

  get environment(): ReadonlyMap<string, string | undefined> {
    return this.variables
  }
}
