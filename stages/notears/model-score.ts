/** Scores of models that no second moments tell, by name, as parameters of stage types. */
import { Effect, Schema } from "effect"
import { binary, type NotBinary } from "./continuous.ts"
import { logisticFit } from "./logistic-fit.ts"
import { mlpFit } from "./mlp-fit.ts"
import type { FitNode } from "./NodewiseOrder.ts"
import { positive, seed } from "./parameters.ts"
import type { Samples } from "./tensors.ts"

const penalty = (description: string) =>
  Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)).annotate({ description }))

/** A score, its penalties, and how its networks are fitted. */
export const scoreFields = {
  score: Schema.Literals(["logistic", "mlp"]).annotate({
    description:
      "logistic: logarithm of the likelihood of 0/1 data, with λ₁ ‖W‖₁; mlp: squared error of a network for each node, without biases, with λ₁ ‖first layer‖₁ + λ₂/2 ‖all‖²"
  }),
  lambda1: penalty("λ₁; left out, 0.01 for mlp and 10 / samples for logistic, which is C = 0.1 of liblinear"),
  lambda2: penalty("λ₂ of mlp; left out, 0.01"),
  hidden: positive("Hidden units of mlp", 40),
  tolerance: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
    .annotate({ description: "A fit of mlp ends when a step lowers its score by this share or less" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1e-7))),
  iterations: positive("Most steps of a fit of mlp", 1000),
  seed
}

const Score = Schema.Struct(scoreFields)

/** Of edges that count, where none is given: those of the literature. */
export const THRESHOLDS = { logistic: 0.3, mlp: 0.5 }

export const modelThreshold = Schema.optionalKey(
  Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)).annotate({
    description: "Edges of a smaller weight are left out of the graph; left out, 0.3 for logistic and 0.5 for mlp"
  })
)

/** What fits a node to those before it. */
export const fitOf = (params: typeof Score.Type, samples: Samples): Effect.Effect<FitNode, NotBinary> => {
  const { hidden, iterations, lambda1, lambda2 = 0.01, score, seed, tolerance } = params
  if (score === "logistic") {
    return Effect.map(binary(samples), (bits) => logisticFit(bits, lambda1 ?? 10 / samples.n))
  }
  const settings = { hidden, lambda1: lambda1 ?? 0.01, lambda2, seed, tolerance, maxIterations: iterations }
  return Effect.succeed(mlpFit(samples, settings))
}
