/** Which packages the code of a package names, whether it declares them or not. */
import { isBuiltin } from "node:module"
import { basename, extname } from "node:path"

/** `@scope/name` or `name` of a specifier; `undefined` for a module of Node, a relative path, a URL or a name of its own. */
export const packageName = (specifier: string): string | undefined =>
  isBuiltin(specifier) ? undefined : /^(?:@[\w.-]+\/)?\w[\w.-]*(?=\/|$)/u.exec(specifier)?.[0]

/**
 * The packages that a file of a package may import, by the text of the file.
 *
 * A name too many costs a computation, one that is missed a stale result: every text behind a word that imports counts,
 * but not on lines of a comment. A name that is computed cannot be found.
 */
export const packagesNamedIn = (path: string, bytes: Uint8Array): ReadonlySet<string> => {
  const text = (): string => new TextDecoder().decode(bytes)
  if (basename(path) === "package.json") return namesOf(aliasesIn(text()))
  return isCode(path) ? namesOf(importsIn(text())) : new Set()
}

const namesOf = (specifiers: ReadonlyArray<string>): ReadonlySet<string> =>
  new Set(specifiers.map(packageName).filter((name) => name !== undefined))

/** Files without an ending can be required too. */
const isCode = (path: string): boolean => /^$|^\.[cm]?[jt]s$/u.test(extname(path)) && !/\.d\.[cm]?ts$/u.test(path)

const IMPORT = /\b(?:from|import|require|resolve)\b\s*\(?\s*(?:\/\*[^*]*\*\/\s*)*(["'`])([^"'`\n]+)\1/gu

const COMMENT = /^\s*(?:\*|\/\/)/u

const importsIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(IMPORT)]
    .filter(({ index }) => !COMMENT.test(text.slice(text.lastIndexOf("\n", index) + 1, index)))
    .map(([, , specifier]) => specifier ?? "")

/** What the names of its own, `#name`, stand for. */
const aliasesIn = (text: string): ReadonlyArray<string> => {
  const leaves = (value: unknown): ReadonlyArray<string> => {
    if (typeof value === "string") return [value]
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : []
  }
  try {
    const content: unknown = JSON.parse(text)
    return typeof content === "object" && content !== null && "imports" in content ? leaves(content.imports) : []
  } catch {
    // A description deep in a package that is no JSON describes nothing.
    return []
  }
}
