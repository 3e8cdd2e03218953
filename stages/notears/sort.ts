/** Orders by a number for each variable, with no search. */
import { StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { covarianceOf } from "./Covariance.ts"
import { explained } from "./explained.ts"
import { orderBy } from "./Order.ts"
import { center } from "./parameters.ts"
import { leastSquaresSolution, work } from "./solution.ts"
import { byVariance } from "./start-order.ts"
import { asSamples } from "./tensors.ts"

export default StageType.make({
  name: "notears/sort",
  summary:
    "Acyclic graph of least squares along the variables by rising variance, or by what the others explain of each",
  source: "Reisach, Seiler, Weichwald 2021 (arXiv 2102.13647); Reisach et al. 2023 (arXiv 2303.18211)",
  determinism: "bitwise",
  params: Schema.Struct({
    by: Schema.Literals(["variance", "r2"])
      .annotate({
        description: "variance: that of each variable; r2: the share of it that all others explain, free of scale"
      })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed("variance" as const))),
    center
  }),
  inputs: { X: "Tensor" },
  outputs: { weights: "Tensor", order: "Tensor", work: "Metrics" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const samples = yield* asSamples("X", inputs.X)
      const covariance = yield* covarianceOf(samples, params.center)
      const { d } = covariance
      const order = params.by === "variance" ? byVariance(samples) : orderBy(yield* explained(samples))
      const found = yield* leastSquaresSolution(covariance, order)
      return { ...found, work: yield* work({ flops: (5 * d * d * d) / 3, regressions: d }) }
    })
})
