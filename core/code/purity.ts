/**
 * Whether evaluating a declaration on import does nothing but make its value.
 *
 * A declaration that nothing reached refers to may be left out of the identity only then. The analysis is
 * conservative: it knows what it was told, and takes everything else for an effect.
 */
import {
  CHANGING_MEMBERS,
  CHANGING_METHODS,
  COMPUTING_MODULES,
  COPYING_METHODS,
  DESCRIBING_MODULES,
  isRunning,
  isRunningLater,
  PURE_CALLS,
  PURE_HOLDERS,
  READING_METHODS
} from "./known-calls.ts"
import { type Item, type ModuleGraph, type Reference, resolve } from "./ModuleGraph.ts"
import { child, children, isFunction, memberName, parts, type SyntaxNode, walk } from "./syntax.ts"

/** Items that do more on import than make their value, in the order in which they run. */
export const findEffects = (graph: ModuleGraph): ReadonlyArray<Item> => {
  const analysis = new Purity(graph)
  return graph.items.filter((item) => !analysis.isPure(item))
}

/** Calls and members that a chain is followed through; longer ones, and circles, are not understood. */
const LONGEST_CHAIN = 100

class Purity {
  private readonly graph: ModuleGraph
  /** Names of methods and getters of the bundle's own: calls of these are not those of the language. */
  private readonly ownMethods = new Set<string>()
  private readonly getters = new Set<string>()
  /** Bodies of functions that were judged, or are being judged: a cycle adds no effect of its own. */
  private readonly bodies = new Map<SyntaxNode, boolean>()
  private reassigned: ReadonlySet<Item> | undefined = undefined

  constructor(graph: ModuleGraph) {
    this.graph = graph
    for (const { node, members } of graph.items) if (members === undefined) walk(node, (part) => this.collect(part))
  }

  private collect(node: SyntaxNode): void {
    const isMethod = node.type === "MethodDefinition" || (node.type === "Property" && isFunction(child(node, "value")))
    const name = isMethod ? memberName(node) : undefined
    if (name === undefined) return
    this.ownMethods.add(name)
    if (node["kind"] === "get") this.getters.add(name)
  }

  isPure(item: Item): boolean {
    if (item.node.type === "FunctionDeclaration" || item.members !== undefined) return true
    return this.evaluate(item, item.node)
  }

  /** Whether evaluating an expression, or executing a statement, changes nothing that was there before. */
  private evaluate(item: Item, node: SyntaxNode): boolean {
    const inside = (): boolean => parts(node).every((part) => this.evaluate(item, part))
    switch (node.type) {
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
      case "MethodDefinition":
        return node["computed"] !== true
      case "PropertyDefinition":
        return node["computed"] !== true && (node["static"] !== true || inside())
      case "UnaryExpression":
        return node["operator"] !== "delete" && inside()
      case "MemberExpression":
        return !this.getters.has(memberName(node) ?? "") && inside()
      case "AssignmentExpression":
        return this.isOwnTarget(item, child(node, "left")) && inside()
      case "UpdateExpression":
        return this.isOwnTarget(item, child(node, "argument")) && inside()
      case "CallExpression":
        return this.call(item, node)
      case "NewExpression":
        return this.isGlobalCallee(item, node) && inside()
      case "ForInStatement":
      case "ForOfStatement":
        return node["await"] !== true && child(node, "left")?.type === "VariableDeclaration" && inside()
      case "AwaitExpression":
      case "ImportExpression":
      case "TaggedTemplateExpression":
      case "StaticBlock":
        return false
      default:
        return inside()
    }
  }

  /** Whether an assignment changes only what this evaluation made: a local, or an element of a fresh local object. */
  private isOwnTarget(item: Item, target: SyntaxNode | undefined): boolean {
    if (target?.type === "Identifier") {
      const local = item.locals.get(target)
      return local !== undefined && local.value === undefined
    }
    return target?.type === "MemberExpression" && this.isFresh(item, child(target, "object"))
  }

