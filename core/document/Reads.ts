/** What a plan was made from besides the words of the command: whoever remembers a plan watches these. */
import { resolve } from "node:path"

export class Reads {
  private readonly paths = new Set<string>()
  private readonly variables = new Map<string, string | undefined>()

  /** Notes a file or folder whose content, or absence, decided something. */
  file(path: string): void {
    this.paths.add(resolve(path))
  }

  /** The value of an environment variable, noted with it. */
  variable(name: string, environment: NodeJS.ProcessEnv): string | undefined {
    const value = environment[name]
    this.variables.set(name, value)
    return value
  }

  /** Absolute paths, each once. */
  get files(): ReadonlyArray<string> {
    return [...this.paths]
  }

  get environment(): ReadonlyMap<string, string | undefined> {
    return this.variables
  }
}
