/** Whether a bundle may keep an iterator: going through it uses it up, which changes what others see. */
import type { CertainValues } from "./CertainValues.ts"
import { EXHAUSTING_MEMBERS, ITERATING_METHODS, PURE_CALLS } from "./known-calls.ts"
import { type Item, type ModuleGraph, resolve } from "./ModuleGraph.ts"
import { child, children, memberName, parts, type SyntaxNode, walk } from "./syntax.ts"

export const keepsIterators = (graph: ModuleGraph, values: CertainValues): boolean => {
  const items = graph.items.filter((item) => !item.isRuntime && item.members === undefined)
  const generators = namesOfGenerators(items)
  const isMaker = (item: Item, node: SyntaxNode): boolean => {
    const callee = node.type === "CallExpression" ? child(node, "callee") : undefined
    if (callee === undefined) return false
    if (values.functionOf({ item, node: callee })?.node["generator"] === true) return true
    // `Object.keys` and the like give arrays.
    if (callee.type !== "MemberExpression" || globalName(graph, item, child(callee, "object")) === "Object")
      return false
    const name = memberName(callee) ?? "computed"
    return ITERATING_METHODS.has(name) || generators.has(name)
  }
  const keeps = (item: Item, node: SyntaxNode, isUsedUp: boolean): boolean => {
    if (!isUsedUp && isMaker(item, node)) return true
    const used = usedUpBy(graph, item, node)
    return parts(node).some((part) => keeps(item, part, part === used))
  }
  return items.some((item) => keeps(item, item.node, false))
}

/** Names of methods that make iterators; those with a computed name count as `computed`. */
const namesOfGenerators = (items: ReadonlyArray<Item>): ReadonlySet<string> => {
  const names = new Set<string>()
  for (const { node } of items) {
    walk(node, (part) => {
      const isMember = part.type === "MethodDefinition" || part.type === "Property"
      if (isMember && child(part, "value")?.["generator"] === true) names.add(memberName(part) ?? "computed")
    })
  }
  return names
}

/** The part of a node that it goes through where it stands, so that nothing else sees the iterator. */
const usedUpBy = (graph: ModuleGraph, item: Item, node: SyntaxNode): SyntaxNode | undefined => {
  switch (node.type) {
    case "ForOfStatement":
      return child(node, "right")
    case "SpreadElement":
    case "YieldExpression":
      return child(node, "argument")
    case "NewExpression":
      return PURE_CALLS.has(globalName(graph, item, child(node, "callee")) ?? "")
        ? children(node, "arguments")[0]
        : undefined
    case "CallExpression":
      return EXHAUSTING_MEMBERS.has(memberName(child(node, "callee") ?? node) ?? "")
        ? children(node, "arguments")[0]
        : undefined
    default:
      return undefined
  }
}

const globalName = (graph: ModuleGraph, item: Item, node: SyntaxNode | undefined): string | undefined => {
  const reference = node === undefined ? undefined : resolve(graph, item, node)
  return reference?._tag === "Global" ? reference.name : undefined
}