  /** Whether an expression's value was made by this evaluation and is known to nobody else. */
  private isFresh(item: Item, node: SyntaxNode | undefined): boolean {
    switch (node?.type) {
      case "ArrayExpression":
      case "ObjectExpression":
        return true
      case "Identifier":
        return this.isFresh(item, item.locals.get(node)?.value)
      case "NewExpression":
        // A typed array may be a view of a buffer that others know: its length must be written as a number.
        return this.isGlobalCallee(item, node) && children(node, "arguments").every((size) => isNumber(item, size))
      case "CallExpression": {
        const callee = child(node, "callee")
        if (callee?.type !== "MemberExpression") return false
        const name = memberName(callee) ?? ""
        const holder = this.reference(item, child(callee, "object"))
        if (holder?._tag === "Global") return PURE_CALLS.has(holder.name) && (name === "from" || name === "of")
        if (this.ownMethods.has(name)) return false
        return COPYING_METHODS.has(name) || (CHANGING_METHODS.has(name) && this.isFresh(item, child(callee, "object")))
      }
      default:
        return false
    }
  }

  private call(item: Item, node: SyntaxNode): boolean {
    const callee = child(node, "callee")
    const args = children(node, "arguments")
    if (callee === undefined || !args.every((argument) => this.evaluate(item, argument))) return false
    const target = this.functionOf(item, callee)
    if (target !== undefined) return this.body(target.item, target.node)
    if (this.isEffectCall(item, node)) return true
    // What is called from here on may call what it is given.
    if (!args.every((argument) => this.isHarmless(item, argument))) return false
    if (this.isGlobalCallee(item, node)) return true
    if (callee.type !== "MemberExpression") return false
    const name = memberName(callee) ?? ""
    const object = child(callee, "object")
    const holder = this.reference(item, object)
    if (holder?._tag === "Global" && PURE_HOLDERS.has(holder.name)) {
      return !CHANGING_MEMBERS.has(name) || this.isFresh(item, args[0])
    }
    if (holder?._tag === "Global" || object === undefined || this.ownMethods.has(name)) return false
    if (CHANGING_METHODS.has(name)) return this.isFresh(item, object) && this.evaluate(item, object)
    return READING_METHODS.has(name) && this.evaluate(item, object)
  }

  /** The function of the bundle that an expression names, when that is certain. */
  private functionOf(item: Item, node: SyntaxNode): { readonly item: Item; readonly node: SyntaxNode } | undefined {
    if (isFunction(node)) return { item, node }
    const local = node.type === "Identifier" ? item.locals.get(node) : undefined
    if (local !== undefined) return isFunction(local.value) ? { item, node: local.value } : undefined
    const reference = this.reference(item, node)
    if (reference?._tag !== "Item") return undefined
    const declared = reference.item.node
    const value = isFunction(declared) ? declared : child(declared, "init")
    return isFunction(value) && !this.isReassigned(reference.item) ? { item: reference.item, node: value } : undefined
  }

  /** Whether running a function's body, with whatever it is given, changes nothing that was there before. */
  private body(item: Item, node: SyntaxNode): boolean {
    const known = this.bodies.get(node)
    if (known !== undefined) return known
    this.bodies.set(node, true)
    const isInert = parts(node).every((part) => this.evaluate(item, part))
    this.bodies.set(node, isInert)
    return isInert
  }

  /** Whether a value, handed to someone who may call it, changes nothing. */
  private isHarmless(item: Item, node: SyntaxNode): boolean {
    const target = this.functionOf(item, node)
    return target === undefined ? !isFunction(node) : this.body(target.item, target.node)
  }

  private isGlobalCallee(item: Item, node: SyntaxNode): boolean {
    const reference = this.reference(item, child(node, "callee"))
    return reference?._tag === "Global" && PURE_CALLS.has(reference.name)
  }

