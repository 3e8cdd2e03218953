/** Topological swaps: orders are improved until no candidate is better. */
import { Metric, Port, Progress, StageType, type Table } from "athanor/stage"
import { Effect, Schema } from "effect"
import { covarianceOf } from "./Covariance.ts"
import type { Round } from "./Descent.ts"
import { kktResidual } from "./kkt.ts"
import { LeastSquaresOrder } from "./LeastSquaresOrder.ts"
import { MOVE_KINDS } from "./Move.ts"
import { center, seed } from "./parameters.ts"
import { START_NAMES, startOrder } from "./start-order.ts"
import { TopologicalSwaps } from "./TopologicalSwaps.ts"
import { asSamples, matrix, orderTensor } from "./tensors.ts"

const count = (description: string, usual: number) =>
  Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))
    .annotate({ description })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(usual)))

const Params = Schema.Struct({
  start: Schema.Literals(START_NAMES)
    .annotate({ description: "The first order, unless an input gives one: random, by rising variance, or by number" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed("random" as const))),
  seed,
  center,
  moves: Schema.Literals(MOVE_KINDS)
    .annotate({
      description: "What is done to a candidate pair: swap both, the later before the earlier, or this behind that"
    })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed("swap" as const))),
  small: count("Candidates of a round; with a pair go all of the same walk weight", 100),
  large: count("Candidates where no small set helps", 1000),
  largeSearches: count("How often the large set may be used with success", 10),
  maxRounds: count("Rounds after which the search ends in any case", 10_000)
})

export default StageType.make({
  name: "notears/topo",
  summary: "Acyclic graph of least squares by topological swaps of an order",
  source: "Deng, Bello, Aragam, Ravikumar 2023 (arXiv 2305.17277), algorithms 1 and 2",
  determinism: "bitwise",
  params: Params,
  inputs: { X: "Tensor", order: Port.optional("Tensor"), weights: Port.optional("Tensor") },
  outputs: { weights: "Tensor", order: "Tensor", rounds: "Table" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const samples = yield* asSamples("X", inputs.X)
      const { root, d } = yield* covarianceOf(samples, params.center)
      const state = new LeastSquaresOrder(root, yield* startOrder(params, inputs, samples))
      const { kind, ...settings } = {
        kind: params.moves,
        largeSearches: params.largeSearches,
        choice: "disjoint" as const
      }
      const search = new TopologicalSwaps(state, { kind, sizes: params, ...settings })
      const rounds: Array<Round & { readonly score: number }> = []
      const start = state.score
      yield* Progress.steps(params.maxRounds, "rounds", () => {
        if (!search.isDone) rounds.push({ ...search.advance(), score: state.score })
      })
      state.reset(state.order)
      const weights = state.weights()
      yield* Metric.recordAll({
        score: state.score,
        "score at start": start,
        kkt: kktResidual(root, weights, state.order),
        rounds: rounds.length,
        regressions: rounds.reduce((sum, { regressions }) => sum + regressions, 0),
        finished: search.isDone ? 1 : 0
      })
      return { weights: matrix(d, d, weights), order: orderTensor(state.order), rounds: roundsTable(rounds) }
    })
})

const roundsTable = (rounds: ReadonlyArray<Round & { readonly score: number }>): Table => ({
  columns: {
    round: Int32Array.from(rounds, (_, at) => at + 1),
    score: Float64Array.from(rounds, ({ score }) => score),
    set: rounds.map(({ set }) => set),
    candidates: Int32Array.from(rounds, ({ candidates }) => candidates),
    moves: Int32Array.from(rounds, ({ moves }) => moves)
  }
})
