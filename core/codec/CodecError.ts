/** Bytes that are not what their kind says, or a value that its kind cannot hold. */
import { Data, Result } from "effect"
import { messageOf } from "../document/message-of.ts"

/** A refusal, in one line: what was expected, and what is there. */
export class CodecError extends Data.TaggedError("CodecError")<{
  /** The format, kind or file, as `npy`, `Metrics` or `data/points.csv`. */
  readonly format: string
  readonly reason: string
}> {
  override get message(): string {
    // Reasons quote what was read, which may hold anything.
    return `${this.format}: ${this.reason}`.replace(/\p{Cc}+/gu, " ")
  }
}

export type Coded<A> = Result.Result<A, CodecError>

/** Fails with a reason. */
export const refuse = (format: string, reason: string): Coded<never> => Result.fail(new CodecError({ format, reason }))

/** Runs code that throws on bad bytes. */
export const attempt = <A>(format: string, run: () => A): Coded<A> =>
  Result.try({
    try: run,
    catch: (cause) => new CodecError({ format, reason: messageOf(cause) })
  })
