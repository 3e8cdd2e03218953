import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { stream } from "../../../stages/math/random/Philox.ts"
import { covarianceOf } from "../../../stages/notears/Covariance.ts"
import type { Descent } from "../../../stages/notears/Descent.ts"
import { InsertionDescent } from "../../../stages/notears/InsertionDescent.ts"
import { LeastSquaresOrder } from "../../../stages/notears/LeastSquaresOrder.ts"
import { MOVE_KINDS } from "../../../stages/notears/Move.ts"
import { TopologicalSwaps } from "../../../stages/notears/TopologicalSwaps.ts"
import { WindowDescent } from "../../../stages/notears/WindowDescent.ts"
import { linearSamples } from "./samples.ts"

/** Every kind of descent, with sets of all sizes. */
const descents = (state: LeastSquaresOrder, trial: number): ReadonlyArray<Descent> => [
  ...MOVE_KINDS.map((kind) => {
    const [small, large] = [1 + (trial % 7), 5 + (trial % 31)]
    const choice = trial % 2 === 0 ? "disjoint" : "first"
    return new TopologicalSwaps(state, { kind, sizes: { small, large }, largeSearches: trial % 4, choice })
  }),
  new InsertionDescent(state),
  new WindowDescent(state, 2 + (trial % 4))
]

describe("Descent", () => {
  it.effect("never raises the score from round to round, in a thousand instances", () =>
    Effect.gen(function* () {
      for (let trial = 0; trial < 1000; trial++) {
        const d = 1 + (trial % 11)
        const { root } = yield* covarianceOf(linearSamples(`monotone ${trial}`, 3 * d + 1, d, trial % 3), false)
        const state = new LeastSquaresOrder(root, stream(trial, "start").permutation(d))
        const descent = descents(state, trial)[trial % 5]!
        for (let round = 0; !descent.isDone; round++) {
          const before = state.score
          const { moves } = descent.advance()
          if (moves > 0) assert.isBelow(state.score, before)
          else assert.strictEqual(state.score, before)
          assert.isBelow(round, 1000)
        }
      }
    })
  )

  it.effect("ends where no move that it looks at lowers the score", () =>
    Effect.gen(function* () {
      const d = 9
      for (let trial = 0; trial < 10; trial++) {
        const { root } = yield* covarianceOf(linearSamples(`end ${trial}`, 60, d, 1), false)
        const state = new LeastSquaresOrder(root, stream(trial, "start").permutation(d))
        const pairs = Array.from({ length: d * d }, (_, at) => ({ first: Math.floor(at / d), last: at % d }))
        const moves = (kind: (typeof MOVE_KINDS)[number]) =>
          pairs.filter(({ first, last }) => first < last).map((pair) => ({ kind, ...pair }))
        const descend = (descent: Descent): void => {
          while (!descent.isDone) descent.advance()
        }
        const all = { small: d * d, large: d * d }
        descend(new TopologicalSwaps(state, { kind: "swap", sizes: all, largeSearches: 0, choice: "disjoint" }))
        assert.isAbove(Math.min(...state.changes(moves("swap"))), -1e-11 * state.score)
        descend(new InsertionDescent(state))
        const changes = [...state.changes(moves("before")), ...state.changes(moves("behind"))]
        assert.isAbove(Math.min(...changes), -1e-11 * state.score)
      }
    })
  )
})
