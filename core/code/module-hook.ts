/** Lets Node load stored bundles: `athanor-stage:` modules, whose packages resolve as from the stage's own file. */
import { registerHooks } from "node:module"
import { fileURLToPath, pathToFileURL } from "node:url"
import * as Digest from "../store/Digest.ts"
import { readObject } from "../store/Trash.ts"
import { freezeModule } from "./freeze-module.ts"
import { isPackage } from "./imports-packages.ts"
import { COMES_ALONG } from "./OwnPackage.ts"
import { packageName } from "./package-imports.ts"

export interface ModuleHookSettings {
  /** URL of the one `effect` that the framework and all stages share; from there packages are looked up that come along with it. */
  readonly effectModule: string
  /** Whether stages may import nothing else but the modules of Node that compute and reach nothing. */
  readonly refusesPackages?: boolean
}

/** What a bundle's URL tells. */
export interface BundleSource {
  readonly bundle: string
  readonly bundleFile: string
  /** Source file of the stage type. */
  readonly file: string
}

const SCHEME = "athanor-stage:"

/** The URL under which a stored bundle is imported; equal bundles of one file share one module. */
export const bundleUrl = ({ bundle, bundleFile, file }: BundleSource): string =>
  `${SCHEME}${bundle}?${new URLSearchParams({ bundle: bundleFile, file })}`

let installed = false

/** The folder that the framework lies in, where the one `effect` is built to; unknown before the hook is installed. */
let framework: string | undefined

/** Whether a source file belongs to the framework, and not to whoever wrote the stage type in `file`. */
export const isOfFramework = (path: string, file: string): boolean =>
  framework !== undefined && path.startsWith(framework) && !file.startsWith(framework)

/** Installs the hook in this thread, once. */
export const installModuleHook = ({ effectModule, refusesPackages = false }: ModuleHookSettings): void => {
  if (installed) return
  installed = true
  framework = fileURLToPath(new URL("../..", effectModule))
  registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier.startsWith(SCHEME)) return { url: specifier, shortCircuit: true }
      const parent = context.parentURL
      if (parent === undefined || !parent.startsWith(SCHEME)) return next(specifier, context)
      if (specifier === "effect") return { url: effectModule, shortCircuit: true }
      if (refusesPackages && isPackage(specifier))
        throw new Error(`${specifier} is loaded in a process of its own only`)
      if (refusesPackages) freezeModule(specifier)
      const fromFile = { ...context, parentURL: pathToFileURL(parameter(parent, "file")).href }
      const name = packageName(specifier) ?? ""
      if (!COMES_ALONG.has(name)) return next(specifier, fromFile)
      try {
        return next(specifier, fromFile)
      } catch (error) {
        if (!isNotInstalled(error, name)) throw error
        return next(specifier, { ...context, parentURL: effectModule })
      }
    },
    load: (url, context, next) =>
      url.startsWith(SCHEME) ? { format: "module", source: readBundle(url), shortCircuit: true } : next(url, context)
  })
}

/** Whether Node has found no folder of a package. One that is broken is in the stage type's identity: nothing else may run in its place. */
const isNotInstalled = (error: unknown, name: string): boolean =>
  error instanceof Error && error.message.startsWith(`Cannot find package '${name}' `)

const parameter = (url: string, name: string): string =>
  new URLSearchParams(url.slice(url.indexOf("?") + 1)).get(name) ?? ""

/** The bundle that was identified is the bundle that runs: its bytes are compared with its digest. */
const readBundle = (url: string): string => {
  const bytes = readObject(parameter(url, "bundle"))
  const digest = url.slice(SCHEME.length, url.indexOf("?"))
  if (Digest.ofBytes(bytes) !== digest) throw new Error(`the stored code ${digest.slice(0, 12)} is damaged`)
  return new TextDecoder().decode(bytes)
}
