/** What an attempt goes on from: the checkpoint of an earlier attempt or an earlier result, whichever has come further. */
import { Effect, Result } from "effect"
import * as Codec from "../codec/Codec.ts"
import type { CodecError } from "../codec/CodecError.ts"
import type { ArtifactKind } from "../stage/ArtifactKind.ts"
import type { Start } from "../stage/StageType.ts"
import type { Continuation } from "../store/ActionRecord.ts"
import type { Digest } from "../store/Digest.ts"
import { readCheckpoint } from "./checkpoint-file.ts"
import type { AttemptRequest, LogLine } from "./Executor.ts"
import { type InputUnreadable, openArtifact } from "./open-inputs.ts"

export interface OpenedStart {
  /** `undefined` where the attempt has to begin anew. */
  readonly start: (Start<Record<string, never>> & Continuation) | undefined
  /** Objects that are missing or damaged. */
  readonly damaged: ReadonlyArray<Digest>
}

/** Opens it. What cannot be opened is no failure: there is a warning, and something else to go on from, or nothing. */
export const openStart = Effect.fnUntraced(function* (
  { checkpoints, outputs: kinds, start: given }: AttemptRequest,
  onLog: (line: LogLine) => void
) {
  const damaged: Array<Digest> = []
  const checkpoint = checkpoints === undefined ? undefined : readCheckpoint(checkpoints)
  const candidates: ReadonlyArray<Candidate> = [
    ...(checkpoint === undefined ? [] : [{ ...checkpoint, open: decodeAll(kinds, checkpoint.outputs) }]),
    ...(given === undefined ? [] : [{ ...given, open: openAll(kinds, given.outputs) }])
  ].sort((a, b) => b.at - a.at)
  for (const { at, key, open } of candidates) {
    const opened = yield* Effect.result(open)
    if (Result.isSuccess(opened)) {
      const start = { at, ...(key === undefined ? {} : { key }), outputs: opened.success as Record<string, never> }
      return { start, damaged } satisfies OpenedStart
    }
    const { failure } = opened
    onLog({ level: "warning", message: `it cannot go on from what there was at ${at}: ${failure.message}` })
    if (failure._tag === "InputUnreadable" && failure.digest !== undefined) damaged.push(failure.digest)
  }
  return { start: undefined, damaged } satisfies OpenedStart
})

interface Candidate extends Continuation {
  readonly open: Effect.Effect<{ readonly [port: string]: unknown }, CodecError | InputUnreadable>
}

type Kinds = { readonly [port: string]: ArtifactKind }

const decodeAll = (kinds: Kinds, files: { readonly [port: string]: ReadonlyArray<Codec.CodedFile> }) =>
  Effect.forEach(Object.entries(kinds), ([port, kind]) =>
    Effect.map(Effect.fromResult(Codec.decode(kind, files[port] ?? [])), (value) => [port, value] as const)
  ).pipe(Effect.map(Object.fromEntries<unknown>))

const openAll = (kinds: Kinds, files: NonNullable<AttemptRequest["start"]>["outputs"]) =>
  Effect.forEach(Object.entries(kinds), ([port, kind]) =>
    Effect.map(openArtifact(port, kind, files[port] ?? []), (value) => [port, value] as const)
  ).pipe(Effect.map(Object.fromEntries<unknown>))
