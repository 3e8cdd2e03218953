/**
 * What the language may call where no call is written: accessors behind members, patterns and spreads; `toString`,
 * `valueOf` and `toJSON` behind templates, operators and `JSON.stringify`; iterators behind loops.
 *
 * Which value stands where is mostly unknown, so whatever the bundle defines of that kind may be meant. It does no harm
 * when its functions are inert, as they nearly always are.
 */
import type { CertainValues, Place } from "./CertainValues.ts"
import { keepsIterators } from "./kept-iterators.ts"
import { CONVERTING_METHODS, DEFINING_MEMBERS, READ_MEMBERS, STEPPING_METHODS } from "./known-calls.ts"
import { type Item, type ModuleGraph, resolve } from "./ModuleGraph.ts"
import { child, children, type FunctionNode, memberName, type SyntaxNode, some, walk } from "./syntax.ts"

/** Something that the language may call. */
interface Hook {
  /** The member that it stands behind; `undefined` when that is computed. */
  readonly name: string | undefined
  /** `undefined` when it is not known which function it is, or when locals around it belong to others. */
  readonly place: Place<FunctionNode> | undefined
  /** Whether the member is one of the object itself, so that it is found without being named; not one of its class. */
  readonly isOwn: boolean
}

export class ImplicitCalls {
  private readonly graph: ModuleGraph
  private readonly values: CertainValues
  private readonly isInert: (place: Place<FunctionNode>) => boolean
  private readonly getters: Array<Hook> = []
  private readonly setters: Array<Hook> = []
  /** What turns an object into something else, or gives an iterator. */
  private readonly conversions: Array<Hook> = []
  /** What an iterator is gone through by. */
  private readonly steps: Array<Hook> = []
  /** Whether properties are made from descriptions somewhere. */
  private readonly defines: boolean
  /** Whether a key may be one of the language's symbols. */
  private readonly hasSymbols: boolean
  /** A proxy may call anything at any time. */
  private readonly hasProxies: boolean
  /** Whether an iterator may be kept, so that going through it changes what others see. */
  private readonly keepsIterators: boolean

  /** `isInert` tells whether running a function changes nothing that was there before. */
  constructor(graph: ModuleGraph, values: CertainValues, isInert: (place: Place<FunctionNode>) => boolean) {
    this.graph = graph
    this.values = values
    this.isInert = isInert
    const written = graph.items.filter((item) => !item.isRuntime && item.members === undefined)
    this.defines = written.some((item) => some(item.node, (node) => DEFINING_MEMBERS.has(memberName(node) ?? "")))
    this.hasSymbols = written.some((item) =>
      some(item.node, (node) => this.isGlobal(item, node, "Symbol") || this.isGlobal(item, node, "Iterator"))
    )
    this.hasProxies = written.some((item) => some(item.node, (node) => this.isGlobal(item, node, "Proxy")))
    this.keepsIterators = keepsIterators(graph, values)
    for (const item of written) walk(item.node, (node) => this.collect(item, node))
  }

  /** Whether reading a member is harmless; one whose name is computed may be any. */
  reads(name: string | undefined): boolean {
    return this.areInert(meant(this.getters, name))
  }

  /** Whether assigning to a member is harmless. */
  writes(name: string | undefined): boolean {
    return this.areInert(meant(this.setters, name))
  }

  /** Whether reading all of an object's own members is. */
  copies(): boolean {
    return this.areInert(this.getters.filter(({ isOwn }) => isOwn))
  }

  /** Whether turning an object into a text or a number is. */
  converts(): boolean {
    return this.areInert(this.conversions)
  }

  /** Whether going through a value is. */
  iterates(): boolean {
    if (this.keepsIterators || !this.converts()) return false
    // Without a method under a symbol, or a computed name, the bundle has no iterators of its own.
    const isOwn = this.hasSymbols || this.conversions.some(({ name }) => name === undefined)
    return !isOwn || (this.areInert(this.steps) && ["done", "value"].every((name) => this.reads(name)))
  }

