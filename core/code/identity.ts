/** The identity of a bundle: the digest of what its default export reaches. */
import { type Node, parse } from "acorn"
import type { CodeParts } from "../store/ActionRecord.ts"
import * as Digest from "../store/Digest.ts"
import { normalise } from "./normalise.ts"
import { boundNames, child, children, isNode, type SyntaxNode, text } from "./syntax.ts"

/** Version of the way in which code becomes a digest. */
export const IDENTITY_FORMAT = 1

export interface CodeIdentity {
  readonly declarations: CodeParts["declarations"]
  /** Digest of everything reached, packages not included. */
  readonly digest: Digest.Digest
  /** Module specifiers that the reached code imports. */
  readonly imports: ReadonlyArray<string>
}

/** Something at the top level that has a name. */
interface Declaration {
  readonly node: SyntaxNode
  /** Its first name, as it stands in the bundle. */
  readonly name: string
}

interface Module {
  readonly declarations: ReadonlyMap<string, Declaration>
  readonly imports: ReadonlyMap<string, { readonly specifier: string; readonly name: string }>
  /** What runs on import whether anything refers to it or not. */
  readonly effects: ReadonlyArray<SyntaxNode>
  readonly sideEffectImports: ReadonlyArray<string>
  readonly defaultExport: SyntaxNode | undefined
}

/** Parses a bundle. Throws `SyntaxError`; esbuild's output never makes it. */
export const parseModule = (code: string): SyntaxNode =>
  asSyntax(parse(code, { ecmaVersion: "latest", sourceType: "module" }))

// acorn's nodes have the fields of their type; its base type does not show them.
const asSyntax = (node: Node): SyntaxNode => {
  if (!isNode(node)) throw new TypeError("the parser gave no node")
  return node
}

/** Identifies a parsed bundle. */
export const identify = (program: SyntaxNode): CodeIdentity => {
  const module = readModule(program)
  const numbers = new Map<string, number>()
  const queue: Array<string> = []
  const imports = new Set(module.sideEffectImports)
  // Names of the module are replaced by the order of their discovery, so that neither name nor place matters.
  const nameOf = (name: string, node: SyntaxNode): string => {
    const imported = module.imports.get(name)
    if (imported !== undefined) {
      imports.add(imported.specifier)
      return `import(${JSON.stringify(imported.specifier)},${JSON.stringify(imported.name)})`
    }
    if (!module.declarations.has(name)) return `global(${text(node, "name")})`
    if (!numbers.has(name)) {
      numbers.set(name, numbers.size)
      queue.push(name)
    }
    return `#${numbers.get(name)}`
  }
  const isEffect = (name: string): boolean => module.imports.get(name)?.specifier === "effect"
  const roots = [...(module.defaultExport === undefined ? [] : [module.defaultExport]), ...module.effects]
  const texts = roots.map((root) => normalise(root, { nameOf, isEffect }))
  const declarations: Record<string, Digest.Digest> = {}
  const byName = (name: string): string => module.imports.get(name)?.name ?? name
  for (const [index, root] of module.effects.entries()) {
    declarations[`statement ${index + 1}`] = digestOf(normalise(root, { nameOf: byName, isEffect }))
  }
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const declaration = module.declarations.get(name)
    if (declaration === undefined) continue
    texts.push(`#${numbers.get(name)} ${normalise(declaration.node, { nameOf, isEffect })}`)
    // A second time with names: the digest of a declaration must not change when another one is added before it.
    declarations[declaration.name] = digestOf(normalise(declaration.node, { nameOf: byName, isEffect }))
  }
  for (const specifier of dynamicImports(program)) imports.add(specifier)
  return { declarations, digest: digestOf(texts.join("\n")), imports: [...imports].sort() }
}

const digestOf = (normalised: string): Digest.Digest => Digest.ofValue(`athanor/code/${IDENTITY_FORMAT}`, normalised)

const readModule = (program: SyntaxNode): Module => {
  const declarations = new Map<string, Declaration>()
  const imports = new Map<string, { readonly specifier: string; readonly name: string }>()
  const sideEffectImports: Array<string> = []
  const candidates: Array<SyntaxNode> = []
  let defaultExport: SyntaxNode | undefined
  const declare = (names: ReadonlyArray<string>, node: SyntaxNode): void => {
    for (const name of names) declarations.set(name, { node, name: names[0] ?? name })
  }
  for (const statement of children(program, "body")) {
    switch (statement.type) {
      case "ImportDeclaration": {
        const specifier = String(child(statement, "source")?.["value"])
        const bindings = children(statement, "specifiers")
        if (bindings.length === 0) sideEffectImports.push(specifier)
        for (const binding of bindings)
          imports.set(text(child(binding, "local"), "name"), { specifier, name: importedName(binding) })
        break
      }
      case "FunctionDeclaration":
      case "ClassDeclaration":
        declare(boundNames(child(statement, "id")), statement)
        if (statement.type === "ClassDeclaration") candidates.push(statement)
        break
      case "VariableDeclaration":
        for (const declarator of children(statement, "declarations")) {
          declare(boundNames(child(declarator, "id")), declarator)
          candidates.push(declarator)
        }
        break
      case "ExportNamedDeclaration":
        for (const specifier of children(statement, "specifiers")) {
          if (text(child(specifier, "exported"), "name") === "default") defaultExport = child(specifier, "local")
        }
        break
      case "ExportDefaultDeclaration":
        defaultExport = child(statement, "declaration")
        break
      default:
        candidates.push(statement)
    }
  }
  const isImported = (name: string): boolean => imports.has(name)
  const effects = candidates.filter((node) => !isPure(node, isImported))
  return { declarations, imports, effects, sideEffectImports, defaultExport }
}

