/** A bundle as a graph: its declarations and statements, and what each refers to. */
import { hoistedNames, type Locals, resolveLocals } from "./scopes.ts"
import { boundNames, child, children, isFunction, memberName, parts, type SyntaxNode, text } from "./syntax.ts"

/** Something at the top level of the bundle: a declaration, or a statement that runs on import. */
export interface Item {
  /** The function, class, declarator or statement; for a namespace, an object of functions that give its members. */
  readonly node: SyntaxNode
  /** Where it stands among the items. */
  readonly order: number
  readonly isDeclaration: boolean
  /** Whether the bundler wrote it, for its own use. */
  readonly isRuntime: boolean
  /** The names that it binds, as they stand in the bundle: none for most statements. */
  readonly bound: ReadonlyArray<string>
  readonly locals: Locals
  /** For `import * as name`: the identifier behind each member. */
  readonly members: ReadonlyMap<string, SyntaxNode> | undefined
}

/** A name of a package; `*` for the package as a whole. */
export interface ImportedName {
  readonly specifier: string
  readonly name: string
}

/** What an expression stands for that is not local: an item, a name of a package, or a name of the language. */
export type Reference =
  | { readonly _tag: "Item"; readonly item: Item; readonly name: string }
  | { readonly _tag: "Imported"; readonly imported: ImportedName }
  | { readonly _tag: "Global"; readonly name: string }

export interface ModuleGraph {
  readonly items: ReadonlyArray<Item>
  readonly names: ReadonlyMap<string, Item | ImportedName>
  /** Every static import, in order, with the names that it binds. */
  readonly imports: ReadonlyArray<{ readonly node: SyntaxNode; readonly specifier: string }>
  /** The identifier or expression after `export default`. */
  readonly defaultExport: Item | undefined
}

/** Reads a parsed bundle. `isRuntime` tells the bundler's own helpers from the code of a stage. */
export const readModule = (program: SyntaxNode, isRuntime: (node: SyntaxNode) => boolean): ModuleGraph => {
  const reader = new Reader(findNamespaces(program, isRuntime), isRuntime)
  for (const statement of children(program, "body")) reader.read(statement)
  const { items, names, imports, exported } = reader
  const found = exported === undefined ? undefined : names.get(exported)
  return { items, names, imports, defaultExport: found !== undefined && "node" in found ? found : undefined }
}

class Reader {
  readonly items: Array<Item> = []
  readonly names = new Map<string, Item | ImportedName>()
  readonly imports: Array<{ readonly node: SyntaxNode; readonly specifier: string }> = []
  exported: string | undefined = undefined
  private readonly namespaces: ReadonlyMap<string, Namespace>
  private readonly isRuntime: (node: SyntaxNode) => boolean

  constructor(namespaces: ReadonlyMap<string, Namespace>, isRuntime: (node: SyntaxNode) => boolean) {
    this.namespaces = namespaces
    this.isRuntime = isRuntime
  }

  read(statement: SyntaxNode): void {
    switch (statement.type) {
      case "ImportDeclaration":
        this.readImport(statement)
        return
      case "FunctionDeclaration":
      case "ClassDeclaration":
        this.add(statement, boundNames(child(statement, "id")))
        return
      case "VariableDeclaration":
        for (const declarator of children(statement, "declarations")) this.readDeclarator(declarator)
        return
      case "ExportNamedDeclaration":
        for (const specifier of children(statement, "specifiers")) {
          if (text(child(specifier, "exported"), "name") === "default") {
            this.exported = text(child(specifier, "local"), "name")
          }
        }
        return
      default:
        if (![...this.namespaces.values()].some((namespace) => namespace.statement === statement)) {
          this.add(statement, hoistedNames(statement), false)
        }
    }
  }

  private readDeclarator(declarator: SyntaxNode): void {
    const names = boundNames(child(declarator, "id"))
    const namespace = this.namespaces.get(names[0] ?? "")
    if (namespace === undefined) this.add(declarator, names)
    else this.add(namespace.object, names, true, namespace.members)
  }

  private readImport(statement: SyntaxNode): void {
    const specifier = String(child(statement, "source")?.["value"])
    this.imports.push({ node: statement, specifier })
    for (const binding of children(statement, "specifiers")) {
      this.names.set(text(child(binding, "local"), "name"), { specifier, name: importedName(binding) })
    }
  }

