/** Topological swaps for scores that no second moments tell: each node is fitted to those before it. */
import { Metric, Port, Progress, StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { binary, type NotBinary } from "./continuous.ts"
import { edgeCount, thresholded } from "./Dag.ts"
import type { Round } from "./Descent.ts"
import { logisticFit } from "./logistic-fit.ts"
import { MOVE_KINDS } from "./Move.ts"
import { mlpFit } from "./mlp-fit.ts"
import { type FitNode, NodewiseOrder } from "./NodewiseOrder.ts"
import { count, positive, seed, start } from "./parameters.ts"
import { remembered } from "./remembered-fits.ts"
import { work } from "./solution.ts"
import { startOrder } from "./start-order.ts"
import { TopologicalSwaps } from "./TopologicalSwaps.ts"
import { asSamples, matrix, orderTensor, type Samples } from "./tensors.ts"

const penalty = (description: string) =>
  Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)).annotate({ description }))

const Params = Schema.Struct({
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
  start,
  seed,
  moves: Schema.Literals(MOVE_KINDS)
    .annotate({ description: "What is done to a candidate pair, as of notears/topo" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed("swap"))),
  choice: Schema.optionalKey(
    Schema.Literals(["disjoint", "first"]).annotate({
      description:
        "Whether a round makes all improving moves that do not overlap, or the first one; left out, the first for mlp"
    })
  ),
  small: count("Candidates of a round; with a pair go all of the same walk weight", 10),
  large: count("Candidates where no small set helps", 40),
  largeSearches: count("How often the large set may be used with success", 1),
  maxRounds: count("Rounds after which the search ends in any case", 10_000),
  threshold: Schema.optionalKey(
    Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)).annotate({
      description: "Edges of a smaller weight are left out of the graph; left out, 0.3 for logistic and 0.5 for mlp"
    })
  )
})

export default StageType.make({
  name: "notears/topo-general",
  summary: "Acyclic graph of logistic models or networks by topological swaps of an order",
  source: "Deng, Bello, Aragam, Ravikumar 2023 (arXiv 2305.17277), algorithms 1 and 2 and section 6",
  determinism: "bitwise",
  params: Params,
  inputs: { X: "Tensor", order: Port.optional("Tensor"), weights: Port.optional("Tensor") },
  outputs: { weights: "Tensor", unthresholded: "Tensor", order: "Tensor", rounds: "Table", work: "Metrics" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const samples = yield* asSamples("X", inputs.X)
      const { d } = samples
      const order = yield* startOrder(params, inputs, samples)
      let fits = 0
      const fitNode = yield* fitOf(params, samples)
      const state = new NodewiseOrder(
        remembered((node, before) => {
          fits++
          return fitNode(node, before)
        }),
        order
      )
      const search = new TopologicalSwaps(state, {
        kind: params.moves,
        sizes: params,
        largeSearches: params.largeSearches,
        choice: params.choice ?? (params.score === "mlp" ? "first" : "disjoint")
      })
      yield* Metric.record("score at start", state.score)
      const rounds: Array<Round & { readonly score: number }> = []
      yield* Progress.steps(params.maxRounds, "rounds", () => {
        if (!search.isDone) rounds.push({ ...search.advance(), score: state.score })
      })
      const weights = state.weights()
      const kept = thresholded(weights, d, params.threshold ?? (params.score === "mlp" ? 0.5 : 0.3))
      yield* Metric.recordAll({
        score: state.score,
        rounds: rounds.length,
        regressions: rounds.reduce((sum, { regressions }) => sum + regressions, 0),
        fits,
        edges: edgeCount(kept),
        finished: search.isDone ? 1 : 0
      })
      return {
        weights: matrix(d, d, kept),
        unthresholded: matrix(d, d, weights),
        order: orderTensor(state.order),
        rounds: tableOf(rounds),
        work: yield* work(state.flops)
      }
    })
})

const fitOf = (params: typeof Params.Type, samples: Samples): Effect.Effect<FitNode, NotBinary> => {
  const { hidden, iterations, lambda1, lambda2 = 0.01, score, seed, tolerance } = params
  if (score === "logistic") {
    return Effect.map(binary(samples), (bits) => logisticFit(bits, lambda1 ?? 10 / samples.n))
  }
  const settings = { hidden, lambda1: lambda1 ?? 0.01, lambda2, seed, tolerance, maxIterations: iterations }
  return Effect.succeed(mlpFit(samples, settings))
}

const tableOf = (rounds: ReadonlyArray<Round & { readonly score: number }>): Table => ({
  columns: {
    round: Int32Array.from(rounds, (_, at) => at + 1),
    score: Float64Array.from(rounds, ({ score }) => score),
    set: rounds.map(({ set }) => set),
    candidates: Int32Array.from(rounds, ({ candidates }) => candidates),
    moves: Int32Array.from(rounds, ({ moves }) => moves)
  }
})
