/** Topological swaps for scores that no second moments tell: each node is fitted to those before it. */
import { Metric, Port, Progress, StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { edgeCount, thresholded } from "./Dag.ts"
import type { Descent, Round } from "./Descent.ts"
import { InsertionDescent } from "./InsertionDescent.ts"
import { MOVE_KINDS } from "./Move.ts"
import { fitOf, modelThreshold, scoreFields, THRESHOLDS } from "./model-score.ts"
import { NodewiseOrder } from "./NodewiseOrder.ts"
import { count, start } from "./parameters.ts"
import { remembered } from "./remembered-fits.ts"
import { work } from "./solution.ts"
import { startOrder } from "./start-order.ts"
import { TopologicalSwaps } from "./TopologicalSwaps.ts"
import { asSamples, matrix, orderTensor } from "./tensors.ts"

const Params = Schema.Struct({
  ...scoreFields,
  start,
  moves: Schema.Literals([...MOVE_KINDS, "insertions"])
    .annotate({
      description: "What is done to a candidate pair, as of notears/topo; insertions: any node to any place"
    })
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
  threshold: modelThreshold
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
      const search = searchOf(params, state)
      yield* Metric.record("score at start", state.score)
      const rounds: Array<Round & { readonly score: number }> = []
      const round = () => rounds.push({ ...search.advance(), score: state.score })
      yield* Progress.steps(params.maxRounds, "rounds", round, { until: () => search.isDone })
      const weights = state.weights()
      const kept = thresholded(weights, d, params.threshold ?? THRESHOLDS[params.score])
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

const searchOf = (params: typeof Params.Type, state: NodewiseOrder): Descent => {
  const { choice, largeSearches, moves, score } = params
  if (moves === "insertions") return new InsertionDescent(state)
  const usual = score === "mlp" ? "first" : "disjoint"
  return new TopologicalSwaps(state, { kind: moves, sizes: params, largeSearches, choice: choice ?? usual })
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
