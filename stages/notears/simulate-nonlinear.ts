/** Data along a graph that are not linear in the parents of a node. */
import { StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { bulkStream } from "../math/random/BulkPhilox.ts"
import { topologicalOrder } from "./Dag.ts"
import { MECHANISMS } from "./mechanisms.ts"
import { seed } from "./parameters.ts"
import { asWeights, matrix, nodesOf } from "./tensors.ts"

/** Means of a Poisson model have grown along the edges beyond what can be drawn. */
class TooLarge extends Schema.TaggedError<TooLarge>()("TooLarge", { node: Schema.Int }) {
  override get message(): string {
    return `node ${this.node} has a mean beyond 2⁵⁰, e to the power of its parents times their weights: give smaller weights`
  }
}

/** From so many samples on, a Gaussian process says what memory it needs. */
const MANY = 4000

export default StageType.make({
  name: "notears/simulate-nonlinear",
  summary: "Samples of logistic, Poisson and nonlinear additive models along an acyclic graph",
  source: "Zheng et al. 2020 (arXiv 1909.13189), section 6; recipes of its code",
  determinism: "bitwise",
  params: Schema.Struct({
    model: Schema.Literals(["logistic", "poisson", "mlp", "mim", "gp", "gp-add"]).annotate({
      description:
        "logistic, poisson: of wᵀ z for parents z with the weights w of the graph; mlp: a network with 100 hidden units; mim: tanh + cos + sin of three indices; gp, gp-add: a Gaussian process, or one for each parent. The last four have weights of their own and noise N(0, 1)"
    }),
    samples: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000_000 }))
      .annotate({ description: "How many; gp and gp-add need memory for their square" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1000))),
    seed
  }),
  // A covariance of all samples, its exponents and its factor: such numbers need a limit of their own.
  resources: ({ model, samples }) => ({
    cpu: 1,
    memory: model.startsWith("gp") && samples > MANY ? 40 * samples ** 2 + 2 ** 29 : 0
  }),
  inputs: { weights: "Tensor" },
  outputs: { X: "Tensor" },
  run: ({ params: { model, samples: n, seed }, inputs }) =>
    Effect.gen(function* () {
      const d = yield* nodesOf("weights", inputs.weights)
      const weights = yield* asWeights("weights", inputs.weights, d)
      const order = yield* topologicalOrder("weights", weights, d)
      const data = new Float64Array(n * d)
      for (const node of order) {
        const draw = () =>
          MECHANISMS[model](parentsOf(data, n, weights, d, node), bulkStream(seed, `notears/node ${node}`))
        const column =
          model === "poisson"
            ? yield* Effect.try({ try: draw, catch: () => new TooLarge({ node }) })
            : yield* Effect.sync(draw)
        for (let row = 0; row < n; row++) data[row * d + node] = column[row]!
        // A node may take a second of thousands of samples: let interruption in.
        yield* Effect.sleep(0)
      }
      return { X: matrix(n, d, data) }
    })
})

/** What is known of the parents of a node, whose columns are there. */
const parentsOf = (data: Float64Array, n: number, weights: Float64Array, d: number, node: number) => {
  const nodes = Array.from({ length: d }, (_, i) => i).filter((i) => weights[i * d + node] !== 0)
  const count = nodes.length
  const values = new Float64Array(n * count)
  for (let row = 0; row < n; row++) for (let k = 0; k < count; k++) values[row * count + k] = data[row * d + nodes[k]!]!
  return { values, n, count, weights: Float64Array.from(nodes, (i) => weights[i * d + node]!) }
}
