/** What people have pinned: by the names that they gave, runs and artifacts that no collection touches. */
import { Data, Effect } from "effect"
import { RunHistory } from "../record/RunHistory.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { type Digest, isDigest } from "../store/Digest.ts"
import type { Pinned } from "./Retention.ts"

/** A pin names nothing that is in the store: somebody's mistake, and no reason to take it for one that pins nothing. */
export class PinLost extends Data.TaggedError("PinLost")<{ readonly name: string; readonly reference: string }> {
  override get message(): string {
    const { name, reference } = this
    return `the pin "${name}" names ${reference}, which is no run and no artifact of this store: \`pipeline cache unpin ${name}\` takes it away, \`pipeline cache pin ${name} REF\` gives it another meaning`
  }
}

/** The runs and artifacts that the pins of a catalogue mean. */
export const pinned = Effect.fnUntraced(function* (pins: { readonly [name: string]: string }) {
  const { resolve } = yield* RunHistory
  const { findArtifacts } = yield* ActionStore
  const runs = new Set<string>()
  const artifacts = new Set<Digest>()
  for (const [name, reference] of Object.entries(pins)) {
    const lost = new PinLost({ name, reference })
    // The digest of an artifact; everything else names a run.
    if (!isDigest(reference)) {
      runs.add((yield* Effect.catchTag(resolve(reference), "RunUnknown", () => Effect.fail(lost))).id)
    } else if (findArtifacts(reference).length > 0) artifacts.add(reference)
    else return yield* lost
  }
  return { runs, artifacts } satisfies Pinned
})
