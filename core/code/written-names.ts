/**
 * Reads the names that the bundler keeps for functions and classes: it writes `__name(function, "name")` around, behind or
 * inside of each.
 *
 * Those calls are taken away, and the name becomes a field `writtenName` of the node: what is left is the code as it would
 * be without names, and the names count where the code is normalised.
 */
import { child, children, isNode, type SyntaxNode, text } from "./syntax.ts"

/** `isRuntime` tells the bundler's own helpers from the code of a stage. */
export const withWrittenNames = (program: SyntaxNode, isRuntime: (node: SyntaxNode) => boolean): SyntaxNode => {
  const helpers = children(program, "body").flatMap((statement) => children(statement, "declarations"))
  const isKept = helpers.some((helper) => text(child(helper, "id"), "name") === HELPER && isRuntime(helper))
  return isKept ? rewrite(program) : program
}

const HELPER = "__name"

const rewrite = (node: SyntaxNode): SyntaxNode => {
  const named = namingCall(node)
  if (named?.target !== undefined) return { ...rewrite(named.target), writtenName: named.name }
  const fields = Object.entries(node).map(([field, value]) => [field, rewriteField(value)])
  return { ...Object.fromEntries(fields), ...ownName(node), ...defaultValue(node) }
}

/** The bundler leaves it to the language to name `f` of `(f = () => 1) => …`. */
const defaultValue = (node: SyntaxNode): { readonly right?: SyntaxNode } => {
  const right = node.type === "AssignmentPattern" ? child(node, "right") : undefined
  const isNameless = right !== undefined && child(right, "id") === undefined && FUNCTIONS.has(right.type)
  return isNameless ? { right: { ...rewrite(right), writtenName: text(child(node, "left"), "name") } } : {}
}

const FUNCTIONS: ReadonlySet<string> = new Set(["ArrowFunctionExpression", "ClassExpression", "FunctionExpression"])

const rewriteField = (value: unknown): unknown => {
  if (isNode(value)) return rewrite(value)
  if (!Array.isArray(value)) return value
  const names = new Map(value.flatMap((part) => namesBehind(part)))
  return value
    .filter((part) => !isNode(part) || !isNaming(part))
    .map((part) => {
      if (!isNode(part)) return part
      const name = part.type === "FunctionDeclaration" ? names.get(text(child(part, "id"), "name")) : undefined
      return name === undefined ? rewrite(part) : { ...rewrite(part), writtenName: name }
    })
}

/** Whether a statement, or a member of a class, does nothing but give a name. */
const isNaming = (node: SyntaxNode): boolean =>
  namesBehind(node).length > 0 || (node.type === "StaticBlock" && nameInside(node) !== undefined)

/** The name that a statement gives to a function declared beside it. */
const namesBehind = (node: unknown): ReadonlyArray<readonly [declared: string, name: string]> => {
  if (!isNode(node) || node.type !== "ExpressionStatement") return []
  const named = namingCall(child(node, "expression"))
  return named?.target.type === "Identifier" ? [[text(named.target, "name"), named.name]] : []
}

/** The name that a class gives to itself. */
const ownName = (node: SyntaxNode): { readonly writtenName?: string } => {
  if (node.type !== "ClassDeclaration" && node.type !== "ClassExpression") return {}
  const names = children(child(node, "body") ?? node, "body").map(nameInside)
  const name = names.find((found) => found !== undefined)
  return name === undefined ? {} : { writtenName: name }
}

const nameInside = (block: SyntaxNode): string | undefined => {
  const [only, ...others] = block.type === "StaticBlock" ? children(block, "body") : []
  const named = only?.type === "ExpressionStatement" ? namingCall(child(only, "expression")) : undefined
  return others.length === 0 && named?.target.type === "ThisExpression" ? named.name : undefined
}

const namingCall = (
  node: SyntaxNode | undefined
): { readonly target: SyntaxNode; readonly name: string } | undefined => {
  if (node?.type !== "CallExpression" || text(child(node, "callee"), "name") !== HELPER) return undefined
  const [target, name] = children(node, "arguments")
  return target === undefined ? undefined : { target, name: String(name?.["value"]) }
}
