/** Whether code can see what functions and classes are called: only then do their names count. */
import { CertainValues } from "./CertainValues.ts"
import { PURE_CALLS } from "./known-calls.ts"
import { type Item, type ModuleGraph, visitReferences } from "./ModuleGraph.ts"
import { child, children, memberName, parts, type SyntaxNode, walk } from "./syntax.ts"

/**
 * Whether some items may read the name of a function or class.
 *
 * A member `name` of what is certainly data is not meant. Where it is not certain it counts: names that count without
 * need make results run anew after a renaming, names that do not count would leave wrong ones.
 */
export const observesNames = (graph: ModuleGraph, reached: ReadonlySet<Item>): boolean => {
  const values = new CertainValues(graph)
  return [...reached].some((item) => !item.isRuntime && (readsNames(values, item) || prints(graph, item)))
}

const readsNames = (values: CertainValues, item: Item): boolean => {
  let found = false
  const written = new Set<SyntaxNode | undefined>()
  const instances = instancesIn(item.node)
  const isData = (node: SyntaxNode | undefined): boolean =>
    node !== undefined && (instances.has(node) || isCertainlyData(values, item, node))
  walk(item.node, (node) => {
    switch (node.type) {
      case "AssignmentExpression":
        if (node["operator"] === "=") written.add(child(node, "left"))
        break
      case "MemberExpression":
        if (memberName(node) === "name" && !written.has(node) && !isData(child(node, "object"))) found = true
        return
      case "VariableDeclarator":
        // A pattern's value stands beside it; of patterns elsewhere it is not known.
        if (isData(child(node, "init"))) written.add(child(node, "id"))
        return
      case "ObjectPattern":
        if (!written.has(node) && namesOf(node).includes("name")) found = true
        return
      case "Literal":
        if (node["value"] === "name") found = true
        return
    }
  })
  return found
}

const namesOf = (pattern: SyntaxNode): ReadonlyArray<string | undefined> =>
  children(pattern, "properties").map(memberName)

/** Each `this` that is an instance of a class. */
const instancesIn = (node: SyntaxNode): ReadonlySet<SyntaxNode> => {
  const found = new Set<SyntaxNode>()
  const collect = (part: SyntaxNode): void => {
    if (part.type === "ThisExpression") found.add(part)
    else if (!OTHER_THIS.has(part.type)) for (const inner of parts(part)) collect(inner)
  }
  walk(node, (part) => {
    const isMember = part.type === "MethodDefinition" || part.type === "PropertyDefinition"
    const value = isMember && part["static"] !== true ? child(part, "value") : undefined
    if (value === undefined) return
    for (const inner of part.type === "MethodDefinition" ? parts(value) : [value]) collect(inner)
  })
  return found
}

/** What has a `this` of its own. */
const OTHER_THIS: ReadonlySet<string> = new Set([
  "ClassDeclaration",
  "ClassExpression",
  "FunctionDeclaration",
  "FunctionExpression"
])

/** Literals, and what the language constructs. */
const isCertainlyData = (values: CertainValues, item: Item, node: SyntaxNode): boolean => {
  const meaning = values.meaning({ item, node })
  if (DATA.has(meaning.node.type) || values.isPrimitive(meaning)) return true
  const callee = meaning.node.type === "NewExpression" ? child(meaning.node, "callee") : undefined
  const reference = callee === undefined ? undefined : values.reference({ item: meaning.item, node: callee })
  return reference?._tag === "Global" && PURE_CALLS.has(reference.name)
}

const DATA: ReadonlySet<string> = new Set(["ArrayExpression", "ObjectExpression"])

/** Whether an item uses something that shows values to people, names of their classes included. */
const prints = (graph: ModuleGraph, item: Item): boolean => {
  let found = false
  visitReferences(graph, item, (reference) => {
    if (reference._tag !== "Imported") return
    const { specifier, name } = reference.imported
    if (specifier === "effect" && PRINTING_MODULES.has(name)) found = true
    if (/^(node:)?(util|assert)(\/|$)/u.test(specifier)) found = true
  })
  return found
}

const PRINTING_MODULES: ReadonlySet<string> = new Set(["Formatter", "Inspectable"])