const importedName = (binding: SyntaxNode): string => {
  if (binding.type === "ImportDefaultSpecifier") return "default"
  return binding.type === "ImportNamespaceSpecifier" ? "*" : text(child(binding, "imported"), "name")
}

/**
 * Whether evaluating a node on import does nothing but make its value.
 *
 * Conservative: a call counts as pure only when it starts at an import (schemas, errors, services of packages make
 * values). What is not pure belongs to the identity even when nothing refers to it.
 */
const isPure = (node: SyntaxNode | undefined, isImported: (name: string) => boolean): boolean => {
  const pure = (part: SyntaxNode | undefined): boolean => isPure(part, isImported)
  switch (node?.type) {
    case undefined:
    case "Literal":
    case "Identifier":
    case "ThisExpression":
    case "Super":
    case "ArrowFunctionExpression":
    case "FunctionExpression":
    case "FunctionDeclaration":
    case "EmptyStatement":
      return true
    case "VariableDeclarator":
      return child(node, "id")?.type === "Identifier" && pure(child(node, "init"))
    case "ClassDeclaration":
    case "ClassExpression":
      return pure(child(node, "superClass")) && children(child(node, "body") ?? node, "body").every(isPureMember(pure))
    case "TemplateLiteral":
      return children(node, "expressions").every(pure)
    case "UnaryExpression":
      return node["operator"] !== "delete" && pure(child(node, "argument"))
    case "BinaryExpression":
    case "LogicalExpression":
      return pure(child(node, "left")) && pure(child(node, "right"))
    case "ConditionalExpression":
      return ["test", "consequent", "alternate"].every((field) => pure(child(node, field)))
    case "MemberExpression":
      return pure(child(node, "object")) && (node["computed"] !== true || pure(child(node, "property")))
    case "ArrayExpression":
      return children(node, "elements").every(pure)
    case "ObjectExpression":
      return children(node, "properties").every(
        (property) => property.type === "Property" && pure(child(property, "value")) && pure(child(property, "key"))
      )
    case "SpreadElement":
      return pure(child(node, "argument"))
    case "CallExpression":
    case "NewExpression":
      return startsAtImport(child(node, "callee"), isImported) && children(node, "arguments").every(pure)
    default:
      return false
  }
}

const isPureMember =
  (pure: (part: SyntaxNode | undefined) => boolean) =>
  (member: SyntaxNode): boolean =>
    member.type === "MethodDefinition" || (member.type === "PropertyDefinition" && pure(child(member, "value")))

/** Globals whose constructors make values and do nothing else. */
const PURE_GLOBALS = new Set([
  "Map",
  "Set",
  "Float64Array",
  "Float32Array",
  "Int32Array",
  "Uint32Array",
  "Uint8Array",
  "BigInt",
  "Object",
  "Math",
  "Symbol",
  "TextEncoder",
  "TextDecoder",
  "RegExp",
  "Number",
  "String",
  "Array"
])

const startsAtImport = (callee: SyntaxNode | undefined, isImported: (name: string) => boolean): boolean => {
  switch (callee?.type) {
    case "Identifier": {
      const name = text(callee, "name")
      return isImported(name) || PURE_GLOBALS.has(name)
    }
    case "MemberExpression":
      return startsAtImport(child(callee, "object"), isImported)
    case "CallExpression":
      return (
        startsAtImport(child(callee, "callee"), isImported) &&
        children(callee, "arguments").every((part) => isPure(part, isImported))
      )
    default:
      return false
  }
}

/** Specifiers of `import("…")`. */
const dynamicImports = (node: SyntaxNode): ReadonlyArray<string> => {
  const source = node.type === "ImportExpression" ? child(node, "source") : undefined
  const own = source?.type === "Literal" ? [String(source["value"])] : []
  return [
    ...own,
    ...Object.values(node).flatMap((value) =>
      (Array.isArray(value) ? value : [value]).filter(isNode).flatMap(dynamicImports)
    )
  ]
}
