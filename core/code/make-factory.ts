/**
 * Makes of a bundle a module whose default export evaluates it: `export default () => { …; return type }`.
 *
 * A thread compiles the module once and calls it for each attempt. So what one task leaves in a variable of a module is
 * not there for the next one, and is free again when the attempt is over. Imports stay outside: packages are loaded once
 * a thread. They move to the first line, and everything else stays on its own, where the source map looks for it.
 */
import { child, children, type SyntaxNode, text } from "./syntax.ts"

/** `program` is what `code` parses to. Without a default export the factory returns nothing. */
export const makeFactory = (code: string, program: SyntaxNode): string => {
  const statements = children(program, "body")
  const imports = statements.filter(({ type }) => type === "ImportDeclaration")
  const outside = statements.filter(({ type }) => OUTSIDE.has(type))
  const head = imports.map(({ start, end }) => code.slice(start, end).replaceAll("\n", " ")).join(" ")
  return `${head} export default () => {${blanked(code, outside)}\nreturn ${defaultOf(statements)}\n}\n`
}

/** What the bundler writes that can stand at the top of a module only. */
const OUTSIDE: ReadonlySet<string> = new Set(["ImportDeclaration", "ExportNamedDeclaration", "ExportAllDeclaration"])

/** The code with spaces in place of some of its parts, and of a first line for the shell. */
const blanked = (code: string, nodes: ReadonlyArray<SyntaxNode>): string => {
  let text = ""
  let end = 0
  for (const node of nodes) {
    text += code.slice(end, node.start) + spaces(code.slice(node.start, node.end))
    end = node.end
  }
  return (text + code.slice(end)).replace(/^#!.*/u, spaces)
}

const spaces = (part: string): string => part.replaceAll(/[^\n]/gu, " ")

/** The local name of the default export. */
const defaultOf = (statements: ReadonlyArray<SyntaxNode>): string => {
  const specifiers = statements.flatMap((statement) => children(statement, "specifiers"))
  const found = specifiers.find((specifier) => text(child(specifier, "exported"), "name") === "default")
  return found === undefined ? "undefined" : text(child(found, "local"), "name")
}
