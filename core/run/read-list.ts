/** The list in an artifact, over which the matrix of a stage goes. */
import { Effect } from "effect"
import * as Codec from "../codec/Codec.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import type { Artifact } from "../store/Artifact.ts"
import { ArtifactStore } from "../store/ArtifactStore.ts"

/** The value of a Json; the paths of the files of a Directory, in order. */
export const readList = Effect.fnUntraced(function* (artifact: Artifact) {
  if (artifact.kind !== "Json") return artifact.files.map(({ path }) => path).sort()
  const files = yield* (yield* ArtifactStore).open(artifact)
  const value: Json = yield* Effect.orDie(Effect.fromResult(Codec.decode("Json", files)))
  return value
})
