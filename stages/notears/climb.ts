/** Hill climbing over neighbours in the order. */
import { Metric, Port, Progress, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { covarianceOf } from "./Covariance.ts"
import { leastFall } from "./Descent.ts"
import { LeastSquaresOrder } from "./LeastSquaresOrder.ts"
import { disjointMoves, type Move } from "./Move.ts"
import { center, count, seed, start } from "./parameters.ts"
import { leastSquaresSolution, work } from "./solution.ts"
import { startOrder } from "./start-order.ts"
import { asSamples } from "./tensors.ts"

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
  outputs: { weights: "Tensor", order: "Tensor", work: "Metrics" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const samples = yield* asSamples("X", inputs.X)
      const covariance = yield* covarianceOf(samples, params.center)
      const { root, d } = covariance
      const state = new LeastSquaresOrder(root, yield* startOrder(params, inputs, samples))
      const neighbours: ReadonlyArray<Move> = Array.from({ length: d - 1 }, (_, first) => ({
        kind: "swap",
        first,
        last: first + 1
      }))
      let isDone = false
      const round = () => {
        const moves = disjointMoves(neighbours, state.changes(neighbours), d, leastFall(state))
        state.apply(moves)
        isDone = moves.length === 0
      }
      const rounds = yield* Progress.steps(params.maxRounds, "rounds", round, { until: () => isDone })
      yield* Metric.recordAll({ rounds, finished: isDone ? 1 : 0 })
      return { ...(yield* leastSquaresSolution(covariance, state.order)), work: yield* work(state.flops) }
    })
})
