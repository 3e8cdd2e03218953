/** Finds where a stage reads its own source text: comments and formatting would count, and the bundler changes them. */
import { CertainValues } from "./CertainValues.ts"
import type { Finding } from "./Finding.ts"
import type { Item, ModuleGraph } from "./ModuleGraph.ts"
import { child, children, isFunction, memberName, type SyntaxNode, text, walk } from "./syntax.ts"

export const findSourceText = (graph: ModuleGraph, reached: ReadonlyArray<Item>): ReadonlyArray<Finding> => {
  const values = new CertainValues(graph)
  return reached.flatMap((item) => {
    const findings: Array<Finding> = []
    walk(item.node, (node) => {
      for (const part of turnedToText(values, item, node)) {
        const { node: meaning } = values.meaning({ item, node: part })
        if (isFunction(meaning) || isClass(meaning)) findings.push({ offset: node.start, text: TEXT })
      }
    })
    return findings
  })
}

const TEXT = "the source text of a function or class is no value: its formatting would change results"

/** The parts of a node that it makes a text of. */
const turnedToText = (values: CertainValues, item: Item, node: SyntaxNode): ReadonlyArray<SyntaxNode> => {
  const callee = child(node, "callee")
  switch (node.type) {
    case "TemplateLiteral":
      return children(node, "expressions")
    case "BinaryExpression":
      return text(node, "operator") === "+" ? children({ ...node, sides: [node["left"], node["right"]] }, "sides") : []
    case "CallExpression": {
      if (callee === undefined) return []
      const reference = values.reference({ item, node: callee })
      if (reference?._tag === "Global" && reference.name === "String") return children(node, "arguments")
      const object = child(callee, "object")
      return memberName(callee) === "toString" && object !== undefined ? [object] : []
    }
    default:
      return []
  }
}

/** A class without a text of its own. */
const isClass = (node: SyntaxNode): boolean =>
  (node.type === "ClassDeclaration" || node.type === "ClassExpression") &&
  !children(child(node, "body") ?? node, "body").some((member) => memberName(member) === "toString")
