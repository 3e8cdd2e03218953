/** The little that code identity needs to know about JavaScript's syntax trees (ESTree). */
import { type Node, parse } from "acorn"
import type { DeclarationSort } from "./DeclarationTitle.ts"

/** Any node; its other fields depend on its type. */
export interface SyntaxNode {
  readonly type: string
  /** Offsets in the text. */
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

export const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string"

/** Parses a module. Throws `SyntaxError`; a bundler's output never makes it. */
export const parseModule = (code: string): SyntaxNode => {
  const program: Node = parse(code, { ecmaVersion: "latest", sourceType: "module" })
  // acorn's nodes have the fields of their type; its base type does not show them.
  if (!isNode(program)) throw new TypeError("the parser gave no node")
  return program
}

/** A child under a field; `undefined` when there is none. */
export const child = (node: SyntaxNode, field: string): SyntaxNode | undefined => {
  const value = node[field]
  return isNode(value) ? value : undefined
}

/** The children under a field that holds a list. */
export const children = (node: SyntaxNode, field: string): ReadonlyArray<SyntaxNode> => {
  const value = node[field]
  return Array.isArray(value) ? value.filter(isNode) : []
}

export const text = (node: SyntaxNode | undefined, field: string): string => {
  const value = node?.[field]
  return typeof value === "string" ? value : ""
}

/** Fields under which an identifier is not a reference but a written name, unless it is computed. */
const WRITTEN: { readonly [type: string]: ReadonlyArray<string> } = {
  MemberExpression: ["property"],
  Property: ["key"],
  MethodDefinition: ["key"],
  PropertyDefinition: ["key"],
  LabeledStatement: ["label"],
  BreakStatement: ["label"],
  ContinueStatement: ["label"],
  MetaProperty: ["meta", "property"],
  ImportSpecifier: ["imported"],
  ExportSpecifier: ["exported"],
  ImportAttribute: ["key"]
}

/** Whether a field holds a written name: `a.name`, `{ name: … }`, `class { name() {} }`, a label. */
export const isWrittenName = (node: SyntaxNode, field: string): boolean =>
  node["computed"] !== true && WRITTEN[node.type]?.includes(field) === true

/** The parts of a node that are evaluated or bind names, in the order of the text. */
export const parts = (node: SyntaxNode): ReadonlyArray<SyntaxNode> => {
  const found: Array<SyntaxNode> = []
  for (const field of Object.keys(node)) {
    const value = node[field]
    if (typeof value !== "object" || value === null || isWrittenName(node, field)) continue
    // One by one: a list may have more items than a call may have arguments.
    for (const item of Array.isArray(value) ? value : [value]) if (isNode(item)) found.push(item)
  }
  return found
}

/** Calls a function for a node and everything inside of it. */
export const walk = (node: SyntaxNode, visit: (node: SyntaxNode) => void): void => {
  visit(node)
  for (const part of parts(node)) walk(part, visit)
}

/** Whether a node, or something inside of it, is what is looked for. */
export const some = (node: SyntaxNode, isWanted: (node: SyntaxNode) => boolean): boolean =>
  isWanted(node) || parts(node).some((part) => some(part, isWanted))

export interface FunctionNode extends SyntaxNode {
  readonly type: "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression"
}

export const isFunction = (node: SyntaxNode | undefined): node is FunctionNode =>
  node?.type === "FunctionDeclaration" ||
  node?.type === "FunctionExpression" ||
  node?.type === "ArrowFunctionExpression"

/** What a person calls a declaration, given its function, class or declarator. */
export const sortOf = (node: SyntaxNode): DeclarationSort => {
  const value = child(node, "init") ?? node
  if (isFunction(value)) return "function"
  return value.type.startsWith("Class") ? "class" : "constant"
}

/**
 * The name of a member: `name` of `a.name`, `a["name"]`, `{ name: … }`, `{ "name": … }`; `undefined` when it is computed.
 *
 * Private names begin with `#`.
 */
export const memberName = (node: SyntaxNode): string | undefined => {
  const key = child(node, node.type === "MemberExpression" ? "property" : "key")
  if (key?.type === "Literal") return String(key["value"])
  if (node["computed"] === true || key === undefined) return undefined
  return key.type === "PrivateIdentifier" ? `#${text(key, "name")}` : text(key, "name")
}

/** The identifiers that a pattern binds, also inside of destructuring. */
export const boundIdentifiers = (pattern: SyntaxNode | undefined): ReadonlyArray<SyntaxNode> => {
  switch (pattern?.type) {
    case "Identifier":
      return [pattern]
    case "ObjectPattern":
      return children(pattern, "properties").flatMap((property) =>
        boundIdentifiers(property.type === "RestElement" ? property : child(property, "value"))
      )
    case "ArrayPattern":
      return children(pattern, "elements").flatMap(boundIdentifiers)
    case "AssignmentPattern":
      return boundIdentifiers(child(pattern, "left"))
    case "RestElement":
      return boundIdentifiers(child(pattern, "argument"))
    default:
      return []
  }
}

export const boundNames = (pattern: SyntaxNode | undefined): ReadonlyArray<string> =>
  boundIdentifiers(pattern).map((identifier) => text(identifier, "name"))
