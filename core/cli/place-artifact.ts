/** Puts an artifact where a person wants it, in the form that the name asks for. */
import { Effect, Result } from "effect"
import * as Codec from "../codec/Codec.ts"
import { CodecError } from "../codec/CodecError.ts"
import { renderPng } from "../figure/render-png.ts"
import { renderSvg } from "../figure/render-svg.ts"
import type { Figure } from "../stage/ArtifactKind.ts"
import type { Artifact } from "../store/Artifact.ts"
import { ArtifactStore } from "../store/ArtifactStore.ts"
import { writeDurably } from "../store/durable.ts"
import { StoreUnavailable } from "../store/StoreError.ts"
import { exporterOf, refusalOf } from "./exported-form.ts"

/**
 * Copies an artifact to a file or folder, whole or not at all. A Figure becomes SVG or PNG by the end of the name, a Tensor
 * or Table text; a name that promises what the artifact is not is refused with `CodecError`.
 */
export const placeArtifact = Effect.fn("placeArtifact")(function* (artifact: Artifact, destination: string) {
  const store = yield* ArtifactStore
  const refusal = refusalOf(artifact.kind, destination)
  if (refusal !== undefined) return yield* new CodecError({ format: destination, reason: refusal })
  const picture = /\.(?<format>svg|png)$/iu.exec(destination)?.groups?.["format"]?.toLowerCase()
  if (artifact.kind === "Figure" && picture !== undefined) return yield* placePicture(artifact, destination, picture)
  const exporter = exporterOf(artifact.kind, destination)
  if (exporter === undefined) return yield* store.materialise(artifact, destination)
  const value = yield* Effect.fromResult(Codec.decode(artifact.kind, yield* store.open(artifact)))
  const text = Result.mapError(
    exporter(value),
    ({ message }) => new CodecError({ format: destination, reason: message })
  )
  return yield* writeDurably(destination, yield* Effect.fromResult(text))
})

const placePicture = Effect.fnUntraced(function* (artifact: Artifact, destination: string, picture: string) {
  const store = yield* ArtifactStore
  const unusable = (cause: unknown) => new StoreUnavailable({ operation: "draw", path: destination, cause })
  const decoded = Codec.decode("Figure", yield* store.open(artifact))
  if (Result.isFailure(decoded)) return yield* unusable(decoded.failure)
  const svg = yield* Effect.mapError(renderSvg(decoded.success as Figure), unusable)
  const content = picture === "svg" ? svg : yield* Effect.mapError(renderPng(svg), unusable)
  return yield* writeDurably(destination, content)
})
