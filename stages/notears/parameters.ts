/** Parameters that several stage types of this family take. */
import { Effect, Schema } from "effect"
import { START_NAMES } from "./start-order.ts"

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

export const nodes = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5000 }))
  .annotate({ description: "Nodes of the graph, d" })
  .pipe(Schema.withDecodingDefaultKey(Effect.succeed(20)))

export const start = Schema.Literals(START_NAMES)
  .annotate({ description: "The first order, unless an input gives one: random, by rising variance, or by number" })
  .pipe(Schema.withDecodingDefaultKey(Effect.succeed("random" as const)))

/** A whole number of something, one at least. */
export const positive = (description: string, usual: number) =>
  Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000_000 }))
    .annotate({ description })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(usual)))

/** A whole number of something, none at least. */
export const count = (description: string, usual: number) =>
  Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000_000 }))
    .annotate({ description })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(usual)))
