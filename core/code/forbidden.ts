/** Finds what would let a stage load code or data, or depend on something, that its identity does not see. */
import { child, children, isNode, type SyntaxNode, scopeNames, text } from "./syntax.ts"

/** A construct at an offset of the bundle. */
export interface Finding {
  readonly offset: number
  readonly text: string
}

/** Globals that a stage may not touch, and what to do instead. */
const GLOBALS: { readonly [name: string]: string } = {
  require: "import what you need at the top of the file",
  eval: "it runs code that no one can identify",
  Function: "it runs code that no one can identify",
  process: "what a stage depends on is a parameter or an input",
  globalThis: "it leads past these rules",
  fetch: "data from outside is a source of the pipeline",
  XMLHttpRequest: "data from outside is a source of the pipeline",
  WebSocket: "data from outside is a source of the pipeline",
  __dirname: "import data files, so that their bytes are part of the code",
  __filename: "import data files, so that their bytes are part of the code"
}

/** Members of globals that give another value each time. */
const MEMBERS: { readonly [path: string]: string } = {
  "Math.random": "use Philox with a seed parameter",
  "Date.now": "the time is no input of a stage",
  "crypto.randomUUID": "use Philox with a seed parameter",
  "crypto.getRandomValues": "use Philox with a seed parameter"
}

/** Modules of Node that compute and reach nothing. */
const PURE_MODULES = new Set(["node:buffer", "node:crypto", "node:util", "node:assert", "node:zlib", "node:events"])

/** Every forbidden construct of a parsed bundle. */
export const findForbidden = (program: SyntaxNode): ReadonlyArray<Finding> => {
  const findings: Array<Finding> = []
  const found = (node: SyntaxNode, what: string): void => {
    findings.push({ offset: node.start, text: what })
  }
  const visit = (node: SyntaxNode, bound: ReadonlyArray<ReadonlySet<string>>): void => {
    const names = node.type === "Program" ? topNames(node) : scopeNames(node)
    const scopes = names === undefined ? bound : [...bound, new Set(names)]
    const isGlobal = (name: string): boolean => !scopes.some((scope) => scope.has(name))
    checkNode(node, isGlobal, found)
    for (const [field, value] of Object.entries(node)) {
      if (isPlainKey(node, field)) continue
      for (const part of Array.isArray(value) ? value : [value]) if (isNode(part)) visit(part, scopes)
    }
  }
  visit(program, [])
  return findings
}

const checkNode = (
  node: SyntaxNode,
  isGlobal: (name: string) => boolean,
  found: (node: SyntaxNode, what: string) => void
): void => {
  switch (node.type) {
    case "MetaProperty":
      if (text(child(node, "meta"), "name") === "import") {
        found(node, "import.meta leads past the bundler: import data files, so that their bytes are part of the code")
      }
      return
    case "ImportExpression":
      if (child(node, "source")?.type !== "Literal")
        found(node, "import() of a computed name: only a written name can be identified")
      else checkModule(node, String(child(node, "source")?.["value"]), found)
      return
    case "ImportDeclaration":
      checkModule(node, String(child(node, "source")?.["value"]), found)
      return
    case "NewExpression":
      if (
        isGlobal("Date") &&
        text(child(node, "callee"), "name") === "Date" &&
        children(node, "arguments").length === 0
      ) {
        found(node, "new Date(): the time is no input of a stage")
      }
      return
    case "MemberExpression": {
      const root = text(child(node, "object"), "name")
      const path = `${root}.${text(child(node, "property"), "name")}`
      const advice = node["computed"] === true ? undefined : MEMBERS[path]
      if (advice !== undefined && Object.hasOwn(MEMBERS, path) && isGlobal(root)) found(node, `${path}: ${advice}`)
      return
    }
    case "Identifier": {
      const name = text(node, "name")
      if (Object.hasOwn(GLOBALS, name) && isGlobal(name)) found(node, `${name}: ${GLOBALS[name]}`)
      return
    }
  }
}

const checkModule = (node: SyntaxNode, specifier: string, found: (node: SyntaxNode, what: string) => void): void => {
  if (specifier.startsWith("node:") && !PURE_MODULES.has(specifier)) {
    found(node, `${specifier} reaches outside: a stage reads its inputs and returns its outputs`)
  }
  if (specifier.startsWith("effect/")) found(node, `${specifier}: import from "effect", which all stages share`)
}

/** Names of the module's own top level. */
const topNames = (program: SyntaxNode): ReadonlyArray<string> => {
  const body = children(program, "body")
  const imported = body.flatMap((statement) =>
    children(statement, "specifiers").map((part) => text(child(part, "local"), "name"))
  )
  return [...imported, ...(scopeNames({ ...program, type: "BlockStatement" }) ?? []), ...varNames(body)]
}

const varNames = (statements: ReadonlyArray<SyntaxNode>): ReadonlyArray<string> =>
  statements.flatMap((statement) =>
    statement.type === "VariableDeclaration"
      ? children(statement, "declarations").map((declarator) => text(child(declarator, "id"), "name"))
      : []
  )

const isPlainKey = (node: SyntaxNode, field: string): boolean =>
  node["computed"] !== true &&
  ((field === "property" && node.type === "MemberExpression") ||
    (field === "key" && node.type !== "ImportAttribute") ||
    field === "label" ||
    field === "meta" ||
    field === "imported" ||
    field === "exported")
