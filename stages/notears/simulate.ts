/** Data along a graph. */
import { StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { bulkStream } from "../math/random/BulkPhilox.ts"
import { stream } from "../math/random/Philox.ts"
import { topologicalOrder } from "./Dag.ts"
import { NOISE_NAMES, noise } from "./noise.ts"
import type { Order } from "./Order.ts"
import { seed } from "./parameters.ts"
import { asWeights, matrix, nodesOf } from "./tensors.ts"

const scale = (description: string) =>
  Schema.Finite.check(Schema.isGreaterThan(0))
    .annotate({ description })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1)))

/** Scales would be drawn from an interval that ends before it begins. */
class NoScales extends Schema.TaggedError<NoScales>()("NoScales", { least: Schema.Finite, most: Schema.Finite }) {
  override get message(): string {
    return `no scale is from ${this.least} to ${this.most}`
  }
}

export default StageType.make({
  name: "notears/simulate",
  summary: "Samples of a linear model along an acyclic graph, or its exact second moments",
  source: "Zheng et al. 2018 (arXiv 1803.01422), section 5: X = X W + Z",
  determinism: "bitwise",
  params: Schema.Struct({
    samples: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000_000 }))
      .annotate({ description: "How many; not used with `population`" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1000))),
    noise: Schema.Literals(NOISE_NAMES)
      .annotate({ description: "Distribution of the noise; exponential and Gumbel noise have a mean above 0" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed("gauss" as const))),
    leastScale: scale("Least scale of the noise of a node; that of each is uniform between the two"),
    mostScale: scale("Largest scale of the noise of a node"),
    population: Schema.Boolean.annotate({
      description:
        "X = √d diag(scales) (I − W)⁻¹, of d rows: XᵀX / d is what infinitely many samples with noise of variance scale² have"
    }).pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
    seed
  }),
  inputs: { weights: "Tensor" },
  outputs: { X: "Tensor", scales: "Tensor" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const d = yield* nodesOf("weights", inputs.weights)
      const weights = yield* asWeights("weights", inputs.weights, d)
      const order = yield* topologicalOrder("weights", weights, d)
      const { leastScale: least, mostScale: most, seed, population } = params
      if (least > most) return yield* new NoScales({ least, most })
      const scales = stream(seed, "notears/scales")
        .uniforms(d)
        .map((share) => least + (most - least) * share)
      const n = population ? d : params.samples
      const data = population ? diagonal(d) : noise(params.noise, bulkStream(seed, "notears/noise"), n * d)
      for (let at = 0; at < data.length; at++) data[at]! *= scales[at % d]!
      alongEdges(data, n, weights, order)
      return { X: matrix(n, d, data), scales: { shape: [d], data: scales } }
    })
})

/** √d I. */
const diagonal = (d: number): Float64Array =>
  Float64Array.from({ length: d * d }, (_, at) => (at % (d + 1) === 0 ? Math.sqrt(d) : 0))

/** X of X = X W + Z in the place of Z, samples × nodes. */
const alongEdges = (data: Float64Array, n: number, weights: Float64Array, order: Order): void => {
  const d = order.length
  for (const child of order) {
    for (const parent of order) {
      const weight = weights[parent * d + child]!
      if (weight === 0) continue
      for (let row = 0; row < n; row++) data[row * d + child]! += weight * data[row * d + parent]!
    }
  }
}
