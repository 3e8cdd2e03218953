/** Reads the inputs of an attempt: bytes are verified against their digest before a stage sees them. */
import { Data, Effect, Result } from "effect"
import * as Codec from "../codec/Codec.ts"
import { messageOf } from "../document/message-of.ts"
import { isGuarded } from "../fault/hooks.ts"
import { ATTRIBUTE, SPAN } from "../record/semantic-conventions.ts"
import type { ArtifactKind } from "../stage/ArtifactKind.ts"
import type { InputValues } from "../stage/StageType.ts"
import * as Digest from "../store/Digest.ts"
import { readObject } from "../store/Trash.ts"
import { attemptFailure } from "./attempt-failure.ts"
import { AttemptFailed, type AttemptInput, type LocatedFile } from "./Executor.ts"
import { ownBytes } from "./own-bytes.ts"

/** The bytes of an input are missing, are not those that were stored, or cannot be decoded. */
export class InputUnreadable extends Data.TaggedError("InputUnreadable")<{
  readonly port: string
  /** The object that is missing or damaged; `undefined` where it is as it was stored. */
  readonly digest: Digest.Digest | undefined
  readonly reason: string
}> {
  override get message(): string {
    return `input "${this.port}": ${this.reason}`
  }
}

/** The values of all ports. */
export const openInputs = (inputs: {
  readonly [port: string]: AttemptInput
}): Effect.Effect<InputValues<Record<string, never>>, InputUnreadable> =>
  Effect.gen(function* () {
    const values: Record<string, unknown> = {}
    for (const [port, input] of Object.entries(inputs)) {
      if (input._tag === "One") values[port] = yield* openArtifact(port, input.kind, input.files)
      else {
        values[port] = yield* Effect.forEach(input.items, ({ matrix, files }) =>
          Effect.map(openArtifact(port, input.kind, files), (value) => ({ matrix, value }))
        )
      }
    }
    return values as InputValues<Record<string, never>>
  })

/** The value of one artifact. */
export const openArtifact = (port: string, kind: ArtifactKind, located: ReadonlyArray<LocatedFile>) => {
  const read = readArtifact(port, kind, located)
  // What lies in a record is at hand.
  if (located.every(({ content }) => content._tag === "Inline")) return read
  return Effect.withSpan(read, SPAN.get, { attributes: getAttributes(port, located), captureStackTrace: false })
}

const getAttributes = (port: string, files: ReadonlyArray<LocatedFile>) => ({
  [ATTRIBUTE.artifactPort]: port,
  // A Directory has a digest for each of its files.
  [ATTRIBUTE.artifactDigest]: files.length === 1 ? files[0]?.digest : undefined,
  [ATTRIBUTE.artifactBytes]: files.reduce((sum, { bytes }) => sum + bytes, 0),
  [ATTRIBUTE.artifactFiles]: files.length
})

const readArtifact = Effect.fnUntraced(function* (
  port: string,
  kind: ArtifactKind,
  located: ReadonlyArray<LocatedFile>
) {
  const files = yield* Effect.forEach(located, (file) =>
    Effect.map(readVerified(port, file), (bytes) => ({ path: file.path, bytes: ownBytes(bytes) }))
  )
  const decoded = Codec.decode(kind, files)
  if (Result.isSuccess(decoded)) return decoded.success
  return yield* new InputUnreadable({ port, digest: undefined, reason: decoded.failure.message })
})

/** The bytes of a file, which are those that were stored. */
export const readVerified = (port: string, { content, digest, bytes }: LocatedFile) =>
  Effect.try({
    try: () => (content._tag === "Inline" ? Buffer.from(content.base64, "base64") : readObject(content.file)),
    catch: (cause) => new InputUnreadable({ port, digest, reason: messageOf(cause) })
  }).pipe(
    Effect.filterOrFail(
      (read) => read.byteLength === bytes && (!isGuarded("verify-content") || Digest.ofBytes(read) === digest),
      () => new InputUnreadable({ port, digest, reason: `object ${digest.slice(0, 12)} is damaged` })
    )
  )

/** An input that could not be read, as the end of the attempt. */
export const inputFailure = (error: InputUnreadable): AttemptFailed => {
  const { tag, message, detail } = attemptFailure(error)
  return new AttemptFailed({ tag, message, detail, ...(error.digest === undefined ? {} : { damaged: error.digest }) })
}
