/** Parameters that stage types of this family share. */
import { Effect, Schema } from "effect"

export const classes = Schema.Int.check(Schema.isGreaterThan(1))
  .annotate({ description: "Number of classes; labels are 0 to one less" })
  .pipe(Schema.withDecodingDefaultKey(Effect.succeed(10)))
