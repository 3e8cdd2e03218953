/** Which names of a piece of code are its own, and where each was declared: ECMAScript's scoping, for modules. */
import { boundIdentifiers, boundNames, child, children, isFunction, parts, type SyntaxNode, text } from "./syntax.ts"

/** A variable, parameter, function or class that lives inside of the piece. */
export interface Local {
  /** Order of declaration within the piece: its identity, whatever its name. */
  readonly index: number
  /** What it always holds, where that is certain: the value of a `const`, or the function that it names. */
  readonly value: SyntaxNode | undefined
}

/** The local that each identifier of the piece binds or refers to; identifiers that are missing come from outside. */
export type Locals = ReadonlyMap<SyntaxNode, Local>

interface Scope {
  readonly names: Map<string, Local>
  readonly outer: Scope | undefined
}

/** Resolves the identifiers of a piece of code. What the piece itself declares at its top belongs to the outside. */
export const resolveLocals = (piece: SyntaxNode): Locals => {
  const resolver = new Resolver()
  resolver.visit(piece, undefined)
  return resolver.found
}

class Resolver {
  readonly found = new Map<SyntaxNode, Local>()
  private count = 0

  visit(node: SyntaxNode | undefined, scope: Scope | undefined): void {
    if (node === undefined) return
    if (node.type === "Identifier") {
      const local = lookUp(scope, text(node, "name"))
      if (local !== undefined) this.found.set(node, local)
      return
    }
    if (isFunction(node)) {
      this.visitFunction(node, scope)
      return
    }
    if (node.type === "SwitchStatement") {
      this.visit(child(node, "discriminant"), scope)
      const inner = this.declareAll(
        lexical(children(node, "cases").flatMap((one) => children(one, "consequent"))),
        scope
      )
      for (const one of children(node, "cases")) this.visit(one, inner)
      return
    }
    const names = declaredBy(node)
    const inner = names === undefined ? scope : this.declareAll(names, scope)
    for (const part of parts(node)) this.visit(part, inner)
  }

  private visitFunction(node: SyntaxNode, scope: Scope | undefined): void {
    const isExpression = node.type === "FunctionExpression"
    if (!isExpression) this.visit(child(node, "id"), scope)
    const self: ReadonlyArray<Declared> = isExpression ? boundNames(child(node, "id")).map((name) => [name, node]) : []
    const params = children(node, "params").flatMap(boundNames).map(unknownValue)
    const own: ReadonlyArray<Declared> = node.type === "ArrowFunctionExpression" ? [] : [["arguments", undefined]]
    const outside = this.declareAll(self, scope)
    if (isExpression) this.visit(child(node, "id"), outside)
    const inside = this.declareAll([...own, ...params], outside)
    for (const param of children(node, "params")) this.visit(param, inside)
    const body = child(node, "body")
    if (body?.type !== "BlockStatement") {
      this.visit(body, inside)
      return
    }
    const statements = children(body, "body")
    // A `var` that repeats a parameter is that parameter.
    const variables = hoistedNames(body).filter((name) => inside?.names.has(name) !== true)
    const block = this.declareAll([...variables.map(unknownValue), ...lexical(statements)], inside)
    for (const statement of statements) this.visit(statement, block)
  }

  private declareAll(declared: ReadonlyArray<Declared>, outer: Scope | undefined): Scope | undefined {
    if (declared.length === 0) return outer
    const names = new Map<string, Local>()
    for (const [name, value] of declared) if (!names.has(name)) names.set(name, { index: this.count++, value })
    return { names, outer }
  }
}

const lookUp = (scope: Scope | undefined, name: string): Local | undefined => {
  for (let at = scope; at !== undefined; at = at.outer) {
    const found = at.names.get(name)
    if (found !== undefined) return found
  }
  return undefined
}

/** A name and what it always holds. */
type Declared = readonly [name: string, value: SyntaxNode | undefined]

const unknownValue = (name: string): Declared => [name, undefined]

/** What a node declares for its inside; `undefined` when it opens no scope. */
const declaredBy = (node: SyntaxNode): ReadonlyArray<Declared> | undefined => {
  switch (node.type) {
    case "ClassExpression":
      return boundNames(child(node, "id")).map(unknownValue)
    case "BlockStatement":
      return lexical(children(node, "body"))
    case "StaticBlock":
      return [...children(node, "body").flatMap(hoistedNames).map(unknownValue), ...lexical(children(node, "body"))]
    case "ForStatement":
      return lexical([child(node, "init")])
    case "ForInStatement":
    case "ForOfStatement":
      return lexical([child(node, "left")])
    case "CatchClause":
      return boundNames(child(node, "param")).map(unknownValue)
    default:
      return undefined
  }
}

/** What statements declare in their own block: `let`, `const`, classes and functions. */
const lexical = (statements: ReadonlyArray<SyntaxNode | undefined>): ReadonlyArray<Declared> =>
  statements.flatMap((statement): ReadonlyArray<Declared> => {
    switch (statement?.type) {
      case "FunctionDeclaration":
        return boundNames(child(statement, "id")).map((name) => [name, statement])
      case "ClassDeclaration":
        return boundNames(child(statement, "id")).map(unknownValue)
      case "VariableDeclaration":
        return statement["kind"] === "var" ? [] : children(statement, "declarations").flatMap(declarator(statement))
      default:
        return []
    }
  })

const declarator =
  (statement: SyntaxNode) =>
  (node: SyntaxNode): ReadonlyArray<Declared> => {
    const pattern = child(node, "id")
    const isCertain = statement["kind"] === "const" && pattern?.type === "Identifier"
    return boundIdentifiers(pattern).map((id) => [text(id, "name"), isCertain ? child(node, "init") : undefined])
  }

/** Names that `var` declares in a node, functions and static blocks not included. */
export const hoistedNames = (node: SyntaxNode): ReadonlyArray<string> => {
  if (isFunction(node) || node.type === "StaticBlock") return []
  const own =
    node.type === "VariableDeclaration" && node["kind"] === "var"
      ? children(node, "declarations").flatMap((declared) => boundNames(child(declared, "id")))
      : []
  return [...own, ...parts(node).flatMap(hoistedNames)]
}
