/** The little that code identity needs to know about JavaScript's syntax trees (ESTree). */

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

/** The names that a pattern binds: identifiers, also inside of destructuring. */
export const boundNames = (pattern: SyntaxNode | undefined): ReadonlyArray<string> => {
  switch (pattern?.type) {
    case "Identifier":
      return [text(pattern, "name")]
    case "ObjectPattern":
      return children(pattern, "properties").flatMap((property) =>
        boundNames(property.type === "RestElement" ? child(property, "argument") : child(property, "value"))
      )
    case "ArrayPattern":
      return children(pattern, "elements").flatMap(boundNames)
    case "AssignmentPattern":
      return boundNames(child(pattern, "left"))
    case "RestElement":
      return boundNames(child(pattern, "argument"))
    default:
      return []
  }
}

const isFunction = (node: SyntaxNode): boolean =>
  node.type === "FunctionDeclaration" || node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression"

/** Names that statements declare in their own block: `let`, `const`, classes and functions. */
export const lexicalNames = (statements: ReadonlyArray<SyntaxNode>): ReadonlyArray<string> =>
  statements.flatMap((statement) => {
    if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") {
      return boundNames(child(statement, "id"))
    }
    if (statement.type !== "VariableDeclaration" || statement["kind"] === "var") return []
    return children(statement, "declarations").flatMap((declarator) => boundNames(child(declarator, "id")))
  })

/** Names that `var` declares anywhere in a function's body. */
export const hoistedNames = (node: SyntaxNode): ReadonlyArray<string> => {
  const own =
    node.type === "VariableDeclaration" && node["kind"] === "var"
      ? children(node, "declarations").flatMap((declarator) => boundNames(child(declarator, "id")))
      : []
  const inner = Object.values(node).flatMap((value) =>
    (Array.isArray(value) ? value : [value])
      .filter(isNode)
      .flatMap((part) => (isFunction(part) ? [] : hoistedNames(part)))
  )
  return [...own, ...inner]
}

/** The names that a node binds for what is inside of it; `undefined` when it opens no scope. */
export const scopeNames = (node: SyntaxNode): ReadonlyArray<string> | undefined => {
  if (isFunction(node)) {
    const body = child(node, "body")
    return [
      ...(node.type === "FunctionExpression" ? boundNames(child(node, "id")) : []),
      ...children(node, "params").flatMap(boundNames),
      ...(body === undefined ? [] : hoistedNames(body)),
      "arguments"
    ]
  }
  switch (node.type) {
    case "ClassExpression":
      return boundNames(child(node, "id"))
    case "BlockStatement":
    case "StaticBlock":
      return lexicalNames(children(node, "body"))
    case "SwitchStatement":
      return children(node, "cases").flatMap((item) => lexicalNames(children(item, "consequent")))
    case "ForStatement":
      return lexicalNames([child(node, "init")].filter(isNode))
    case "ForInStatement":
    case "ForOfStatement":
      return lexicalNames([child(node, "left")].filter(isNode))
    case "CatchClause":
      return boundNames(child(node, "param"))
    default:
      return undefined
  }
}
