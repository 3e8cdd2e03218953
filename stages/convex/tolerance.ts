/** How exactly programs are solved. */
import { Effect, Schema } from "effect"

const number = (description: string) =>
  Schema.Finite.check(Schema.isBetween({ minimum: 1e-12, maximum: 0.1 }))
    .annotate({ description })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1e-9)))

/** Of the interior-point method, in units of the program. */
export const tolerance = number(
  "Gap to the optimum at which to stop, relative to the objective; up to ten times as much where rounding leaves no more"
)

/** Of sampled programs. */
export const toleranceAboveOne = number("Gap to the optimum at which to stop, relative to values above 1")
