/** Values that were checked against the pipeline file, or every complaint about them. */
import { Result } from "effect"
import type { Diagnostic } from "../document/Diagnostic.ts"
import type { Span } from "../document/Span.ts"

export type Checked<A> = Result.Result<A, ReadonlyArray<Diagnostic>>

/** An error at a place. */
export const complaint = (span: Span, message: string, hint?: string): Diagnostic => ({
  severity: "error",
  span,
  message,
  ...(hint === undefined ? {} : { hint })
})

/** One complaint in place of a value. */
export const refuse = (span: Span, message: string, hint?: string): Checked<never> =>
  Result.fail([complaint(span, message, hint)])

/** All values, or the complaints of all that failed. */
export const collect = <A>(results: ReadonlyArray<Checked<A>>): Checked<ReadonlyArray<A>> => {
  const failed = results.filter(Result.isFailure)
  if (failed.length > 0) return Result.fail(failed.flatMap(({ failure }) => failure))
  return Result.succeed(results.flatMap((result) => (Result.isSuccess(result) ? [result.success] : [])))
}

/** Two values, or the complaints about both. */
export const both = <A, B>(a: Checked<A>, b: Checked<B>): Checked<readonly [A, B]> =>
  Result.isSuccess(a) && Result.isSuccess(b)
    ? Result.succeed([a.success, b.success])
    : Result.fail([...(Result.isFailure(a) ? a.failure : []), ...(Result.isFailure(b) ? b.failure : [])])
