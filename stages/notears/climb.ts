/** Hill climbing over neighbours in the order. */
import { Port, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { stream } from "../math/random/Philox.ts"
import { covarianceOf } from "./Covariance.ts"
import { IteratedSearch, ONE_DESCENT } from "./IteratedSearch.ts"
import { LeastSquaresOrder } from "./LeastSquaresOrder.ts"
import { NeighbourDescent } from "./NeighbourDescent.ts"
import { center, count, seed, start } from "./parameters.ts"
import { NO_STATE, stateModel, stateOf } from "./search-state.ts"
import { solution, work } from "./solution.ts"
import { startOrder } from "./start-order.ts"
import { takeRounds } from "./take-rounds.ts"
import { asSamples, matrix, orderTensor } from "./tensors.ts"

export default StageType.make({
  name: "notears/climb",
  summary: "Acyclic graph of least squares by exchanging neighbours in the order as long as one lowers the score",
  source: "hill climbing; Deng et al. 2023 compare with such",
  determinism: "bitwise",
  params: Schema.Struct({
    start,
    seed,
    center,
    maxRounds: count(
      "Rounds after which it ends in any case; each makes all exchanges that help and do not overlap",
      10_000
    )
  }),
  inputs: { X: "Tensor", order: Port.optional("Tensor"), weights: Port.optional("Tensor") },
  outputs: { weights: "Tensor", order: "Tensor", rounds: "Table", work: "Metrics", state: "Model" },
  run: ({ params, inputs, start }) =>
    Effect.gen(function* () {
      const samples = yield* asSamples("X", inputs.X)
      const covariance = yield* covarianceOf(samples, params.center)
      const { root, d } = covariance
      const state = new LeastSquaresOrder(root, yield* startOrder(params, inputs, samples))
      const search = new IteratedSearch(
        {
          state,
          begin: (phase) => new NeighbourDescent(state, phase),
          settings: ONE_DESCENT,
          random: () => stream(params.seed, "notears/climb")
        },
        start && stateOf(start.outputs.state)
      )
      const { rounds, work: done } = yield* takeRounds({
        state,
        search,
        maxRounds: params.maxRounds,
        rounds: start?.outputs.rounds,
        outputs: () => ({
          weights: matrix(d, d, state.weights()),
          order: orderTensor(state.order.slice()),
          state: stateModel(search.progress())
        })
      })
      return { ...(yield* solution(covariance, state)), rounds, work: yield* work(done), state: NO_STATE }
    })
})
