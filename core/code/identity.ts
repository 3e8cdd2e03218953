/** The identity of a bundle: the digest of what its default export reaches, and of what runs on import. */
import type { CodeParts } from "../store/ActionRecord.ts"
import * as Digest from "../store/Digest.ts"
import { DATA, dataTitle, titled } from "./DeclarationTitle.ts"
import { findDescriptions } from "./descriptions.ts"
import { type Item, type ModuleGraph, type Reference, reachableFrom } from "./ModuleGraph.ts"
import { type Normalisation, normalise } from "./normalise.ts"
import { findEffects } from "./purity.ts"
import { child, isFunction, type SyntaxNode, sortOf, walk } from "./syntax.ts"

/** Version of the way in which code becomes a digest. */
const IDENTITY_FORMAT = 2

export interface CodeIdentity {
  /** Digest of each declaration that counts, by a name for people. */
  readonly declarations: CodeParts["declarations"]
  /** Digest of all of them together; packages are not included. */
  readonly digest: Digest.Digest
  /** What counts: what the stage type reaches, and what runs on import. */
  readonly reached: ReadonlySet<Item>
  /** Packages that the bundle imports when it is loaded, and that what is reached may import later. */
  readonly imports: ReadonlyArray<string>
}

export interface Origin {
  /** Relative to the file of the stage type. */
  readonly file: string
  readonly name: string
}

/** What the source map knows about the bundle. */
export interface Origins {
  /** Where an item was written, and under which name: neither depends on what else is in the bundle. */
  readonly originOf: (item: Item) => Origin
  /** Whether an item is the constructor of stage types. */
  readonly isMake: (item: Item) => boolean
}

/** Identifies a bundle. */
export const identify = (graph: ModuleGraph, origins: Origins): CodeIdentity => {
  const effects = findEffects(graph)
  const roots = [...(graph.defaultExport === undefined ? [] : [graph.defaultExport]), ...effects]
  const reached = reachableFrom(graph, roots)
  const replaced = findDescriptions(graph, reached, origins.isMake)
  return {
    declarations: digestsByName(graph, reached, replaced, origins),
    digest: digestOfAll({ graph, roots, effects, reached, replaced }),
    reached,
    imports: importsOf(graph, reached)
  }
}

const digestOf = (normalised: string): Digest.Digest => Digest.ofValue(`athanor/code/${IDENTITY_FORMAT}`, normalised)

interface Reached {
  readonly graph: ModuleGraph
  readonly roots: ReadonlyArray<Item>
  readonly effects: ReadonlyArray<Item>
  readonly reached: ReadonlySet<Item>
  readonly replaced: Normalisation["replaced"]
}

/** Names of the module are replaced by the order of their discovery, so that neither name nor place matters. */
const digestOfAll = ({ graph, roots, effects, reached, replaced }: Reached): Digest.Digest => {
  const numbers = new Map<Item, number>()
  const numberOf = (item: Item): string => {
    if (!numbers.has(item)) numbers.set(item, numbers.size)
    return `#${numbers.get(item)}`
  }
  for (const root of roots) numberOf(root)
  const texts: Array<string> = []
  const nameOf = (reference: Reference): string =>
    reference._tag === "Item" ? itemText(reference, numberOf(reference.item)) : outsideText(reference)
  // A map's iteration also visits what is added meanwhile.
  for (const [item, number] of numbers) texts.push(`#${number} ${normalise(item, { graph, nameOf, replaced })}`)
  // Without effects, initial values do not depend on the order in which they are made.
  const evaluated = [...reached].filter(isEvaluated).sort((a, b) => a.order - b.order)
  const order = effects.length === 0 ? [] : evaluated.map(numberOf)
  return digestOf(`${texts.join("\n")}\norder ${order.join(" ")}`)
}

/** A declaration may bind several names: which of them is meant counts. */
const itemText = ({ item, name }: Extract<Reference, { _tag: "Item" }>, number: string): string =>
  item.bound.length < 2 ? number : `${number}.${item.bound.indexOf(name)}`

const outsideText = (reference: Exclude<Reference, { _tag: "Item" }>): string =>
  reference._tag === "Global"
    ? `global(${reference.name})`
    : `import(${JSON.stringify(reference.imported.specifier)},${JSON.stringify(reference.imported.name)})`

/** Whether an item is more than a function: its value is made on import. */
const isEvaluated = (item: Item): boolean =>
  item.members === undefined && !isFunction(item.node) && !isFunction(child(item.node, "init"))

/** Here names count: the digest of a declaration must not change when another one is added before it. */
const digestsByName = (
  graph: ModuleGraph,
  reached: ReadonlySet<Item>,
  replaced: Normalisation["replaced"],
  { originOf }: Origins
): CodeParts["declarations"] => {
  const fullName = (item: Item): string => {
    const { file, name } = originOf(item)
    return `${name} (${file})`
  }
  const nameOf = (reference: Reference): string =>
    reference._tag === "Item" ? itemText(reference, fullName(reference.item)) : outsideText(reference)
  const sharers = new Map<string, number>()
  for (const item of reached) sharers.set(originOf(item).name, (sharers.get(originOf(item).name) ?? 0) + 1)
  const digests: Record<string, Digest.Digest> = {}
  for (const item of [...reached].sort((a, b) => a.order - b.order)) {
    const name = sharers.get(originOf(item).name) === 1 ? originOf(item).name : fullName(item)
    const title = titleOf(item, name, originOf(item).file)
    let unique = title
    for (let count = 2; Object.hasOwn(digests, unique); count++) unique = `${title} ${count}`
    digests[unique] = digestOf(normalise(item, { graph, nameOf, replaced }))
  }
  return digests
}

/** What a person calls a declaration: its sort and its name; data and whole modules go by their file. */
const titleOf = (item: Item, name: string, file: string): string => {
  if (DATA.test(file)) return dataTitle(file)
  if (item.members !== undefined) return titled("namespace", file)
  const isPlain = item.isRuntime || !item.isDeclaration || name === "default export"
  return isPlain ? name : titled(sortOf(item.node), name)
}

const importsOf = (graph: ModuleGraph, reached: ReadonlySet<Item>): ReadonlyArray<string> => {
  const specifiers = new Set(graph.imports.map(({ specifier }) => specifier))
  for (const item of reached) {
    walk(item.node, (node) => {
      const specifier = dynamicImport(node)
      if (specifier !== undefined) specifiers.add(specifier)
    })
  }
  return [...specifiers].sort()
}

/** The specifier of `import("…")`. */
export const dynamicImport = (node: SyntaxNode): string | undefined => {
  const source = node.type === "ImportExpression" ? child(node, "source") : undefined
  return source?.type === "Literal" ? String(source["value"]) : undefined
}
