/** Topological swaps: orders are improved until no candidate is better. */
import { Metric, Port, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { stream } from "../math/random/Philox.ts"
import { log } from "../math/special/Elementary.ts"
import { type Covariance, checkMoments, covarianceOf } from "./Covariance.ts"
import type { Descent, Phase } from "./Descent.ts"
import { InsertionDescent } from "./InsertionDescent.ts"
import { IteratedSearch, type SearchParts } from "./IteratedSearch.ts"
import { LeastSquaresOrder } from "./LeastSquaresOrder.ts"
import { MOVE_KINDS } from "./Move.ts"
import { NodewiseOrder } from "./NodewiseOrder.ts"
import { center, count, seed, start as startParam } from "./parameters.ts"
import { RememberedFits } from "./remembered-fits.ts"
import type { ScoredOrder } from "./ScoredOrder.ts"
import { NO_STATE, recallFits, stateModel, stateOf } from "./search-state.ts"
import { solution, work } from "./solution.ts"
import { sparseFit } from "./sparse-fit.ts"
import { startOrder } from "./start-order.ts"
import { TopologicalSwaps } from "./TopologicalSwaps.ts"
import { takeRounds } from "./take-rounds.ts"
import { asSamples, matrix, orderTensor } from "./tensors.ts"
import { WindowDescent } from "./WindowDescent.ts"

const Params = Schema.Struct({
  score: Schema.Literals(["least-squares", "sparse", "bic"])
    .annotate({
      description:
        "least-squares: ‖X − X W‖² / 2n; sparse: the same with a price for each edge; bic: half the logarithm of each residual variance, with that price"
    })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed("least-squares" as const))),
  price: Schema.Finite.check(Schema.isGreaterThan(0))
    .annotate({
      description:
        "Price of an edge in units of log n / 2n: 1 is that of BIC, with noise of variance 1 for sparse. Not used with least-squares"
    })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
  start: startParam,
  seed,
  center,
  moves: Schema.Literals([...MOVE_KINDS, "insertions"])
    .annotate({
      description:
        "What a round tries. Of candidate pairs, to swap both, to bring the later before the earlier, or this behind that; insertions: any node to any place"
    })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed("insertions" as const))),
  window: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 14 }))
    .annotate({
      description:
        "With insertions and least squares: where none helps, so many neighbours in the order are put in their best order, all windows in turn; 0 for none"
    })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(8))),
  small: count("Candidate pairs of a round; with one go all of the same walk weight. Not used with insertions", 100),
  large: count("Candidate pairs where none of the small set helps. Not used with insertions", 1000),
  largeSearches: count("How often the large set may be used with success. Not used with insertions", 10),
  kicks: count("Further descents, each from the best order so far after some random moves", 50),
  strength: count("Random moves of a kick", 3),
  restarts: count("How often to begin anew, with a random order and as many kicks", 0),
  maxRounds: count("Rounds after which the search ends in any case", 10_000)
})

export default StageType.make({
  name: "notears/topo",
  summary: "Acyclic graph of least squares, with or without a price of edges, by topological swaps of an order",
  source: "Deng, Bello, Aragam, Ravikumar 2023 (arXiv 2305.17277), algorithms 1 and 2",
  determinism: "bitwise",
  params: Params,
  inputs: { X: "Tensor", order: Port.optional("Tensor"), weights: Port.optional("Tensor") },
  outputs: { weights: "Tensor", order: "Tensor", rounds: "Table", work: "Metrics", state: "Model" },
  run: ({ params, inputs, start }) =>
    Effect.gen(function* () {
      const samples = yield* asSamples("X", inputs.X)
      const covariance = yield* covarianceOf(samples, params.center)
      if (params.score !== "least-squares") yield* checkMoments(covariance)
      const from = start?.outputs.state
      const fits = sparseFits(params, covariance)
      const order = yield* startOrder(params, inputs, samples)
      const state =
        fits === undefined ? new LeastSquaresOrder(covariance.root, order) : new NodewiseOrder(fits.fit, order)
      yield* Metric.record("score at start", state.score)
      const search = new IteratedSearch(partsOf(params, state), from && stateOf(from))
      // Orders were fitted on the way here.
      if (from !== undefined) recallFits(fits, from)
      const { rounds, work: done } = yield* takeRounds({
        state,
        search,
        maxRounds: params.maxRounds,
        rounds: start?.outputs.rounds,
        outputs: () => ({
          weights: matrix(samples.d, samples.d, state.weights()),
          order: orderTensor(state.order.slice()),
          state: stateModel(search.progress(), fits)
        })
      })
      const found = yield* solution(covariance, state)
      return { ...found, rounds, work: yield* work(done), state: NO_STATE }
    })
})

const partsOf = (params: typeof Params.Type, state: ScoredOrder): SearchParts => ({
  state,
  begin: (phase) => descentOf(params, state, phase),
  settings: params,
  random: (start, kick) => stream(params.seed, `notears/topo ${start} ${kick}`)
})

/** Of scores with a price of edges; `undefined` for least squares, which needs none. */
const sparseFits = ({ price, score }: typeof Params.Type, covariance: Covariance): RememberedFits | undefined => {
  if (score === "least-squares") return undefined
  const each = (price * log(covariance.n)) / (2 * covariance.n)
  return new RememberedFits(sparseFit(covariance, score === "bic" ? "likelihood" : "squares", each))
}

const descentOf = (params: typeof Params.Type, state: ScoredOrder, phase?: Phase): Descent => {
  const { moves, small, large, largeSearches, window } = params
  if (moves !== "insertions") {
    const settings = { kind: moves, sizes: { small, large }, largeSearches, choice: "disjoint" } as const
    return new TopologicalSwaps(state, settings, phase)
  }
  const isWindowed = state instanceof LeastSquaresOrder && window > 1
  return isWindowed ? new WindowDescent(state, window, phase) : new InsertionDescent(state, phase)
}
