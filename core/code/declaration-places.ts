/** Where the declarations of a stored bundle were written. */
import { dirname } from "node:path"
import { type CodePlace, placeOf } from "./CodeError.ts"
import { DATA, dataTitle, titled } from "./DeclarationTitle.ts"
import type { BundleSource } from "./module-hook.ts"
import { OwnPackage } from "./OwnPackage.ts"
import { SourceFiles } from "./SourceFiles.ts"
import { mapWithin, positionFinder } from "./SourceMap.ts"
import { boundNames, child, children, parseModule, type SyntaxNode, sortOf, text } from "./syntax.ts"

/** A declaration at the top level of a bundle. */
interface Declared {
  readonly node: SyntaxNode
  /** As it stands in the bundle: `make`, or `make2` where another one had that name already. */
  readonly name: string
}

/**
 * Places by the titles under which a code identity names its declarations.
 *
 * `code` is the text of the bundle. The sources may have gone on since it was made: what the bundle and its map tell is
 * all there is, so that of declarations of one name in one file the first is found.
 */
export const declarationPlaces = (
  code: string,
  { file }: Pick<BundleSource, "file">,
  contract: string
): ReadonlyMap<string, CodePlace> => {
  const map = mapWithin(code, dirname(file))
  if (map === undefined) return new Map()
  const find = positionFinder(code, map)
  const own = new OwnPackage(contract, new SourceFiles())
  const { declared, exported } = readFactory(parseModule(code))
  const places = new Map<string, CodePlace>()
  const enter = (title: string, place: CodePlace | undefined): void => {
    if (place !== undefined && !places.has(title)) places.set(title, place)
  }
  // Names that the bundler left alone come before those that it may have made.
  for (const name of [({ name }: Declared) => name, ({ name }: Declared) => name.replace(/\d+$/u, "")]) {
    for (const one of declared) {
      const position = find((child(one.node, "id") ?? one.node).start)
      if (position === undefined) continue
      const place = placeOf(position)
      const origin = own.title(position.path, file)
      if (DATA.test(origin)) enter(dataTitle(origin), place)
      if (one.name === exported) enter("default export", place)
      for (const title of [name(one), `${name(one)} (${origin})`]) enter(titled(sortOf(one.node), title), place)
    }
  }
  return places
}

/** The declarations inside of the factory that a bundle is stored as, and the name that the factory returns. */
const readFactory = (
  program: SyntaxNode
): { readonly declared: ReadonlyArray<Declared>; readonly exported: string | undefined } => {
  const factory = children(program, "body").find(({ type }) => type === "ExportDefaultDeclaration")
  const body = child(child(factory ?? program, "declaration") ?? program, "body") ?? program
  const statements = children(body, "body")
  const nodes = statements.flatMap((statement) => {
    if (statement.type === "VariableDeclaration") return children(statement, "declarations")
    return statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration" ? [statement] : []
  })
  const returned = statements.find(({ type }) => type === "ReturnStatement")
  return {
    declared: nodes.flatMap((node) => boundNames(child(node, "id")).map((name) => ({ node, name }))),
    exported: text(child(returned ?? program, "argument"), "name") || undefined
  }
}
