/** Bundles the file of a stage type into one module: relative imports and the contract inside, packages outside. */
import { SourceMap } from "node:module"
import { dirname, relative, resolve } from "node:path"
import { Effect } from "effect"
import type { BuildFailure, BuildResult, Message, Plugin } from "esbuild"
import { CodeError, type CodePlace, codeError } from "./CodeError.ts"

export interface Bundle {
  /** JavaScript of one ECMAScript module. */
  readonly code: string
  /** Absolute paths of every file that went into it. */
  readonly inputs: ReadonlyArray<string>
  /** The place in the sources of an offset in the code. */
  readonly placeOf: (offset: number) => CodePlace | undefined
}

/** Data files that a stage may import: their bytes become part of the bundle, and so of its identity. */
const LOADERS = { ".wasm": "binary", ".bin": "binary", ".npy": "binary", ".csv": "text", ".txt": "text" } as const

/** Bundles a file. `contract` is the file behind `athanor/stage`. esbuild is loaded here and nowhere else. */
export const bundle = Effect.fn("bundle")(function* (file: string, contract: string) {
  const esbuild = yield* Effect.promise(() => import("esbuild"))
  const folder = dirname(file)
  const result = yield* Effect.tryPromise({
    try: () =>
      esbuild.build({
        entryPoints: [file],
        absWorkingDir: folder,
        bundle: true,
        format: "esm",
        platform: "neutral",
        target: "es2024",
        packages: "external",
        charset: "utf8",
        legalComments: "none",
        sourcemap: "external",
        outfile: "stage.js",
        write: false,
        metafile: true,
        logLevel: "silent",
        loader: LOADERS,
        plugins: [contractPlugin(contract)]
      }),
    catch: (cause) => buildError(file, cause)
  })
  return yield* readResult(file, result)
})

const contractPlugin = (contract: string): Plugin => ({
  name: "contract",
  setup: (build) => {
    build.onResolve({ filter: /^athanor\/stage$/ }, () => ({ path: contract }))
  }
})

const readResult = (file: string, result: BuildResult<{ write: false; metafile: true }>) => {
  const folder = dirname(file)
  const code = result.outputFiles.find(({ path }) => path.endsWith(".js"))?.text
  const map = result.outputFiles.find(({ path }) => path.endsWith(".map"))?.text
  if (code === undefined || map === undefined) return Effect.fail(codeError(file, "the bundler gave no output"))
  const sourceMap = new SourceMap(JSON.parse(map))
  const placeOf = (offset: number): CodePlace | undefined => {
    const before = code.slice(0, offset).split("\n")
    const entry = sourceMap.findEntry(before.length - 1, before.at(-1)?.length ?? 0)
    if (!("originalSource" in entry)) return undefined
    const source = resolve(folder, entry.originalSource)
    return { file: relative(process.cwd(), source), line: entry.originalLine + 1, column: entry.originalColumn + 1 }
  }
  const inputs = Object.keys(result.metafile.inputs).map((path) => resolve(folder, path))
  return Effect.succeed<Bundle>({ code, inputs, placeOf })
}

const buildError = (file: string, cause: unknown): CodeError => {
  if (!isBuildFailure(cause)) return codeError(file, cause instanceof Error ? cause.message : String(cause))
  return new CodeError({
    file,
    problems: cause.errors.map((message) => ({ place: placeOfMessage(file, message), text: message.text }))
  })
}

const isBuildFailure = (cause: unknown): cause is BuildFailure =>
  typeof cause === "object" && cause !== null && "errors" in cause && Array.isArray(cause.errors)

const placeOfMessage = (file: string, { location }: Message): CodePlace | undefined =>
  location === null
    ? undefined
    : {
        file: relative(process.cwd(), resolve(dirname(file), location.file)),
        line: location.line,
        column: location.column + 1
      }
