/** Stack traces of stages, led back from their bundles to the files that a person wrote. */
import { readFileSync } from "node:fs"
import { dirname } from "node:path"
import { type CodePlace, placeOf } from "./CodeError.ts"
import { type BundleSource, bundleUrl, isOfFramework } from "./module-hook.ts"
import { mapWithin, type SourcePosition } from "./SourceMap.ts"

/**
 * The innermost place of the sources in a stack trace, past the libraries of the framework; `undefined` when the trace does not pass
 * through the bundle, or through these alone.
 */
export const placeOfThrow = (source: BundleSource, stack: string): CodePlace | undefined => {
  const find = placeFinder(source, stack)
  const found = stack
    .split(`${bundleUrl(source)}:`)
    .slice(1)
    .flatMap((frame) => find(frame) ?? [])
  return placeOf(found.find(({ path }) => !isOfFramework(path, source.file)))
}

/** The trace with places of the sources in place of those in the bundle, where the map knows them. */
export const mappedStack = (source: BundleSource, stack: string): string => {
  const [head = "", ...frames] = stack.split(`${bundleUrl(source)}:`)
  const find = placeFinder(source, stack)
  const mapped = frames.map((frame) => {
    const place = placeOf(find(frame))
    const rest = frame.replace(/^\d+:\d+/u, "")
    return place === undefined ? `bundle:${frame}` : `${place.file}:${place.line}:${place.column}${rest}`
  })
  return head + mapped.join("")
}

/** Finds the position of a frame that begins with its line and column in the bundle; reads the map only if there is one. */
const placeFinder = (source: BundleSource, stack: string): ((frame: string) => SourcePosition | undefined) => {
  if (!stack.includes(bundleUrl(source))) return () => undefined
  const map = mapWithin(readFileSync(source.bundleFile, "utf8"), dirname(source.file))
  return (frame) => {
    const [line, column] = frame.split(/\D/u, 2).map(Number)
    return map?.at((line ?? 1) - 1, (column ?? 1) - 1)
  }
}
