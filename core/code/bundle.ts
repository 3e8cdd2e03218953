/** Bundles the file of a stage type into one module: relative imports and the contract inside, packages outside. */
import { dirname, resolve } from "node:path"
import { Effect } from "effect"
import type { BuildFailure, BuildResult, Message } from "esbuild"
import { messageOf } from "../document/message-of.ts"
import { bundlerPlugin } from "./bundler-plugin.ts"
import { CodeError, type CodePlace, codeError, placeOf } from "./CodeError.ts"
import { explainMissingExport } from "./missing-export.ts"
import type { OwnPackage } from "./OwnPackage.ts"
import type { SourceFiles } from "./SourceFiles.ts"
import { SourceMap } from "./SourceMap.ts"

export interface Bundle {
  /** JavaScript of one ECMAScript module. */
  readonly code: string
  readonly map: SourceMap
  /** The map as JSON. */
  readonly mapText: string
}

export interface BundleOptions {
  readonly own: OwnPackage
  /** Whether functions and classes keep the names that they have in the sources. */
  readonly keepNames: boolean
}

/**
 * Bundles a file, reading through `files`.
 *
 * esbuild is loaded here and nowhere else. What decides its output is in the files that it reads and in these options:
 * no `tsconfig.json` takes part.
 */
export const bundle = Effect.fn("bundle")(function* (
  file: string,
  { own, keepNames }: BundleOptions,
  files: SourceFiles
) {
  const esbuild = yield* Effect.tryPromise({
    try: () => import("esbuild"),
    catch: (cause) => codeError(file, `the bundler cannot be loaded: ${messageOf(cause)}`)
  })
  const result = yield* Effect.tryPromise({
    try: () =>
      esbuild.build({
        entryPoints: [file],
        absWorkingDir: dirname(file),
        bundle: true,
        format: "esm",
        platform: "neutral",
        target: "es2024",
        supported: { "import-attributes": true },
        charset: "utf8",
        legalComments: "none",
        keepNames,
        tsconfigRaw: {},
        sourcemap: "external",
        sourcesContent: false,
        outfile: "stage.js",
        write: false,
        logLevel: "silent",
        plugins: [bundlerPlugin(own, files)]
      }),
    catch: (cause) => buildError(file, cause, { own, files })
  })
  return yield* readResult(file, result)
})

const readResult = (file: string, result: BuildResult<{ write: false }>): Effect.Effect<Bundle, CodeError> => {
  const code = result.outputFiles.find(({ path }) => path.endsWith(".js"))?.text
  const map = result.outputFiles.find(({ path }) => path.endsWith(".map"))?.text
  if (code === undefined || map === undefined) return Effect.fail(codeError(file, "the bundler gave no output"))
  return Effect.succeed({ code, map: new SourceMap(map, dirname(file)), mapText: map })
}

const buildError = (file: string, cause: unknown, sources: Parameters<typeof explainMissingExport>[2]): CodeError => {
  if (!isBuildFailure(cause)) return codeError(file, messageOf(cause))
  return new CodeError({
    file,
    problems: cause.errors.map((message) => ({
      place: placeOfMessage(file, message),
      text: explainMissingExport(message.text, dirname(file), sources)
    }))
  })
}

const isBuildFailure = (cause: unknown): cause is BuildFailure =>
  typeof cause === "object" && cause !== null && "errors" in cause && Array.isArray(cause.errors)

const placeOfMessage = (file: string, { location }: Message): CodePlace | undefined =>
  location === null
    ? undefined
    : placeOf({ path: resolve(dirname(file), location.file), line: location.line, column: location.column + 1 })
