/**
 * Whether evaluating a declaration on import does nothing but make its value.
 *
 * A declaration that nothing reached refers to may be left out of the identity only then. The analysis is
 * conservative: it knows what it was told, and takes everything else for an effect.
 */
import { CertainValues } from "./CertainValues.ts"
import { DepthGuard } from "./DepthGuard.ts"
import { ImplicitCalls } from "./ImplicitCalls.ts"
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
  READING_METHODS,
  VIEWING_METHODS
} from "./known-calls.ts"
import type { Item, ModuleGraph, Reference } from "./ModuleGraph.ts"
import { OwnMethods } from "./OwnMethods.ts"
import { RecursiveVerdicts } from "./RecursiveVerdicts.ts"
import { child, children, type FunctionNode, memberName, parts, type SyntaxNode, text } from "./syntax.ts"

/** Items that do more on import than make their value, in the order in which they run. */
export const findEffects = (graph: ModuleGraph): ReadonlyArray<Item> => {
  const analysis = new Purity(graph)
  return graph.items.filter((item) => !analysis.isPure(item))
}

class Purity {
  private readonly values: CertainValues
  private readonly implicit: ImplicitCalls
  private readonly ownMethods: OwnMethods
  /** Functions whose bodies change nothing that was there before. */
  private readonly bodies = new RecursiveVerdicts<SyntaxNode>()
  private readonly guard = new DepthGuard()

