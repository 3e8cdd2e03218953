/** Parameters that several stage types of this family take. */
import { Effect, Schema } from "effect"

export const beta = Schema.Finite.check(Schema.isGreaterThan(0))
  .annotate({ description: "Weight of the penalty, β > 0: half of it on the squares of all weights" })
  .pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.1)))

export const seed = Schema.Int.annotate({ description: "Seed of the random numbers" }).pipe(
  Schema.withDecodingDefaultKey(Effect.succeed(0))
)

/** How many patterns are sampled where none are given. */
export const sampled = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))
  .annotate({ description: "Activation patterns to sample; not used where patterns are given" })
  .pipe(Schema.withDecodingDefaultKey(Effect.succeed(50)))

export const draws = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100_000_000 }))
  .annotate({ description: "Directions that may be drawn in search of as many distinct patterns" })
  .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1_000_000)))
