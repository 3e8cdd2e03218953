/** What a stage type says that decides no result: it may be reworded without running anything again. */
import { type Item, type ModuleGraph, resolve, visitReferences } from "./ModuleGraph.ts"
import { child, children, memberName, type SyntaxNode, walk } from "./syntax.ts"

/** Fields of a stage type that the framework shows and never uses, or that tell which older results hold. */
const STAGE_FIELDS = new Set(["summary", "source", "compatibleWith"])

/** Annotations of schemas that reach documentation and JSON Schema only; `expected` and the like reach messages. */
const ANNOTATIONS = new Set(["description", "documentation", "title"])

/** Ways to read annotations back, as modules of Effect and as members. Code that goes there keeps its descriptions. */
const INTROSPECTING_MODULES = new Set(["Arbitrary", "JsonSchema", "SchemaAST", "SchemaRepresentation"])
const INTROSPECTING_MEMBERS = new Set([
  "annotations",
  "ast",
  "schema",
  "toCodeDocument",
  "toJsonSchemaDocument",
  "toRepresentation"
])

/**
 * Nodes that count as others, or as nothing.
 *
 * `isMake` tells the constructor of stage types. Only texts written as such are left out, and only where nothing that
 * is reached could read them.
 */
export const findDescriptions = (
  graph: ModuleGraph,
  reached: ReadonlySet<Item>,
  isMake: (item: Item) => boolean
): ReadonlyMap<SyntaxNode, SyntaxNode | undefined> => {
  const replaced = new Map<SyntaxNode, SyntaxNode | undefined>()
  const readsAnnotations = [...reached].some((item) => introspects(graph, item))
  const readsItself = [...reached].some((item) => refersTo(graph, item, graph.defaultExport))
  for (const item of reached) {
    walk(item.node, (node) => {
      if (node.type !== "CallExpression") return
      const target = resolve(graph, item, child(node, "callee") ?? node)
      if (item === graph.defaultExport && !readsItself && target?._tag === "Item" && isMake(target.item)) {
        for (const field of constantFields(node, STAGE_FIELDS)) replaced.set(field, undefined)
      } else if (!readsAnnotations && isAnnotation(graph, item, node)) {
        dropAnnotations(node, replaced)
      }
    })
  }
  return replaced
}

const introspects = (graph: ModuleGraph, item: Item): boolean => {
  let found = false
  visitReferences(graph, item, (reference) => {
    if (reference._tag === "Imported" && INTROSPECTING_MODULES.has(reference.imported.name)) found = true
  })
  walk(item.node, (node) => {
    if (node.type === "MemberExpression" && INTROSPECTING_MEMBERS.has(memberName(node) ?? "")) found = true
  })
  return found
}

const refersTo = (graph: ModuleGraph, item: Item, target: Item | undefined): boolean => {
  let found = false
  const body = item === target ? (child(item.node, "init") ?? item.node) : item.node
  visitReferences(
    graph,
    item,
    (reference) => {
      if (reference._tag === "Item" && reference.item === target) found = true
    },
    body
  )
  return found
}

/** Whether a call is `schema.annotate({ … })`. */
const isAnnotation = (graph: ModuleGraph, item: Item, call: SyntaxNode): boolean => {
  const callee = child(call, "callee")
  if (callee?.type !== "MemberExpression" || memberName(callee)?.startsWith("annotate") !== true) return false
  return isSchema(graph, item, child(callee, "object"), 0)
}

/** Declarations that a schema is followed through. */
const LONGEST_CHAIN = 100

const isSchema = (graph: ModuleGraph, item: Item, node: SyntaxNode | undefined, depth: number): boolean => {
  if (node === undefined || depth > LONGEST_CHAIN) return false
  const reference = resolve(graph, item, node)
  if (reference?._tag === "Imported") {
    return reference.imported.specifier === "effect" && reference.imported.name === "Schema"
  }
  if (reference?._tag === "Item") {
    const { node: declared } = reference.item
    return isSchema(graph, reference.item, child(declared, "init") ?? child(declared, "superClass"), depth + 1)
  }
  const inner = child(node, "object") ?? child(node, "callee") ?? child(node, "superClass")
  return isSchema(graph, item, inner, depth + 1)
}

/** Leaves descriptions out of an annotation; one with nothing else in it counts as the schema that it annotates. */
const dropAnnotations = (call: SyntaxNode, replaced: Map<SyntaxNode, SyntaxNode | undefined>): void => {
  const dropped = constantFields(call, ANNOTATIONS)
  const [argument] = children(call, "arguments")
  const schema = child(child(call, "callee") ?? call, "object")
  const isAll = argument !== undefined && dropped.length === children(argument, "properties").length
  // `Schema.annotate(…)` makes a function and annotates nothing itself.
  const isMethod = schema?.type !== "Identifier" || schema.start === call.start
  if (isAll && dropped.length > 0 && isMethod) replaced.set(call, schema)
  else for (const field of dropped) replaced.set(field, undefined)
}

/** The properties of a call's only argument that have one of these names and hold what is written out. */
const constantFields = (call: SyntaxNode, names: ReadonlySet<string>): ReadonlyArray<SyntaxNode> => {
  const [argument, ...others] = children(call, "arguments")
  if (argument?.type !== "ObjectExpression" || others.length > 0) return []
  return children(argument, "properties").filter(
    (property) => names.has(memberName(property) ?? "") && isWritten(child(property, "value"))
  )
}

/** Whether a value is written out in place: texts, numbers, and lists and maps of them. */
const isWritten = (node: SyntaxNode | undefined): boolean => {
  if (node?.type === "ArrayExpression") return children(node, "elements").every(isWritten)
  if (node?.type === "ObjectExpression") return children(node, "properties").every(isWrittenProperty)
  if (node?.type === "UnaryExpression") return node["operator"] === "-" && isWritten(child(node, "argument"))
  return isWrittenText(node)
}

const isWrittenProperty = (property: SyntaxNode): boolean =>
  property.type === "Property" && property["computed"] !== true && isWritten(child(property, "value"))

const isWrittenText = (node: SyntaxNode | undefined): boolean => {
  if (node?.type === "BinaryExpression")
    return isWrittenText(child(node, "left")) && isWrittenText(child(node, "right"))
  return node?.type === "Literal" || (node?.type === "TemplateLiteral" && children(node, "expressions").length === 0)
}
