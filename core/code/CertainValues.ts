/** What expressions of a bundle certainly stand for, found without running it. */
import { COMPUTING_MODULES, DESCRIBING_MODULES, isRunning, isRunningLater } from "./known-calls.ts"
import { type ImportedName, type Item, type ModuleGraph, type Reference, resolve } from "./ModuleGraph.ts"
import { child, type FunctionNode, isFunction, memberName, type SyntaxNode, walk } from "./syntax.ts"

/** A part of an item. */
export interface Place<Node extends SyntaxNode = SyntaxNode> {
  readonly item: Item
  readonly node: Node
}

/** Calls, members and declarations that are followed; longer chains, and circles, are not understood. */
const LONGEST_CHAIN = 100

export class CertainValues {
  private readonly graph: ModuleGraph
  private readonly reassigned: ReadonlySet<Item>

  constructor(graph: ModuleGraph) {
    this.graph = graph
    this.reassigned = findReassigned(graph)
  }

  reference({ item, node }: Place): Reference | undefined {
    return resolve(this.graph, item, node)
  }

  /** What a name was declared as, when it never holds anything else. */
  declared({ item, node }: Place): Place | undefined {
    const local = node.type === "Identifier" ? item.locals.get(node) : undefined
    if (local !== undefined) return local.value === undefined ? undefined : { item, node: local.value }
    const reference = this.reference({ item, node })
    if (reference?._tag !== "Item" || this.reassigned.has(reference.item)) return undefined
    const { node: declaration } = reference.item
    if (declaration.type !== "VariableDeclarator") return { item: reference.item, node: declaration }
    const value = child(declaration, "id")?.type === "Identifier" ? child(declaration, "init") : undefined
    return value === undefined ? undefined : { item: reference.item, node: value }
  }

  /** The function of the bundle that an expression is, or names. */
  functionOf(place: Place): Place<FunctionNode> | undefined {
    const { item, node } = isFunction(place.node) ? place : (this.declared(place) ?? place)
    return isFunction(node) ? { item, node } : undefined
  }

  /** The name of a package at the start of a chain of members, calls and declarations: `Schema` of `Schema.Int.check()`. */
  origin(place: Place, depth = 0): ImportedName | undefined {
    const reference = this.reference(place)
    if (reference?._tag === "Imported") return reference.imported
    if (depth > LONGEST_CHAIN) return undefined
    const declared = this.declared(place)
    if (declared !== undefined) return this.origin(declared, depth + 1)
    const { node } = place
    const inner = child(node, "object") ?? child(node, "callee") ?? child(node, "superClass") ?? child(node, "argument")
    return inner === undefined ? undefined : this.origin({ ...place, node: inner }, depth + 1)
  }

  /** The known module of Effect at the start of a chain in which nothing is run. */
  effectModule(place: Place, depth = 0): string | undefined {
    const reference = this.reference(place)
    if (reference?._tag === "Imported") return knownModule(reference.imported)
    const declared = depth > LONGEST_CHAIN ? undefined : this.declared(place)
    if (declared !== undefined) return this.effectModule(declared, depth + 1)
    const { node } = place
    const inner = child(node, "object") ?? child(node, "callee") ?? child(node, "superClass")
    if (inner === undefined || depth > LONGEST_CHAIN) return undefined
    const found = this.effectModule({ ...place, node: inner }, depth + 1)
    if (node.type !== "CallExpression") return found
    // What runs or computes may give any value; what describes gives another description.
    const name = memberName(inner) ?? ""
    const isDescription = DESCRIBING_MODULES.has(found ?? "") && !isRunning(name) && !isRunningLater(name)
    return isDescription ? found : undefined
  }

  /** Whether an expression is certainly a number. */
  isNumber(place: Place): boolean {
    const { node } = place
    if (node.type === "Literal") return typeof node["value"] === "number"
    if (node.type === "BinaryExpression") return true
    if (node.type === "MemberExpression") return memberName(node) === "length"
    const declared = this.declared(place)
    return declared !== undefined && declared.node !== node && this.isNumber(declared)
  }
}

const knownModule = ({ specifier, name }: ImportedName): string | undefined =>
  specifier === "effect" && (DESCRIBING_MODULES.has(name) || COMPUTING_MODULES.has(name)) ? name : undefined

/** Declarations whose names are assigned to after their declaration. */
const findReassigned = (graph: ModuleGraph): ReadonlySet<Item> => {
  const reassigned = new Set<Item>()
  for (const item of graph.items) {
    walk(item.node, (node) => {
      const target = assignedTarget(node)
      if (target === undefined || target.type === "MemberExpression") return
      walk(target, (part) => {
        const reference = resolve(graph, item, part)
        if (reference?._tag === "Item") reassigned.add(reference.item)
      })
    })
  }
  return reassigned
}

const assignedTarget = (node: SyntaxNode): SyntaxNode | undefined => {
  switch (node.type) {
    case "AssignmentExpression":
    case "ForOfStatement":
    case "ForInStatement":
      return child(node, "left")
    case "UpdateExpression":
      return child(node, "argument")
    default:
      return undefined
  }
}
