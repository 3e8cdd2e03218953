/** The files that decided what a stage's code is: each is read once, and its signature kept. */
import { dirname, join } from "node:path"
import { type FileSignature, readFollowed, readSigned } from "./signature.ts"

export class SourceFiles {
  private readonly signatures = new Map<string, FileSignature>()
  private readonly contents = new Map<string, Uint8Array | undefined>()

  /** The bytes of a file, or a folder's list of names; `undefined` when it is not there, which is remembered too. */
  read(path: string): Uint8Array | undefined {
    if (!this.contents.has(path)) this.contents.set(path, this.readOnce(path))
    return this.contents.get(path)
  }

  /** The same for a file that may be large: its bytes are not kept, and it is to be read in one place only. */
  readOnce(path: string): Uint8Array | undefined {
    const { signature, bytes } = readSigned(path)
    if (!this.signatures.has(path)) this.signatures.set(path, signature)
    return bytes
  }

  /** Where a folder lies when links are followed; `undefined` when it is not there. Both are remembered. */
  follow(path: string): string | undefined {
    if (this.read(path) === undefined) return undefined
    const { signature } = readFollowed(path)
    this.signatures.set(path, signature)
    return signature.real
  }

  /** The JSON of a file; `undefined` when it is not there. Throws an error that names the file when it holds none. */
  readJson(path: string): unknown {
    const bytes = this.read(path)
    if (bytes === undefined) return undefined
    try {
      return JSON.parse(new TextDecoder().decode(bytes))
    } catch (cause) {
      throw new SyntaxError(`${path} is no JSON`, { cause })
    }
  }

  /** Notes the `package.json` that governs a file: it decides how the bundler treats the file. */
  noteDescription(file: string): void {
    for (let folder = dirname(file); ; folder = dirname(folder)) {
      if (this.read(join(folder, "package.json")) !== undefined || folder === dirname(folder)) return
    }
  }

  /** What every file read so far looked like. */
  all(): ReadonlyArray<FileSignature> {
    return [...this.signatures.values()]
  }
}
