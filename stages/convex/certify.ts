/** How far any network is from the best there is. */
import { Metric, Port, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { mostPatterns, rankOf } from "./ActivationPatterns.ts"
import { certificateOf } from "./certificate-of.ts"
import { beta } from "./parameters.ts"
import { allPatterns } from "./pattern-source.ts"
import { ofModel } from "./ReluNetwork.ts"
import { asExamples, asPatterns } from "./tensors.ts"

export default StageType.make({
  name: "convex/certify",
  summary: "Objective of a ReLU network, a bound that no network goes below, and the gap between them",
  source: "Pilanci, Ergen 2020, section 3; Bai et al. 2023",
  determinism: "bitwise",
  params: Schema.Struct({
    beta,
    limit: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4_000_000 }))
      .annotate({
        description: "Patterns that are listed at most for an exact certificate; a bound in closed form beyond"
      })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(200_000)))
  }),
  inputs: { model: "Model", X: "Tensor", y: "Tensor", patterns: Port.optional("Tensor") },
  outputs: { certificate: "Json" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const examples = yield* asExamples(inputs.X, inputs.y)
      const { x } = examples
      const network = yield* ofModel(inputs.model, x.dimension)
      const given = inputs.patterns === undefined ? undefined : yield* asPatterns("patterns", inputs.patterns, x.count)
      const isListed = mostPatterns(x.count, rankOf(x)) <= params.limit
      const patterns = given ?? (isListed ? yield* allPatterns(x, params.limit) : undefined)
      const { objective, balanced, largest, bound, gap } = certificateOf(network, examples, params.beta, patterns)
      yield* Metric.recordAll({ objective, balanced, "largest correlation": largest, bound, gap })
      const scope = given !== undefined ? "given patterns" : isListed ? "all patterns" : "bound in closed form"
      return { certificate: { scope, objective, balanced, largest, beta: params.beta, bound, gap } }
    })
})
