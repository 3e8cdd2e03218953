/** Finds sources that are not there, without reading any. */
import { readdirSync, type Stats, statSync } from "node:fs"
import { dirname, relative, resolve } from "node:path"
import { Effect } from "effect"
import { type Diagnostic, PipelineInvalid } from "../document/Diagnostic.ts"
import { nearest } from "../document/nearest.ts"
import type { PipelineDocument, SourceDocument } from "../document/PipelineDocument.ts"
import { leavesFolder } from "../document/relative-path.ts"
import { sourcePath } from "../document/source-path.ts"
import { CHANGES, inStore, isStore, storeAround } from "../store/store-around.ts"
import { cacheFolder } from "./Settings.ts"

/** Fails with a complaint at each path under which there is nothing, or not what its kind is read from. */
export const checkSources = (document: PipelineDocument): Effect.Effect<void, PipelineInvalid> =>
  Effect.suspend(() => {
    const folder = dirname(document.file)
    const diagnostics = document.sources.flatMap((source) => complaintOf(folder, source) ?? [])
    return diagnostics.length === 0
      ? Effect.void
      : Effect.fail(new PipelineInvalid({ diagnostics, texts: document.texts }))
  })

const complaintOf = (folder: string, { name, path, kind }: SourceDocument): Diagnostic | undefined => {
  const { file: written } = sourcePath(path.value)
  const found = statOf(resolve(folder, written))
  const wantsFolder = kind.value === "Directory"
  const complaint = (message: string, hint?: string): Diagnostic => ({
    severity: "error",
    span: path.span,
    message: `source "${name}": ${written}: ${message}`,
    ...(hint === undefined ? {} : { hint })
  })
  if (found === undefined) {
    const close = nearestPath(folder, written)
    const hint = close === undefined ? undefined : `did you mean "${close}"?`
    return complaint(`there is no such ${wantsFolder ? "folder" : "file"}`, hint)
  }
  const store = storeAround(resolve(folder, written))
  if (store !== undefined) return complaint(inStore(store))
  const below = relative(resolve(folder, written), resolve(cacheFolder()))
  if (wantsFolder && !leavesFolder(below) && isStore(cacheFolder())) {
    return complaint(`it holds the store ${below}: ${CHANGES}`)
  }
  if (found.isDirectory() === wantsFolder) return undefined
  return complaint(wantsFolder ? "it is a file, not a folder" : "it is a folder, not a file")
}

const statOf = (file: string): Stats | undefined => {
  try {
    return statSync(file, { throwIfNoEntry: false })
  } catch {
    // One of the folders above it is a file, or may not be looked into.
    return undefined
  }
}

/** The path with its first part that does not exist replaced by the nearest name that does. */
const nearestPath = (folder: string, path: string): string | undefined => {
  const parts = path.split("/")
  const missing = parts.findIndex((_, index) => statOf(resolve(folder, ...parts.slice(0, index + 1))) === undefined)
  const above = parts.slice(0, missing)
  const close = nearest(parts[missing] ?? "", namesIn(resolve(folder, ...above)))
  if (close === undefined) return undefined
  const whole = [...above, close, ...parts.slice(missing + 1)].join("/")
  return statOf(resolve(folder, whole)) === undefined ? [...above, close].join("/") : whole
}

const namesIn = (folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
