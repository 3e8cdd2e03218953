/** Names under which a bundle keeps functions of its own: calls of these need not be those of the language. */
import type { CertainValues } from "./CertainValues.ts"
import type { Item, ModuleGraph } from "./ModuleGraph.ts"
import { child, children, memberName, type SyntaxNode, walk } from "./syntax.ts"

export class OwnMethods {
  private readonly values: CertainValues
  private readonly names = new Set<string>()
  /** Whether a function is kept under a computed name. */
  private isAny = false

  constructor(graph: ModuleGraph, values: CertainValues) {
    this.values = values
    for (const item of graph.items) {
      if (item.members === undefined && !item.isRuntime) walk(item.node, (node) => this.collect(item, node))
    }
  }

  has(name: string): boolean {
    return this.isAny || this.names.has(name)
  }

  private collect(item: Item, node: SyntaxNode): void {
    switch (node.type) {
      case "ObjectExpression":
        for (const property of children(node, "properties"))
          this.collectMember(item, property, child(property, "value"))
        return
      case "MethodDefinition":
      case "PropertyDefinition":
        this.collectMember(item, node, child(node, "value"))
        return
      case "AssignmentExpression":
        this.collectMember(item, child(node, "left"), child(node, "right"))
        return
    }
  }

  private collectMember(item: Item, member: SyntaxNode | undefined, value: SyntaxNode | undefined): void {
    if (member === undefined || value === undefined || !MEMBERS.has(member.type)) return
    const name = memberName(member)
    const isFunction = this.values.functionOf({ item, node: value }) !== undefined
    if (name === undefined) this.isAny ||= isFunction && !isSymbol(member)
    else if (isFunction || !this.isData(item, value)) this.names.add(name)
  }

  /** Whether a value is certainly no function. */
  private isData(item: Item, node: SyntaxNode): boolean {
    const place = this.values.meaning({ item, node })
    return DATA.has(place.node.type) || this.values.isPrimitive(place)
  }
}

const MEMBERS: ReadonlySet<string> = new Set(["MemberExpression", "MethodDefinition", "Property", "PropertyDefinition"])

const DATA: ReadonlySet<string> = new Set(["ArrayExpression", "Literal", "NewExpression", "ObjectExpression"])

/** Whether a key is written as `Symbol.iterator` and the like. */
const isSymbol = (member: SyntaxNode): boolean => {
  const key = child(member, member.type === "MemberExpression" ? "property" : "key")
  return key?.type === "MemberExpression" && child(key, "object")?.["name"] === "Symbol"
}
