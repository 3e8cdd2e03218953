/** How the bundler finds and reads files: exactly those that are written, each once. */
import { existsSync } from "node:fs"
import { isBuiltin } from "node:module"
import { basename, dirname, extname, resolve } from "node:path"
import type { Loader, OnLoadArgs, OnLoadResult, OnResolveArgs, OnResolveResult, Plugin } from "esbuild"
import type { OwnPackage } from "./OwnPackage.ts"
import type { SourceFiles } from "./SourceFiles.ts"

/** Code, and data that becomes part of the bundle and so of its identity. */
const LOADERS: { readonly [extension: string]: Loader } = {
  ".ts": "ts",
  ".mts": "ts",
  ".js": "js",
  ".mjs": "js",
  ".json": "json",
  ".wasm": "binary",
  ".bin": "binary",
  ".npy": "binary",
  ".csv": "text",
  ".txt": "text"
}

/** The same, when an import says what it wants: `with { type: "bytes" }`. */
const TYPES: { readonly [type: string]: Loader } = { json: "json", bytes: "binary", text: "text" }

/** Every file is read through `files`. */
export const bundlerPlugin = (own: OwnPackage, files: SourceFiles): Plugin => ({
  name: "athanor",
  setup: (build) => {
    build.onResolve({ filter: /.*/ }, (request) => resolveImport(request, own, files))
    build.onLoad({ filter: /.*/ }, (request) => loadFile(request, files))
  }
})

/**
 * A relative import names its file in full, as for Node: nothing is guessed, so no file that appears later can take
 * another one's place.
 */
const resolveImport = (request: OnResolveArgs, own: OwnPackage, files: SourceFiles): OnResolveResult => {
  const { path: specifier, kind, resolveDir } = request
  if (kind === "entry-point") return { path: specifier }
  if (kind.startsWith("require")) return refuse("require: import what you need at the top of the file")
  const entry = own.entry(specifier)
  if (entry !== undefined) return found(entry, own)
  const refusal = own.refusal(specifier)
  if (refusal !== undefined) return refuse(refusal)
  if (specifier.startsWith("./") || specifier.startsWith("../")) {
    const path = resolve(resolveDir, specifier)
    if (extname(path) !== "" && files.read(path) !== undefined) return found(path, own)
    return refuse(`there is no file ${specifier}${suggestion(path, specifier)}`)
  }
  if (isBuiltin(specifier) || /^(@[\w.-]+\/)?[\w][\w.-]*(\/|$)/u.test(specifier)) {
    return { path: specifier, external: true }
  }
  return refuse(`"${specifier}" is neither a package nor a relative path: only those can be identified`)
}

/** Of a library, files that nothing is used of are left out: they would do nothing. */
const found = (path: string, own: OwnPackage): OnResolveResult =>
  own.isLibrary(path) ? { path, sideEffects: false } : { path }

const suggestion = (path: string, specifier: string): string => {
  const candidates = [".ts", ".js", ".json", "/index.ts"].map((end) => `${path}${end}`)
  const typescript = path.replace(/\.(m?)js$/u, ".$1ts")
  const found = [typescript, ...candidates].find((candidate) => candidate !== path && existsSync(candidate))
  if (found === undefined) return ""
  const folder = specifier.slice(0, specifier.length - basename(specifier).length)
  return `: did you mean ${folder}${found.slice(dirname(path).length + 1)}?`
}

const refuse = (text: string): OnResolveResult => ({ errors: [{ text }] })

const loadFile = ({ path, with: attributes }: OnLoadArgs, files: SourceFiles): OnLoadResult => {
  const bytes = files.read(path)
  const loader = TYPES[attributes["type"] ?? ""] ?? LOADERS[extname(path)]
  if (bytes === undefined) return { errors: [{ text: `there is no file ${path}` }] }
  if (loader === undefined) {
    return { errors: [{ text: `files ending in "${extname(path)}" cannot be imported by a stage: make it an input` }] }
  }
  files.noteDescription(path)
  const resolveDir = dirname(path)
  if (loader !== "binary") return { contents: bytes, loader, resolveDir }
  // Copied out of Node's pool: the stage gets a buffer of its own.
  const contents = `export default new Uint8Array(Buffer.from("${Buffer.from(bytes).toString("base64")}", "base64"))`
  return { contents, loader: "js", resolveDir }
}
