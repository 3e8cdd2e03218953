/** How exactly the interior-point method solves. */
import { Effect, Schema } from "effect"

export const tolerance = Schema.Finite.check(Schema.isBetween({ minimum: 1e-12, maximum: 0.1 }))
  .annotate({ description: "Gap to the optimum at which to stop, relative to values above 1" })
  .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1e-9)))
