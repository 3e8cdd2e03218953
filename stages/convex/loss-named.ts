/** The losses of this family, by name. */
import { Effect, Schema } from "effect"
import { hinge } from "./hinge.ts"
import { logistic } from "./logistic.ts"
import { type Loss, squared } from "./losses.ts"
import { type LabelNotSign, requireSigns } from "./tensors.ts"

export const LossName = Schema.Literals(["squared", "hinge", "logistic"])
export type LossName = typeof LossName.Type

const LOSSES: { readonly [name in LossName]: Loss } = { squared, hinge, logistic }

/** The loss, once targets are what it knows: labels −1 and 1 for those of two classes. */
export const lossNamed = (name: LossName, y: Float64Array): Effect.Effect<Loss, LabelNotSign> =>
  name === "squared" ? Effect.succeed(squared) : Effect.as(requireSigns("y", y), LOSSES[name])

/** The parameter that names a loss. */
export const lossName = LossName.annotate({
  description: "Loss, summed over the points: squared ½ (f − y)², or hinge or logistic, which take labels −1 and 1"
}).pipe(Schema.withDecodingDefaultKey(Effect.succeed("squared" as const)))
