/** Topological swaps for scores that no second moments tell: each node is fitted to those before it. */
import { Metric, Port, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { stream } from "../math/random/Philox.ts"
import { edgeCount, thresholded } from "./Dag.ts"
import type { Descent, Phase } from "./Descent.ts"
import { InsertionDescent } from "./InsertionDescent.ts"
import { IteratedSearch, ONE_DESCENT, type SearchParts } from "./IteratedSearch.ts"
import { MOVE_KINDS } from "./Move.ts"
import { fitOf, modelThreshold, scoreFields, THRESHOLDS } from "./model-score.ts"
import { NodewiseOrder } from "./NodewiseOrder.ts"
import { count, start } from "./parameters.ts"
import { RememberedFits } from "./remembered-fits.ts"
import { NO_STATE, recallFits, stateModel, stateOf } from "./search-state.ts"
import { work } from "./solution.ts"
import { startOrder } from "./start-order.ts"
import { TopologicalSwaps } from "./TopologicalSwaps.ts"
import { takeRounds } from "./take-rounds.ts"
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
  outputs: {
    weights: "Tensor",
    unthresholded: "Tensor",
    order: "Tensor",
    rounds: "Table",
    work: "Metrics",
    state: "Model"
  },
  run: ({ params, inputs, start }) =>
    Effect.gen(function* () {
      const samples = yield* asSamples("X", inputs.X)
      const { d } = samples
      const order = yield* startOrder(params, inputs, samples)
      const from = start?.outputs.state
      const fits = new RememberedFits(yield* fitOf(params, samples))
      if (from !== undefined) recallFits(fits, from)
      const state = new NodewiseOrder(fits.fit, order)
      yield* Metric.record("score at start", state.score)
      const search = new IteratedSearch(partsOf(params, state), from && stateOf(from))
      // Orders were fitted on the way here.
      if (from !== undefined) recallFits(fits, from)
      const graph = () => {
        const weights = state.weights()
        const kept = thresholded(weights, d, params.threshold ?? THRESHOLDS[params.score])
        return {
          weights: matrix(d, d, kept),
          unthresholded: matrix(d, d, weights),
          order: orderTensor(state.order.slice())
        }
      }
      const { rounds, work: done } = yield* takeRounds({
        state,
        search,
        maxRounds: params.maxRounds,
        rounds: start?.outputs.rounds,
        outputs: () => ({ ...graph(), state: stateModel(search.progress(), fits) })
      })
      const found = graph()
      yield* Metric.recordAll({ score: state.score, fits: fits.count, edges: edgeCount(found.weights.data) })
      return { ...found, rounds, work: yield* work(done), state: NO_STATE }
    })
})

const partsOf = (params: typeof Params.Type, state: NodewiseOrder): SearchParts => ({
  state,
  begin: (phase) => descentOf(params, state, phase),
  settings: ONE_DESCENT,
  random: () => stream(params.seed, "notears/topo-general")
})

const descentOf = (params: typeof Params.Type, state: NodewiseOrder, phase?: Phase): Descent => {
  const { choice, largeSearches, moves, score } = params
  if (moves === "insertions") return new InsertionDescent(state, phase)
  const usual = score === "mlp" ? "first" : "disjoint"
  const settings = { kind: moves, sizes: params, largeSearches, choice: choice ?? usual }
  return new TopologicalSwaps(state, settings, phase)
}