  private add(
    node: SyntaxNode,
    names: ReadonlyArray<string>,
    isDeclaration = true,
    members?: ReadonlyMap<string, SyntaxNode>
  ): void {
    const locals = resolveLocals(node)
    const isRuntime = this.isRuntime(node)
    const item = { node, order: this.items.length, isDeclaration, isRuntime, bound: names, locals, members }
    this.items.push(item)
    for (const name of names) this.names.set(name, item)
  }
}

const importedName = (binding: SyntaxNode): string => {
  if (binding.type === "ImportDefaultSpecifier") return "default"
  return binding.type === "ImportNamespaceSpecifier" ? "*" : text(child(binding, "imported"), "name")
}

interface Namespace {
  readonly statement: SyntaxNode
  readonly object: SyntaxNode
  readonly members: ReadonlyMap<string, SyntaxNode>
}

/** The bundler writes `import * as x` of a bundled file as `var x = {}; __export(x, { member: () => name, … })`. */
const findNamespaces = (
  program: SyntaxNode,
  isRuntime: (node: SyntaxNode) => boolean
): ReadonlyMap<string, Namespace> => {
  const namespaces = new Map<string, Namespace>()
  const body = children(program, "body")
  const helpers = body.flatMap((statement) => children(statement, "declarations")).filter(isRuntime)
  if (!helpers.some((helper) => text(child(helper, "id"), "name") === EXPORT_HELPER)) return namespaces
  for (const statement of body) {
    const call = statement.type === "ExpressionStatement" ? child(statement, "expression") : undefined
    if (call?.type !== "CallExpression" || text(child(call, "callee"), "name") !== EXPORT_HELPER) continue
    const [target, object] = children(call, "arguments")
    const members = object === undefined ? undefined : membersOf(object)
    if (target === undefined || object === undefined || members === undefined) continue
    namespaces.set(text(target, "name"), { statement, object, members })
  }
  return namespaces
}

const EXPORT_HELPER = "__export"

const membersOf = (object: SyntaxNode): ReadonlyMap<string, SyntaxNode> | undefined => {
  const members = new Map<string, SyntaxNode>()
  for (const property of children(object, "properties")) {
    const value = child(property, "value")
    const name = memberName(property)
    const target = value === undefined || !isFunction(value) ? undefined : child(value, "body")
    if (name === undefined || target?.type !== "Identifier") return undefined
    members.set(name, target)
  }
  return members
}

/** What an expression stands for, seen from an item; `undefined` for a local and for whatever is computed. */
export const resolve = (graph: ModuleGraph, item: Item, node: SyntaxNode): Reference | undefined => {
  if (node.type === "Identifier") {
    if (item.locals.has(node)) return undefined
    const name = text(node, "name")
    const found = graph.names.get(name)
    if (found === undefined) return { _tag: "Global", name }
    return "node" in found ? { _tag: "Item", item: found, name } : { _tag: "Imported", imported: found }
  }
  if (node.type !== "MemberExpression") return undefined
  const object = child(node, "object")
  const name = memberName(node)
  const owner = object === undefined || name === undefined ? undefined : resolve(graph, item, object)
  if (owner === undefined || name === undefined) return undefined
  if (owner._tag === "Item") {
    const member = owner.item.members?.get(name)
    return member === undefined ? undefined : resolve(graph, owner.item, member)
  }
  if (owner._tag === "Imported" && owner.imported.name === "*") {
    return { _tag: "Imported", imported: { specifier: owner.imported.specifier, name } }
  }
  return undefined
}

/** Calls a function for everything that a part of an item refers to, in the order of the text. */
export const visitReferences = (
  graph: ModuleGraph,
  item: Item,
  visit: (reference: Reference, node: SyntaxNode) => void,
  start: SyntaxNode = item.node
): void => {
  const reference = resolve(graph, item, start)
  if (reference !== undefined) visit(reference, start)
  else for (const part of parts(start)) visitReferences(graph, item, visit, part)
}

/** All items that some items lead to, those included. */
export const reachableFrom = (graph: ModuleGraph, roots: ReadonlyArray<Item>): ReadonlySet<Item> => {
  const reached = new Set(roots)
  // A set's iteration also visits what is added meanwhile.
  for (const item of reached) {
    visitReferences(graph, item, (reference) => {
      if (reference._tag === "Item") reached.add(reference.item)
    })
  }
  return reached
}