  /** Whether all is that a function of the language may do with an object: it names few members, and lists the others. */
  uses(): boolean {
    const setters = this.setters.filter(({ isOwn }) => isOwn)
    return (
      this.iterates() && this.copies() && this.areInert(setters) && [...READ_MEMBERS].every((name) => this.reads(name))
    )
  }

  private areInert(hooks: ReadonlyArray<Hook>): boolean {
    return !this.hasProxies && hooks.every(({ place }) => place !== undefined && this.isInert(place))
  }

  private isGlobal(item: Item, node: SyntaxNode, name: string): boolean {
    const reference = node.type === "Identifier" ? resolve(this.graph, item, node) : undefined
    return reference?._tag === "Global" && reference.name === name
  }

  private collect(item: Item, node: SyntaxNode): void {
    switch (node.type) {
      case "ObjectExpression":
        for (const property of children(node, "properties")) this.collectMember(item, property)
        return
      case "MethodDefinition":
      case "PropertyDefinition":
        this.collectMember(item, node)
        return
      case "AssignmentExpression":
        this.collectAssignment(item, child(node, "left"), child(node, "right"))
        return
    }
  }

  private collectMember(item: Item, member: SyntaxNode): void {
    const value = child(member, "value")
    if (value === undefined) return
    const isOwn = member.type === "Property"
    const hook = { name: memberName(member), place: this.closedFunction(item, value), isOwn }
    if (member["kind"] === "get") this.getters.push(hook)
    else if (member["kind"] === "set") this.setters.push(hook)
    else this.collectValue(item, hook, value)
  }

  private collectAssignment(item: Item, target: SyntaxNode | undefined, value: SyntaxNode | undefined): void {
    if (target?.type !== "MemberExpression" || value === undefined) return
    const hook = { name: memberName(target), place: this.closedFunction(item, value), isOwn: true }
    this.collectValue(item, hook, value)
  }

  /** A function that uses no locals but its own. */
  private closedFunction(item: Item, value: SyntaxNode): Place<FunctionNode> | undefined {
    const place = this.values.functionOf({ item, node: value })
    return place === undefined || hasOuterLocals(place) ? undefined : place
  }

  /** A function, or what may be one, under a key that the language looks up by itself. */
  private collectValue(item: Item, hook: Hook, value: SyntaxNode): void {
    const { name, place } = hook
    if (place === undefined && (isData(value) || this.values.isPrimitive({ item, node: value }))) return
    const anyName = { name: undefined, place, isOwn: true }
    if (this.defines && name === "get") this.getters.push(anyName)
    if (this.defines && name === "set") this.setters.push(anyName)
    const isFunction = this.values.functionOf({ item, node: value }) !== undefined
    const isComputed = name === undefined && (isFunction || this.hasSymbols)
    if (isComputed || CONVERTING_METHODS.has(name ?? "")) this.conversions.push(hook)
    if (STEPPING_METHODS.has(name ?? "")) this.steps.push(hook)
  }
}

/** The hooks that may stand behind a name. */
const meant = (hooks: ReadonlyArray<Hook>, name: string | undefined): ReadonlyArray<Hook> =>
  name === undefined ? hooks : hooks.filter((hook) => hook.name === undefined || hook.name === name)

/** Literals of data; what they hold is looked at by itself. */
const isData = (node: SyntaxNode): boolean => node.type === "ArrayExpression" || node.type === "ObjectExpression"

const hasOuterLocals = ({ item: { locals }, node }: Place<FunctionNode>): boolean => {
  const isInside = (part: SyntaxNode): boolean => node.start <= part.start && part.end <= node.end
  const used = new Set([...locals].filter(([part]) => isInside(part)).map(([, local]) => local))
  return [...locals].some(([part, local]) => used.has(local) && !isInside(part))
}
