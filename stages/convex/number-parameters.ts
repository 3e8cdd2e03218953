/** Parameters that are one number, with a default. */
import { Effect, Schema } from "effect"

/** A whole number from 1 to a maximum. */
export const whole = (description: string, unasked: number, maximum: number) =>
  Schema.Int.check(Schema.isBetween({ minimum: 1, maximum }))
    .annotate({ description })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(unasked)))

/** A number above 0. */
export const positive = (description: string, unasked: number) =>
  Schema.Finite.check(Schema.isGreaterThan(0))
    .annotate({ description })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(unasked)))
