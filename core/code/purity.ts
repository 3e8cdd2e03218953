/**
 * Whether evaluating a declaration on import does nothing but make its value.
 *
 * A declaration that nothing reached refers to may be left out of the identity only then. The analysis is
 * conservative: it knows what it was told, and takes everything else for an effect.
 */
import { CertainValues } from "./CertainValues.ts"
import {
  CALLING_METHODS,
  CHANGING_MEMBERS,
  CHANGING_METHODS,
  COPYING_METHODS,
  DESCRIBING_MODULES,
  isRunning,
  isRunningLater,
  PURE_CALLS,
  PURE_HOLDERS,
  READING_METHODS
} from "./known-calls.ts"
import type { Item, ModuleGraph, Reference } from "./ModuleGraph.ts"
import { child, children, isFunction, memberName, parts, type SyntaxNode, walk } from "./syntax.ts"

/** Items that do more on import than make their value, in the order in which they run. */
export const findEffects = (graph: ModuleGraph): ReadonlyArray<Item> => {
  const analysis = new Purity(graph)
  return graph.items.filter((item) => !analysis.isPure(item))
}

class Purity {
  private readonly values: CertainValues
  /** Names of methods and getters of the bundle's own: calls of these are not those of the language. */
  private readonly ownMethods = new Set<string>()
  private readonly getters = new Set<string>()
  /** Bodies of functions that were judged, or are being judged: a cycle adds no effect of its own. */
  private readonly bodies = new Map<SyntaxNode, boolean>()

  constructor(graph: ModuleGraph) {
    this.values = new CertainValues(graph)
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
        return (
          this.isGlobalCallee(item, node) &&
          children(node, "arguments").every((node) => this.values.isNumber({ item, node }))
        )
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
    const target = this.values.functionOf({ item, node: callee })
    if (target !== undefined) return this.body(target.item, target.node)
    if (this.isEffectCall(item, node) || this.isGlobalCallee(item, node)) return true
    return callee.type === "MemberExpression" && this.callMethod(item, callee, args)
  }

  /** A call of a method, or of a member of one of the language's objects; the arguments themselves are pure. */
  private callMethod(item: Item, callee: SyntaxNode, args: ReadonlyArray<SyntaxNode>): boolean {
    const name = memberName(callee) ?? ""
    const object = child(callee, "object")
    const called = args[CALLING_METHODS.get(name) ?? args.length]
    if (called !== undefined && !this.isHarmless(item, called)) return false
    const holder = this.reference(item, object)
    if (holder?._tag === "Global") {
      return PURE_HOLDERS.has(holder.name) && (!CHANGING_MEMBERS.has(name) || this.isFresh(item, args[0]))
    }
    if (object === undefined || !this.evaluate(item, object) || this.ownMethods.has(name)) return false
    if (CHANGING_METHODS.has(name)) return this.isFresh(item, object)
    // Methods of what packages make may be called the same and do anything.
    return READING_METHODS.has(name) && this.values.origin({ item, node: object }) === undefined
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

  /** Whether a value, handed to someone who may call it, changes nothing: a function that is inert, or no function. */
  private isHarmless(item: Item, node: SyntaxNode, depth = 0): boolean {
    switch (node.type) {
      case "Literal":
      case "TemplateLiteral":
      case "UnaryExpression":
      case "BinaryExpression":
      case "ClassExpression":
      case "ClassDeclaration":
        return true
      case "ArrayExpression":
      case "ObjectExpression":
      case "Property":
      case "SpreadElement":
        return parts(node).every((part) => this.isHarmless(item, part, depth))
      case "NewExpression":
        return this.isGlobalCallee(item, node)
      default: {
        const target = this.values.functionOf({ item, node })
        if (target !== undefined) return this.body(target.item, target.node)
        const declared = this.values.declared({ item, node })
        if (declared !== undefined) return depth < 20 && this.isHarmless(declared.item, declared.node, depth + 1)
        return this.isKnown(item, node)
      }
    }
  }

  /** Whether an expression names something of the language, or a description of Effect. */
  private isKnown(item: Item, node: SyntaxNode): boolean {
    const holder = node.type === "MemberExpression" ? this.reference(item, child(node, "object")) : undefined
    if (holder?._tag === "Global") {
      return PURE_HOLDERS.has(holder.name) && !CHANGING_MEMBERS.has(memberName(node) ?? "")
    }
    const reference = this.reference(item, node)
    if (reference?._tag === "Global") return reference.name === "undefined" || PURE_CALLS.has(reference.name)
    return !isRunning(memberName(node) ?? "") && this.values.effectModule({ item, node }) !== undefined
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
    return this.values.effectModule({ item, node: callee }) !== undefined && this.areQuiet(item, callee, node)
  }

  /** Whether the arguments of a call on Effect change nothing even when they are called at once. */
  private areQuiet(item: Item, callee: SyntaxNode, node: SyntaxNode): boolean {
    const args = children(node, "arguments")
    if (!args.every((argument) => this.evaluate(item, argument))) return false
    const module = this.values.effectModule({ item, node: callee })
    const isDescription = DESCRIBING_MODULES.has(module ?? "") && memberName(callee) !== "pipe"
    return isDescription || args.every((argument) => this.isHarmless(item, argument))
  }

  private reference(item: Item, node: SyntaxNode | undefined): Reference | undefined {
    return node === undefined ? undefined : this.values.reference({ item, node })
  }
}
