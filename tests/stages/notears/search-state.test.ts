import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { stream } from "../../../stages/math/random/Philox.ts"
import { type Covariance, covarianceOf } from "../../../stages/notears/Covariance.ts"
import { InsertionDescent } from "../../../stages/notears/InsertionDescent.ts"
import { IteratedSearch, type SearchParts } from "../../../stages/notears/IteratedSearch.ts"
import { LeastSquaresOrder } from "../../../stages/notears/LeastSquaresOrder.ts"
import { NodewiseOrder } from "../../../stages/notears/NodewiseOrder.ts"
import { roundsOf, roundsTable, type ScoredRound } from "../../../stages/notears/search-rounds.ts"
import { stateModel, stateOf } from "../../../stages/notears/search-state.ts"
import { sparseFit } from "../../../stages/notears/sparse-fit.ts"
import { TopologicalSwaps } from "../../../stages/notears/TopologicalSwaps.ts"
import { WindowDescent } from "../../../stages/notears/WindowDescent.ts"
import { linearSamples } from "./samples.ts"

const D = 8
const COVARIANCE = Effect.runSync(covarianceOf(linearSamples("states", 60, D, 1), false))

type Make = (covariance: Covariance) => Pick<SearchParts, "state" | "begin">

const leastSquares = ({ root }: Covariance): LeastSquaresOrder =>
  new LeastSquaresOrder(root, stream(3, "start").permutation(D))

/** With how many rounds between two from which it goes on. */
const KINDS: ReadonlyArray<readonly [string, number, Make]> = [
  [
    "swaps",
    1,
    (covariance) => {
      const state = leastSquares(covariance)
      const settings = { kind: "swap", sizes: { small: 3, large: 9 }, largeSearches: 2, choice: "disjoint" } as const
      return { state, begin: (phase) => new TopologicalSwaps(state, settings, phase) }
    }
  ],
  [
    "windows",
    1,
    (covariance) => {
      const state = leastSquares(covariance)
      return { state, begin: (phase) => new WindowDescent(state, 3, phase) }
    }
  ],
  [
    "insertions with a price of edges",
    17,
    (covariance) => {
      const state = new NodewiseOrder(sparseFit(covariance, "squares", 0.03), stream(3, "start").permutation(D))
      return { state, begin: (phase) => new InsertionDescent(state, phase) }
    }
  ]
]

const partsOf = (make: Make): SearchParts => ({
  ...make(COVARIANCE),
  settings: { kicks: 3, strength: 3, restarts: 1 },
  random: (start, kick) => stream(5, `${start} ${kick}`)
})

/** Goes on to the end: all rounds, the weights and what it cost. */
const ended = (search: IteratedSearch, { state }: SearchParts, rounds: Array<ScoredRound>) => {
  while (!search.isDone) rounds.push({ ...search.advance(), score: state.score })
  search.finish()
  return { rounds: roundsTable(rounds), weights: state.weights(), order: state.order.slice(), flops: state.flops }
}

describe.each(KINDS)("a search that goes on from its state: %s", (_, every, make) => {
  it("comes to the same bits from any round", () => {
    const parts = partsOf(make)
    const whole = ended(new IteratedSearch(parts), parts, [])
    const rounds = whole.rounds.columns["round"]!.length
    assert.isAbove(rounds, 20)
    for (let at = 0; at <= rounds; at += every) {
      const first = partsOf(make)
      const search = new IteratedSearch(first)
      const done: Array<ScoredRound> = []
      for (let round = 0; round < at; round++) done.push({ ...search.advance(), score: first.state.score })
      const kept = structuredClone({ state: stateModel(search.progress()), rounds: roundsTable(done) })
      const second = partsOf(make)
      const resumed = new IteratedSearch(second, stateOf(kept.state))
      assert.deepStrictEqual(ended(resumed, second, roundsOf(kept.rounds)), whole, `from round ${at}`)
    }
  })
})
