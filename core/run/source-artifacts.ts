/** Brings the sources of a pipeline into the store, so that their content has a digest. */
import { readFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { Effect, Result } from "effect"
import * as Codec from "../codec/Codec.ts"
import { CodecError } from "../codec/CodecError.ts"
import { listForeign, readForeign } from "../codec/read-foreign.ts"
import { type Diagnostic, PipelineInvalid } from "../document/Diagnostic.ts"
import { originsOf, type Plan, type PlanSource } from "../plan/Plan.ts"
import type { Artifact } from "../store/Artifact.ts"
import { ArtifactStore, type NewFile } from "../store/ArtifactStore.ts"
import { CHANGES, inStore, isStore, storeAround } from "../store/store-around.ts"

/** The artifact of each source, by index; those that no task reads, or may come to read, are left out. Fails with every source that is wrong. */
export const sourceArtifacts = Effect.fn("sourceArtifacts")(function* (plan: Plan) {
  const store = yield* ArtifactStore
  const read = new Set([
    ...plan.tasks.flatMap((task) =>
      originsOf(task).flatMap((origin) => (origin._tag === "Source" ? [origin.source] : []))
    ),
    ...(plan.pending ?? []).flatMap((stage) => stage.sources)
  ])
  const folder = dirname(plan.file)
  const artifacts: Array<Artifact | undefined> = []
  const diagnostics: Array<Diagnostic> = []
  for (const [index, source] of plan.sources.entries()) {
    const files = read.has(index) ? yield* Effect.result(readSource(folder, source)) : undefined
    if (files !== undefined && Result.isFailure(files)) {
      const message = `source "${source.name}": ${files.failure.message}`
      diagnostics.push({ severity: "error", span: source.span, message })
    }
    const isRead = files !== undefined && Result.isSuccess(files)
    artifacts.push(isRead ? yield* store.write(source.kind, files.success) : undefined)
  }
  if (diagnostics.length > 0) return yield* new PipelineInvalid({ diagnostics, texts: textsOf(diagnostics) })
  return artifacts
})

const readSource = (folder: string, source: PlanSource): Effect.Effect<ReadonlyArray<NewFile>, CodecError> => {
  const store = storeAround(resolve(folder, source.path))
  if (store !== undefined) return Effect.fail(new CodecError({ format: source.path, reason: inStore(store) }))
  return Effect.flatMap(filesOf(folder, source), (files) => {
    const held = files.find(
      (file) => "file" in file && file.path.endsWith("format.json") && isStore(dirname(file.file))
    )
    if (held === undefined) return Effect.succeed(files)
    const reason = `it holds the store ${dirname(held.path)}: ${CHANGES}`
    return Effect.fail(new CodecError({ format: source.path, reason }))
  })
}

const filesOf = (folder: string, { kind, path }: PlanSource): Effect.Effect<ReadonlyArray<NewFile>, CodecError> =>
  kind === "Directory"
    ? listForeign(resolve(folder, path))
    : Effect.flatMap(readForeign(kind, resolve(folder, path)), (value) => Effect.fromResult(Codec.encode(kind, value)))

/** The files that complaints point into, for their excerpts; they do without where one has gone. */
const textsOf = (diagnostics: ReadonlyArray<Diagnostic>): ReadonlyMap<string, string> => {
  const files = new Set(diagnostics.map(({ span }) => span.file))
  return new Map(
    [...files].flatMap((file): ReadonlyArray<readonly [string, string]> => {
      const text = Result.try({ try: () => readFileSync(file, "utf8"), catch: () => "it has gone" as const })
      return Result.isSuccess(text) ? [[file, text.success]] : []
    })
  )
}
