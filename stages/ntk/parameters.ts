/** Parameters that several stage types of this family take. */
import { Effect, Schema } from "effect"
import { ActivationName } from "./Activation.ts"

export const depth = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 64 }))
  .annotate({ description: "Layers of weights, L" })
  .pipe(Schema.withDecodingDefaultKey(Effect.succeed(4)))

/** Those of the paper's experiments. */
export const DEFAULT_BETA = 0.1
export const DEFAULT_ACTIVATION = "relu"

export const beta = Schema.Finite.annotate({ description: "Weight of the biases" }).pipe(
  Schema.withDecodingDefaultKey(Effect.succeed(DEFAULT_BETA))
)

export const activationName = ActivationName.annotate({ description: "Nonlinearity of the hidden layers" }).pipe(
  Schema.withDecodingDefaultKey(Effect.succeed(DEFAULT_ACTIVATION))
)

export const width = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 20_000 }))
  .annotate({ description: "Neurons of each hidden layer; not used with a model" })
  .pipe(Schema.withDecodingDefaultKey(Effect.succeed(100)))

export const seed = Schema.Int.annotate({ description: "Seed of the initial weights; not used with a model" }).pipe(
  Schema.withDecodingDefaultKey(Effect.succeed(0))
)
