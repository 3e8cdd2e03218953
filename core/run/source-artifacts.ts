/** Brings the sources of a pipeline into the store, so that their content has a digest. */
import { dirname, resolve } from "node:path"
import { Effect } from "effect"
import * as Codec from "../codec/Codec.ts"
import type { CodecError } from "../codec/CodecError.ts"
import { readForeign } from "../codec/read-foreign.ts"
import { PipelineInvalid } from "../document/Diagnostic.ts"
import { originsOf, type Plan } from "../plan/Plan.ts"
import type { Artifact } from "../store/Artifact.ts"
import { ArtifactStore } from "../store/ArtifactStore.ts"

/** The artifact of each source, by index; those that no task reads are left out. */
export const sourceArtifacts = Effect.fn("sourceArtifacts")(function* (plan: Plan) {
  const store = yield* ArtifactStore
  const read = new Set(
    plan.tasks.flatMap((task) => originsOf(task).flatMap((origin) => (origin._tag === "Source" ? [origin.source] : [])))
  )
  const folder = dirname(plan.file)
  const artifacts: Array<Artifact | undefined> = []
  for (const [index, source] of plan.sources.entries()) {
    if (!read.has(index)) {
      artifacts.push(undefined)
      continue
    }
    const unreadable = (error: CodecError) =>
      new PipelineInvalid({
        diagnostics: [{ severity: "error", span: source.span, message: `source "${source.name}": ${error.message}` }],
        texts: new Map()
      })
    const value = yield* readForeign(source.kind, resolve(folder, source.path)).pipe(Effect.mapError(unreadable))
    const files = yield* Effect.fromResult(Codec.encode(source.kind, value)).pipe(Effect.mapError(unreadable))
    artifacts.push(yield* store.write(source.kind, files))
  }
  return artifacts
})
