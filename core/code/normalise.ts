/** A declaration as text that says what it does and nothing else: no names of locals, comments, spelling, formatting. */
import { child, children, isNode, type SyntaxNode, scopeNames, text } from "./syntax.ts"

/** What a name that is not local stands for. */
export interface Surroundings {
  /** Text for a name of the module or of the language; called in the order of use. */
  readonly nameOf: (name: string, node: SyntaxNode) => string
  /** Whether a name is bound by an import from `effect`. */
  readonly isEffect: (name: string) => boolean
}

interface Scope {
  readonly names: ReadonlyMap<string, string>
  readonly outer: Scope | undefined
}

/** Fields that say where or how something was written. */
const IRRELEVANT = new Set(["type", "start", "end", "raw", "shorthand", "loc", "range", "directive", "sourceType"])

/** Parts of a stage type that describe it to people. */
const DESCRIPTIVE = new Set(["summary", "source"])

/** Annotations of schemas that describe them to people. */
const ANNOTATIONS = new Set(["description", "title", "examples", "documentation", "identifier"])

/** Normalises a declaration. */
export const normalise = (declaration: SyntaxNode, surroundings: Surroundings): string => {
  let locals = 0
  const parts: Array<string> = []

  const visit = (node: SyntaxNode, scope: Scope | undefined): void => {
    if (node.type === "Identifier") {
      const name = text(node, "name")
      parts.push(lookUp(scope, name) ?? surroundings.nameOf(name, node))
      return
    }
    const plain = withoutDescription(node, surroundings)
    if (plain !== node) {
      visit(plain, scope)
      return
    }
    const names = scopeNames(node)
    const inner: Scope | undefined =
      names === undefined
        ? scope
        : { names: new Map([...new Set(names)].map((name) => [name, `$${locals++}`])), outer: scope }
    parts.push(`(${node.type}`)
    for (const field of Object.keys(node).sort()) {
      if (!IRRELEVANT.has(field)) visitField(node, field, inner)
    }
    parts.push(")")
  }

  const visitField = (node: SyntaxNode, field: string, scope: Scope | undefined): void => {
    const value = node[field]
    if (isNode(value)) {
      if (isKey(node, field)) parts.push(`.${keyText(value)}`)
      else visit(value, scope)
    } else if (Array.isArray(value)) {
      parts.push(`[${field}`)
      for (const item of value) {
        if (isNode(item)) visit(item, scope)
        else parts.push("-")
      }
      parts.push("]")
    } else if (value !== null && value !== undefined && value !== false) {
      parts.push(`${field}=${typeof value === "bigint" ? `${value}n` : valueText(node, field, value)}`)
    }
  }

  visit(declaration, undefined)
  return parts.join(" ")
}

const lookUp = (scope: Scope | undefined, name: string): string | undefined => {
  for (let at = scope; at !== undefined; at = at.outer) {
    const found = at.names.get(name)
    if (found !== undefined) return found
  }
  return undefined
}

/** Whether a field holds a written key and not a reference: `a.key`, `{ key: … }`, `class { key() {} }`, a label. */
const isKey = (node: SyntaxNode, field: string): boolean => {
  if (field === "label") return true
  if (node["computed"] === true) return false
  if (field === "property") return node.type === "MemberExpression"
  return (
    field === "key" &&
    (node.type === "Property" || node.type === "MethodDefinition" || node.type === "PropertyDefinition")
  )
}

const keyText = (key: SyntaxNode): string =>
  key.type === "Literal" ? JSON.stringify(String(key["value"])) : JSON.stringify(text(key, "name"))

const valueText = (node: SyntaxNode, field: string, value: unknown): string => {
  // A regular expression has no JSON: its source and flags are in a field of its own.
  if (node.type === "Literal" && field === "value" && typeof value === "object") return "regex"
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value)
  return JSON.stringify(value)
}

/** The node without what only people read: `.annotate({ description })`, `summary` and `source` of a stage type. */
const withoutDescription = (node: SyntaxNode, surroundings: Surroundings): SyntaxNode => {
  if (node.type !== "CallExpression") return node
  const callee = child(node, "callee")
  const [argument, ...others] = children(node, "arguments")
  if (callee?.type !== "MemberExpression" || argument?.type !== "ObjectExpression" || others.length > 0) return node
  const method = text(child(callee, "property"), "name")
  const object = child(callee, "object")
  const properties = children(argument, "properties")
  const isAnnotation = method === "annotate" && object !== undefined && surroundings.isEffect(rootName(object))
  const isStage = properties.some((property) => keyName(property) === "determinism")
  if (!isAnnotation && !isStage) return node
  const dropped = isAnnotation ? ANNOTATIONS : DESCRIPTIVE
  const kept = properties.filter(
    (property) => !(dropped.has(keyName(property)) && isConstant(child(property, "value")))
  )
  if (kept.length === properties.length) return node
  if (isAnnotation && kept.length === 0 && object !== undefined) return object
  return { ...node, arguments: [{ ...argument, properties: kept }] }
}

const keyName = (property: SyntaxNode): string =>
  property["computed"] === true ? "" : text(child(property, "key"), "name")

/** Text that is written out: dropping it drops no computation. */
const isConstant = (node: SyntaxNode | undefined): boolean =>
  node?.type === "Literal" || (node?.type === "TemplateLiteral" && children(node, "expressions").length === 0)

/** The name at the start of a chain of calls and members: `Schema` of `Schema.Int.check(…)`. */
const rootName = (node: SyntaxNode): string => {
  if (node.type === "Identifier") return text(node, "name")
  const inner = child(node, node.type === "CallExpression" ? "callee" : "object")
  return inner === undefined ? "" : rootName(inner)
}
