/** Parameters that several stage types of this family take. */
import { Effect, Schema } from "effect"

export const seed = Schema.Int.annotate({ description: "Seed of the random numbers" }).pipe(
  Schema.withDecodingDefaultKey(Effect.succeed(0))
)

export const center = Schema.Boolean.annotate({
  description: "Whether means are taken off first: an intercept in every regression, wanted where noise has a mean"
}).pipe(Schema.withDecodingDefaultKey(Effect.succeed(false)))

/** That of the literature for linear models; 0.5 is usual for networks. */
export const threshold = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
  .annotate({ description: "Edges with a smaller absolute weight do not count when graphs are compared" })
  .pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.3)))