  constructor(graph: ModuleGraph) {
    this.values = new CertainValues(graph)
    this.implicit = new ImplicitCalls(graph, this.values, ({ item, node }) => this.body(item, node))
    this.ownMethods = new OwnMethods(graph, this.values)
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
        return node["operator"] !== "delete" && this.isQuietUnary(item, node) && inside()
      case "MemberExpression":
        return this.implicit.reads(this.memberOf(item, node)) && inside()
      case "AssignmentExpression":
        return this.isOwnTarget(item, child(node, "left")) && this.isQuietOperator(item, node) && inside()
      case "UpdateExpression":
        return this.isOwnTarget(item, child(node, "argument")) && this.isQuietOperator(item, node) && inside()
      case "CallExpression":
        return this.call(item, node)
      case "NewExpression":
        return this.isGlobalCallee(item, node) && this.areQuietInputs(item, children(node, "arguments")) && inside()
      case "ForInStatement":
        return child(node, "left")?.type === "VariableDeclaration" && inside()
      case "ForOfStatement":
        return (
          node["await"] !== true &&
          child(node, "left")?.type === "VariableDeclaration" &&
          this.implicit.iterates() &&
          inside()
        )
      case "BinaryExpression":
      case "TemplateLiteral":
        return this.isQuietOperator(item, node) && inside()
      case "Property":
        return (node["computed"] !== true || this.implicit.converts()) && inside()
      case "ObjectPattern":
        return children(node, "properties").every((property) => this.implicit.reads(memberName(property))) && inside()
      case "ArrayPattern":
        return this.implicit.iterates() && inside()
      case "ObjectExpression":
        return (!hasSpread(node, "properties") || this.implicit.copies()) && inside()
      case "ArrayExpression":
        return (!hasSpread(node, "elements") || this.implicit.iterates()) && inside()
      case "YieldExpression":
        return (node["delegate"] !== true || this.implicit.iterates()) && inside()
      case "AwaitExpression":
      case "ImportExpression":
      case "TaggedTemplateExpression":
      case "StaticBlock":
        return false
      default:
        return inside()
    }
  }

  /** The name of the member that is meant; of an index, a name that no accessor has. */
  private memberOf(item: Item, node: SyntaxNode): string | undefined {
    const property = child(node, "property")
    const isIndex =
      node["computed"] === true && property !== undefined && this.values.isNumber({ item, node: property })
    return isIndex ? "0" : memberName(node)
  }

  /** Whether an operator, or a template, calls nothing but what is inert to convert its operands. */
  private isQuietOperator(item: Item, node: SyntaxNode): boolean {
    if (PLAIN_OPERATORS.has(text(node, "operator"))) return true
    return parts(node).every((part) => this.values.isPrimitive({ item, node: part })) || this.implicit.converts()
  }

  private isQuietUnary(item: Item, node: SyntaxNode): boolean {
    return !/^[-+~]$/u.test(text(node, "operator")) || this.isQuietOperator(item, node)
  }

  /** Whether a function of the language that is given these calls nothing by itself but what is inert. */
  private areQuietInputs(item: Item, args: ReadonlyArray<SyntaxNode>): boolean {
    return args.every((node) => this.values.isPrimitive({ item, node })) || this.implicit.uses()
  }

  /** Whether an assignment changes only what this evaluation made: a local, or an element of a fresh local object. */
  private isOwnTarget(item: Item, target: SyntaxNode | undefined): boolean {
    if (target?.type === "Identifier") {
      const local = item.locals.get(target)
      return local !== undefined && local.value === undefined
    }
    if (target?.type !== "MemberExpression" || !this.isFresh(item, child(target, "object"))) return false
    return this.implicit.writes(this.memberOf(item, target))
  }

  /** Whether an expression's value was made by this evaluation and is known to nobody else. */
  private isFresh(item: Item, node: SyntaxNode | undefined): boolean {
    switch (node?.type) {
      case "ArrayExpression":
      case "ObjectExpression":
        return true
      case "Identifier": {
        const declared = item.locals.has(node) ? this.values.declared({ item, node }) : undefined
        return declared !== undefined && this.guard.follow(false, () => this.isFresh(item, declared.node))
      }
      case "NewExpression":
        // A typed array may be a view of a buffer that others know: its length must be a number.
        return (
          this.isGlobalCallee(item, node) &&
          children(node, "arguments").every((node) => this.values.isPrimitive({ item, node }))
        )
      case "CallExpression": {
        const callee = child(node, "callee")
        if (callee?.type !== "MemberExpression") return false
        const name = memberName(callee) ?? ""
        const holder = this.reference(item, child(callee, "object"))
        if (holder?._tag === "Global") return PURE_CALLS.has(holder.name) && (name === "from" || name === "of")
        if (this.ownMethods.has(name)) return false
        if (COPYING_METHODS.has(name)) return true
        return VIEWING_METHODS.has(name) && this.guard.follow(false, () => this.isFresh(item, child(callee, "object")))
      }
      default:
        return false
    }
  }

  private call(item: Item, node: SyntaxNode): boolean {
    const callee = child(node, "callee")
    const args = children(node, "arguments")
    if (callee === undefined || !args.every((argument) => this.evaluate(item, argument))) return false
    if (hasSpread(node, "arguments") && !this.implicit.iterates()) return false
    const target = this.values.functionOf({ item, node: callee })
    if (target !== undefined) return this.body(target.item, target.node)
    if (!this.areQuietInputs(item, args)) return false
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
    if (!this.areQuietInputs(item, [object])) return false
    if (CHANGING_METHODS.has(name)) return this.isFresh(item, object)
    // Methods of what packages make may be called the same and do anything.
    return READING_METHODS.has(name) && this.values.origin({ item, node: object }) === undefined
  }

  /** Whether running a function's body, with whatever it is given, changes nothing that was there before. */
  private body(item: Item, node: FunctionNode): boolean {
    return this.bodies.decide(node, () => parts(node).every((part) => this.evaluate(item, part)))
  }

  /** Whether a value, handed to someone who may call it, changes nothing: a function that is inert, or no function. */
  private isHarmless(item: Item, node: SyntaxNode): boolean {
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
        return parts(node).every((part) => this.guard.follow(false, () => this.isHarmless(item, part)))
      case "NewExpression":
        return this.isGlobalCallee(item, node)
      default: {
        const target = this.values.functionOf({ item, node })
        if (target !== undefined) return this.body(target.item, target.node)
        const declared = this.values.declared({ item, node })
        if (declared !== undefined) {
          return this.guard.follow(false, () => this.isHarmless(declared.item, declared.node))
        }
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

const hasSpread = (node: SyntaxNode, field: string): boolean =>
  children(node, field).some(({ type }) => type === "SpreadElement")

/** Operators that convert nothing. */
const PLAIN_OPERATORS: ReadonlySet<string> = new Set("=== !== = && || ?? &&= ||= ??=".split(" "))
