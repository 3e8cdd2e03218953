/** Gives a result back what the store has lost of it, by computing it again. */
import { Effect } from "effect"
import { isGuarded } from "../fault/hooks.ts"
import type { AttemptResult } from "../run/Executor.ts"
import type { ActionRecord } from "../store/ActionRecord.ts"
import { ActionStore } from "../store/ActionStore.ts"
import type { Artifact } from "../store/Artifact.ts"
import { ArtifactStore } from "../store/ArtifactStore.ts"
import { executeRecord } from "./rerun-record.ts"

export type Restoration =
  /** The bytes came out as they were. */
  | { readonly _tag: "Restored" }
  /** They did not, or it could not be executed: the next run computes the result. */
  | { readonly _tag: "Ended"; readonly reason: string }
  /** Somebody else has made it again meanwhile. */
  | { readonly _tag: "Whole" }

const WHOLE: Restoration = { _tag: "Whole" }
const RESTORED: Restoration = { _tag: "Restored" }
const ended = (reason: string): Restoration => ({ _tag: "Ended", reason })

/** Restores the outputs of a record that are not there, under the claim of its key; a record that stays without them is ended. */
export const restoreResult = Effect.fn("restoreResult")(function* (record: ActionRecord) {
  const actions = yield* ActionStore
  const artifacts = yield* ArtifactStore
  yield* actions.lock(record.key)
  yield* actions.refresh
  const held = actions.find(record.key)
  const lost = Object.entries(held?.outputs ?? {}).filter(([, artifact]) => !artifacts.isPresent(artifact))
  if (held === undefined || lost.length === 0) return WHOLE
  const execution = yield* executeRecord(held)
  const reason =
    execution._tag === "Executed"
      ? yield* putBack(lost, execution.result.outputs)
      : execution._tag === "Failed"
        ? execution.message
        : execution.reason
  if (reason === undefined) return RESTORED
  yield* actions.forget(record.key)
  return ended(reason)
}, Effect.scoped)

/** Stores outputs that come out under the digests that they had; why not, where one has another. What that left nobody needs. */
const putBack = Effect.fnUntraced(function* (
  lost: ReadonlyArray<readonly [port: string, artifact: Artifact]>,
  made: AttemptResult["outputs"]
) {
  const artifacts = yield* ArtifactStore
  for (const [port, { kind, digest }] of lost) {
    const stored = yield* artifacts.write(kind, made[port] ?? [])
    if (stored.digest !== digest && isGuarded("same-bytes")) return `computed again, "${port}" has other bytes`
  }
  return undefined
})
