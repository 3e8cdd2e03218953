/** What expressions of a bundle certainly stand for, found without running it. */
import { DepthGuard } from "./DepthGuard.ts"
import { COMPUTING_MODULES, DESCRIBING_MODULES, isRunning, isRunningLater } from "./known-calls.ts"
import { type ImportedName, type Item, type ModuleGraph, type Reference, resolve } from "./ModuleGraph.ts"
import type { Local } from "./scopes.ts"
import { child, type FunctionNode, isFunction, memberName, type SyntaxNode, text, walk } from "./syntax.ts"

/** A part of an item. */
export interface Place<Node extends SyntaxNode = SyntaxNode> {
  readonly item: Item
  readonly node: Node
}

export class CertainValues {
  private readonly graph: ModuleGraph
  private readonly reassigned: ReadonlySet<Item | Local>
  private readonly guard = new DepthGuard()

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
    if (local !== undefined) {
      return local.value === undefined || this.reassigned.has(local) ? undefined : { item, node: local.value }
    }
    const reference = this.reference({ item, node })
    if (reference?._tag !== "Item" || this.reassigned.has(reference.item)) return undefined
    const { node: declaration } = reference.item
    if (declaration.type !== "VariableDeclarator") return { item: reference.item, node: declaration }
    const value = child(declaration, "id")?.type === "Identifier" ? child(declaration, "init") : undefined
    return value === undefined ? undefined : { item: reference.item, node: value }
  }

  /** The expression behind a name, through other names: `f` of `const g = f`, `const h = g` for `h`. */
  meaning(place: Place): Place {
    const declared = this.declared(place)
    return declared === undefined ? place : this.guard.follow(place, () => this.meaning(declared))
  }

  /** The function of the bundle that an expression is, or names. */
  functionOf(place: Place): Place<FunctionNode> | undefined {
    const { item, node } = isFunction(place.node) ? place : this.meaning(place)
    return isFunction(node) ? { item, node } : undefined
  }

  /** The name of a package at the start of a chain of members, calls and declarations: `Schema` of `Schema.Int.check()`. */
  origin(place: Place): ImportedName | undefined {
    const reference = this.reference(place)
    if (reference?._tag === "Imported") return reference.imported
    const declared = this.declared(place)
    const { node } = place
    const inner = child(node, "object") ?? child(node, "callee") ?? child(node, "superClass") ?? child(node, "argument")
    const next = declared ?? (inner === undefined ? undefined : { ...place, node: inner })
    return next === undefined ? undefined : this.guard.follow(undefined, () => this.origin(next))
  }

  /** The known module of Effect at the start of a chain in which nothing is run. */
  effectModule(place: Place): string | undefined {
    const reference = this.reference(place)
    if (reference?._tag === "Imported") return knownModule(reference.imported)
    const declared = this.declared(place)
    if (declared !== undefined) return this.guard.follow(undefined, () => this.effectModule(declared))
    const { node } = place
    const inner = child(node, "object") ?? child(node, "callee") ?? child(node, "superClass")
    if (inner === undefined) return undefined
    const found = this.guard.follow(undefined, () => this.effectModule({ ...place, node: inner }))
    if (node.type !== "CallExpression") return found
    // What runs or computes may give any value; what describes gives another description.
    const name = memberName(inner) ?? ""
    const isDescription = DESCRIBING_MODULES.has(found ?? "") && !isRunning(name) && !isRunningLater(name)
    return isDescription ? found : undefined
  }

  /** Whether an expression is certainly a number. */
  isNumber(place: Place): boolean {
    const { item, node } = this.meaning(place)
    switch (node.type) {
      case "Literal":
        return typeof node["value"] === "number"
      case "BinaryExpression":
        return NUMERIC.has(text(node, "operator")) && this.areNumbers(item, child(node, "left"), child(node, "right"))
      case "UnaryExpression":
        if (!SIGNS.has(text(node, "operator"))) return false
        return text(node, "operator") === "+" || this.areNumbers(item, child(node, "argument"))
      case "MemberExpression":
        return memberName(node) === "length" || this.holder(item, node) === "Math"
      case "CallExpression":
        return this.isNumericCall(item, child(node, "callee"))
      default:
        return false
    }
  }

  private areNumbers(item: Item, ...nodes: ReadonlyArray<SyntaxNode | undefined>): boolean {
    return nodes.every((node) => node !== undefined && this.guard.follow(false, () => this.isNumber({ item, node })))
  }

  private isNumericCall(item: Item, callee: SyntaxNode | undefined): boolean {
    if (callee === undefined) return false
    const reference = this.reference({ item, node: callee })
    if (reference?._tag === "Global") return reference.name === "Number" || reference.name === "parseFloat"
    const holder = this.holder(item, callee)
    return holder === "Math" || (holder === "Date" && memberName(callee) === "UTC")
  }

  /** The language's object that a member belongs to: `Math` of `Math.abs`. */
  private holder(item: Item, node: SyntaxNode): string | undefined {
    const object = node.type === "MemberExpression" ? child(node, "object") : undefined
    const reference = object === undefined ? undefined : this.reference({ item, node: object })
    return reference?._tag === "Global" ? reference.name : undefined
  }

  /** Whether an expression certainly gives no object: reading or converting it calls nothing. */
  isPrimitive(place: Place): boolean {
    const { node } = this.meaning(place)
    if (node.type === "Literal") return node["regex"] === undefined
    return PRIMITIVE.has(node.type) || this.isNumber(place)
  }
}

/** Operators that give a number when both sides are numbers. */
const NUMERIC: ReadonlySet<string> = new Set("+ - * / % ** | & ^ << >> >>>".split(" "))

const SIGNS: ReadonlySet<string> = new Set("+ - ~".split(" "))

/** Expressions that always give a primitive value. */
const PRIMITIVE: ReadonlySet<string> = new Set([
  "BinaryExpression",
  "TemplateLiteral",
  "UnaryExpression",
  "UpdateExpression"
])

const knownModule = ({ specifier, name }: ImportedName): string | undefined =>
  specifier === "effect" && (DESCRIBING_MODULES.has(name) || COMPUTING_MODULES.has(name)) ? name : undefined

/** Declarations and locals whose names are assigned to after their declaration. */
const findReassigned = (graph: ModuleGraph): ReadonlySet<Item | Local> => {
  const reassigned = new Set<Item | Local>()
  for (const item of graph.items) {
    walk(item.node, (node) => {
      const target = assignedTarget(node)
      if (target === undefined || target.type === "MemberExpression") return
      walk(target, (part) => {
        const local = item.locals.get(part)
        const reference = resolve(graph, item, part)
        if (local !== undefined) reassigned.add(local)
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
