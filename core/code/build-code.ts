/** Builds and identifies the code of a stage type: the part of code identity that needs the bundler and the parser. */
import { dirname, join, relative, sep } from "node:path"
import { Effect } from "effect"
import type { CodeParts } from "../store/ActionRecord.ts"
import * as Digest from "../store/Digest.ts"
import { bundle } from "./bundle.ts"
import { CodeError, codeError } from "./CodeError.ts"
import { findForbidden } from "./forbidden.ts"
import { identify, type Origin, type Origins } from "./identity.ts"
import { type Item, type ModuleGraph, readModule } from "./ModuleGraph.ts"
import { findPackages } from "./packages.ts"
import { SourceFiles } from "./SourceFiles.ts"
import type { SourceMap, SourcePosition } from "./SourceMap.ts"
import type { FileSignature } from "./signature.ts"
import { child, parseModule } from "./syntax.ts"

export interface BuiltCode {
  readonly code: string
  readonly identity: Digest.Digest
  readonly parts: CodeParts
  /** Every file that decided the above, as it was when it was read. */
  readonly files: ReadonlyArray<FileSignature>
}

/** Builds a stage type; refuses code that escapes the bundler. `contract` is the file behind `athanor/stage`. */
export const build = Effect.fn("StageCode.build")(function* (file: string, contract: string) {
  const files = new SourceFiles()
  const { code, map } = yield* bundle(file, contract, files)
  const graph = readModule(parseModule(code), (node) => map.find(node.start) === undefined)
  if (graph.defaultExport === undefined) return yield* codeError(file, NO_DEFAULT)
  const context = { file, contract: dirname(contract), graph, map, files }
  const { declarations, digest, reached, imports } = identify(graph, originsOf(context))
  const forbidden = findForbidden(graph, reached)
  if (forbidden.length > 0) {
    return yield* new CodeError({
      file,
      problems: forbidden.map(({ offset, text }) => ({ place: placeOf(map.find(offset)), text }))
    })
  }
  const packages = yield* findPackages({ specifiers: imports, file, contract, files })
  const identity = Digest.ofValue("athanor/code-identity/1", { code: digest, packages })
  return { code, identity, parts: { declarations, packages }, files: files.all() } satisfies BuiltCode
})

const NO_DEFAULT = "it has no default export: export default StageType.make({ … })"

const placeOf = (position: SourcePosition | undefined): CodeError["problems"][number]["place"] =>
  position === undefined ? undefined : { ...position, file: relative(process.cwd(), position.path) }

interface Context {
  readonly file: string
  /** Folder of the contract. */
  readonly contract: string
  readonly graph: ModuleGraph
  readonly map: SourceMap
  readonly files: SourceFiles
}

const positionOf = ({ map }: Context, { node }: Item): SourcePosition | undefined =>
  map.find((child(node, "id") ?? node).start)

const isOfContract = (context: Context, item: Item): boolean =>
  positionOf(context, item)?.path.startsWith(`${context.contract}${sep}`) === true

const originsOf = (context: Context): Origins => {
  const originOf = (item: Item): Origin => {
    const position = positionOf(context, item)
    if (position === undefined) return { file: "bundler", name: item.bound[0] ?? "statement" }
    const file = isOfContract(context, item) ? "athanor/stage" : relative(dirname(context.file), position.path)
    return { file: file.replaceAll("\\", "/"), name: nameOf(context, item, position) }
  }
  const isMake = (item: Item): boolean => {
    const position = positionOf(context, item)
    if (position?.path !== join(context.contract, "StageType.ts")) return false
    return writtenName(context, position) === "make"
  }
  return { originOf, isMake }
}

const nameOf = (context: Context, item: Item, position: SourcePosition): string => {
  if (item === context.graph.defaultExport) return "default export"
  return item.isDeclaration ? writtenName(context, position) || (item.bound[0] ?? "declaration") : "statement"
}

const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy

/** The name at a position of the source, where the bundler may have chosen another one. */
const writtenName = ({ files }: Context, { path, line, column }: SourcePosition): string => {
  const source = new TextDecoder().decode(files.read(path)).split(/\r\n|[\n\r\u2028\u2029]/u)[line - 1] ?? ""
  NAME.lastIndex = column - 1
  return NAME.exec(source)?.[0] ?? ""
}