  /** A call on a chain that begins at a module of Effect: `Schema.Int.check(…)`, `Data.TaggedError("X")`. */
  private isEffectCall(item: Item, node: SyntaxNode, isApplied = false): boolean {
    const callee = child(node, "callee")
    if (callee?.type === "CallExpression") {
      return this.isEffectCall(item, callee, true) && this.areQuiet(item, callee, node)
    }
    if (callee === undefined || !this.evaluate(item, callee)) return false
    const name = memberName(callee) ?? ""
    if (isRunning(name) || (isApplied && isRunningLater(name))) return false
    const isDirect = this.reference(item, child(callee, "object") ?? callee)?._tag === "Imported"
    if (!isDirect && (this.ownMethods.has(name) || CHANGING_METHODS.has(name))) return false
    return this.effectModule(item, callee) !== undefined && this.areQuiet(item, callee, node)
  }

  /** Whether the arguments of a call on Effect change nothing even when they are called at once. */
  private areQuiet(item: Item, callee: SyntaxNode, node: SyntaxNode): boolean {
    const args = children(node, "arguments")
    if (!args.every((argument) => this.evaluate(item, argument))) return false
    const isDescription = DESCRIBING_MODULES.has(this.effectModule(item, callee) ?? "") && memberName(callee) !== "pipe"
    return isDescription || args.every((argument) => this.isHarmless(item, argument))
  }

  /** The module of Effect at the start of a chain of members and pure calls, also through other declarations. */
  private effectModule(item: Item, node: SyntaxNode, depth = 0): string | undefined {
    const reference = resolve(this.graph, item, node)
    if (reference?._tag === "Imported") {
      const { specifier, name } = reference.imported
      return specifier === "effect" && (DESCRIBING_MODULES.has(name) || COMPUTING_MODULES.has(name)) ? name : undefined
    }
    if (reference?._tag === "Item") {
      const { node: declared } = reference.item
      const value = child(declared, "init") ?? child(declared, "superClass")
      if (value === undefined || depth > LONGEST_CHAIN || this.isReassigned(reference.item)) return undefined
      return this.effectModule(reference.item, value, depth + 1)
    }
    switch (node.type) {
      case "MemberExpression":
        return this.effectModule(item, child(node, "object") ?? node, depth + 1)
      case "ClassExpression":
        return this.effectModule(item, child(node, "superClass") ?? node, depth + 1)
      case "CallExpression": {
        // What runs or computes may give any value; what describes gives another description.
        const callee = child(node, "callee") ?? node
        const name = memberName(callee) ?? ""
        const found = isRunning(name) || isRunningLater(name) ? undefined : this.effectModule(item, callee, depth + 1)
        return found !== undefined && DESCRIBING_MODULES.has(found) ? found : undefined
      }
      default:
        return undefined
    }
  }

  /** Whether a declaration's name is assigned to anywhere: then its first value is not its only one. */
  private isReassigned(item: Item): boolean {
    this.reassigned ??= findReassigned(this.graph)
    return this.reassigned.has(item)
  }

  private reference(item: Item, node: SyntaxNode | undefined): Reference | undefined {
    return node === undefined ? undefined : resolve(this.graph, item, node)
  }
}

/** Declarations whose names are assigned to after their declaration. */
const findReassigned = (graph: ModuleGraph): ReadonlySet<Item> => {
  const reassigned = new Set<Item>()
  for (const item of graph.items) {
    walk(item.node, (node) => {
      const isLoop = node.type === "ForOfStatement" || node.type === "ForInStatement"
      const field = node.type === "UpdateExpression" ? "argument" : "left"
      if (!isLoop && node.type !== "AssignmentExpression" && node.type !== "UpdateExpression") return
      const target = child(node, field)
      if (target === undefined || target.type === "MemberExpression") return
      walk(target, (part) => {
        const reference = resolve(graph, item, part)
        if (reference?._tag === "Item") reassigned.add(reference.item)
      })
    })
  }
  return reassigned
}

/** Whether an expression is certainly a number. */
const isNumber = (item: Item, node: SyntaxNode): boolean => {
  switch (node.type) {
    case "Literal":
      return typeof node["value"] === "number"
    case "BinaryExpression":
      return true
    case "MemberExpression":
      return memberName(node) === "length"
    case "Identifier": {
      const value = item.locals.get(node)?.value
      return value !== undefined && isNumber(item, value)
    }
    default:
      return false
  }
}
