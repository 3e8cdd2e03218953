/** Whether stored code imports what the rules for stages do not read. */
import { readFileSync } from "node:fs"
import { isBuiltin } from "node:module"
import { PURE_MODULES } from "./forbidden-names.ts"
import type { BundleSource } from "./module-hook.ts"

/** Whether a module that a bundle imports is another than `effect` and those of Node that compute and reach nothing. */
export const isPackage = (specifier: string): boolean =>
  specifier !== "effect" && !(isBuiltin(specifier) && PURE_MODULES.has(specifier.replace(/^node:/u, "")))

/**
 * Whether the code of a bundle imports packages, also later, with a written name. It goes by the text, as the bundler writes
 * it: what only looks like an import counts too, and costs a process.
 */
export const importsPackages = (code: string): boolean =>
  [...code.matchAll(IMPORT)].some(([, specifier = ""]) => isPackage(specifier))

/** `from` takes no parenthesis, as in the call `Array.from("text")`, and no template, as comments have around names. */
const IMPORT = /\b(?:(?:from|import)\s*["']|import\s*\(\s*["'`])([^"'`\n]*)["'`]/gu

/** By the digest of the bundle. */
const known = new Map<string, boolean>()

/** The same of a stored bundle, which is read once. One that cannot be read imports nothing: whoever runs it says why. */
export const bundleImportsPackages = ({ bundle, bundleFile }: Omit<BundleSource, "file">): boolean => {
  const before = known.get(bundle)
  if (before !== undefined) return before
  try {
    const found = importsPackages(readFileSync(bundleFile, "utf8"))
    known.set(bundle, found)
    return found
  } catch {
    return false
  }
}
