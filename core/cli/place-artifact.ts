/** Puts an artifact where a person wants it; a figure is drawn when the name asks for a picture. */
import { Effect, Result } from "effect"
import * as Codec from "../codec/Codec.ts"
import { renderPng } from "../figure/render-png.ts"
import { renderSvg } from "../figure/render-svg.ts"
import type { Figure } from "../stage/ArtifactKind.ts"
import type { Artifact } from "../store/Artifact.ts"
import { ArtifactStore } from "../store/ArtifactStore.ts"
import { writeDurably } from "../store/durable.ts"
import { StoreUnavailable } from "../store/StoreError.ts"

/** Copies an artifact to a file or folder; a Figure becomes SVG or PNG by the end of the name. Whole or not at all. */
export const placeArtifact = Effect.fn("placeArtifact")(function* (artifact: Artifact, destination: string) {
  const store = yield* ArtifactStore
  const picture = /\.(?<format>svg|png)$/iu.exec(destination)?.groups?.["format"]?.toLowerCase()
  if (artifact.kind !== "Figure" || picture === undefined) return yield* store.materialise(artifact, destination)
  const unusable = (cause: unknown) => new StoreUnavailable({ operation: "draw", path: destination, cause })
  const decoded = Codec.decode("Figure", yield* store.open(artifact))
  if (Result.isFailure(decoded)) return yield* unusable(decoded.failure)
  const svg = yield* Effect.mapError(renderSvg(decoded.success as Figure), unusable)
  const content = picture === "svg" ? svg : yield* Effect.mapError(renderPng(svg), unusable)
  return yield* writeDurably(destination, content)
})
