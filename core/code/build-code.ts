/** Builds and identifies the code of a stage type: the part of code identity that needs the bundler and the parser. */
import { dirname, join } from "node:path"
import { Effect } from "effect"
import type { CodeParts } from "../store/ActionRecord.ts"
import * as Digest from "../store/Digest.ts"
import { bundle } from "./bundle.ts"
import { CodeError, codeError, placeOf } from "./CodeError.ts"
import { findEngineCalls } from "./engine-calls.ts"
import { findForbidden } from "./forbidden.ts"
import { type CodeIdentity, identify, type Origin, type Origins } from "./identity.ts"
import { type Item, type ModuleGraph, readModule } from "./ModuleGraph.ts"
import { makeFactory } from "./make-factory.ts"
import { COMES_ALONG, OwnPackage } from "./OwnPackage.ts"
import { observesNames } from "./observed-names.ts"
import { packagesNamedIn } from "./package-imports.ts"
import { findPackages, misfits } from "./packages.ts"
import { SourceFiles } from "./SourceFiles.ts"
import { positionFinder, type SourcePosition, withMap } from "./SourceMap.ts"
import type { FileSignature } from "./signature.ts"
import { findSourceText } from "./source-text.ts"
import { child, parseModule, type SyntaxNode } from "./syntax.ts"
import { findTopLevelAwait } from "./top-level-await.ts"
import { withWrittenNames } from "./written-names.ts"

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
  const own = new OwnPackage(contract, files)
  const plain = yield* readBundle({ file, own, files, keepNames: false })
  const read = observesNames(plain.graph, plain.identity.reached)
    ? yield* readBundle({ file, own, files, keepNames: true })
    : plain
  const { identity: code } = read
  const problems = findProblems(read)
  if (problems.length > 0) return yield* new CodeError({ file, problems })
  const lookUp = { file, contract, files }
  const byLibraries = namedByLibraries(read)
  const wrong = misfits(
    code.imports.filter((name) => COMES_ALONG.has(name) && byLibraries.has(name)),
    lookUp
  )
  if (wrong.length > 0) return yield* codeError(file, wrong.join("\n"))
  const packages = yield* findPackages({ specifiers: code.imports, ...lookUp })
  return {
    code: withMap(makeFactory(read.code, read.program), read.mapText),
    identity: Digest.ofValue("athanor/code-identity/1", { code: code.digest, packages }),
    parts: { declarations: code.declarations, packages },
    files: files.all()
  } satisfies BuiltCode
})

/** Packages that the files name of what a stage type reaches of the framework's libraries. */
const namedByLibraries = ({ context, identity }: ReadBundle): ReadonlySet<string> => {
  const { files, own } = context
  const paths = new Set([...identity.reached].flatMap((item) => positionOf(context, item)?.path ?? []))
  const named = [...paths]
    .filter((path) => own.isLibrary(path))
    .flatMap((path) => [...packagesNamedIn(path, files.read(path) ?? new Uint8Array())])
  return new Set(named)
}

const NO_DEFAULT = "it has no default export: export default StageType.make({ … })"

interface BundleRequest {
  readonly file: string
  readonly own: OwnPackage
  readonly files: SourceFiles
  readonly keepNames: boolean
}

/** A bundle, understood. */
interface ReadBundle {
  readonly code: string
  readonly mapText: string
  readonly program: SyntaxNode
  readonly graph: ModuleGraph
  readonly identity: CodeIdentity
  readonly context: Context
}

const readBundle = Effect.fnUntraced(function* ({ file, own, files, keepNames }: BundleRequest) {
  const { code, map, mapText } = yield* bundle(file, { own, keepNames }, files)
  const find = positionFinder(code, map)
  const isRuntime = (node: SyntaxNode): boolean => find(node.start) === undefined
  const program = withWrittenNames(parseModule(code), isRuntime)
  const graph = readModule(program, isRuntime)
  if (graph.defaultExport === undefined) return yield* codeError(file, NO_DEFAULT)
  const context: Context = { file, own, graph, find, files }
  return { code, mapText, program, graph, context, identity: identify(graph, originsOf(context)) } satisfies ReadBundle
})

/** All that the stage may not do, in the order of the bundle. The contract is the framework's own and may. */
const findProblems = ({ program, graph, identity, context }: ReadBundle): CodeError["problems"] => {
  const own = [...identity.reached].filter((item) => !isOfContract(context, item))
  const findings = [
    ...findTopLevelAwait(program),
    ...findForbidden(graph, own),
    ...findSourceText(graph, own),
    ...findEngineCalls(graph, own, originsOf(context).isMake)
  ]
  return findings
    .sort((a, b) => a.offset - b.offset)
    .map(({ offset, text }) => ({ place: placeOf(context.find(offset)), text }))
}

interface Context {
  readonly file: string
  readonly own: OwnPackage
  readonly graph: ModuleGraph
  readonly find: (offset: number) => SourcePosition | undefined
  readonly files: SourceFiles
}

const positionOf = ({ find }: Context, { node }: Item): SourcePosition | undefined =>
  find((child(node, "id") ?? node).start)

const isOfContract = (context: Context, item: Item): boolean => {
  const position = positionOf(context, item)
  return position !== undefined && context.own.isContract(position.path)
}

const originsOf = (context: Context): Origins => {
  const originOf = (item: Item): Origin => {
    const position = positionOf(context, item)
    if (position === undefined) return { file: "bundler", name: item.bound[0] ?? "statement" }
    return { file: context.own.title(position.path, context.file), name: nameOf(context, item, position) }
  }
  const isMake = (item: Item): boolean => {
    const position = positionOf(context, item)
    if (position?.path !== join(dirname(context.own.contract), "StageType.ts")) return false
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
