import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { stream } from "../../../stages/math/random/Philox.ts"
import { covarianceOf } from "../../../stages/notears/Covariance.ts"
import { LeastSquaresOrder } from "../../../stages/notears/LeastSquaresOrder.ts"
import { MOVE_KINDS, type Move, rearrange } from "../../../stages/notears/Move.ts"
import { scoreByRegressions } from "./regressions.ts"
import { linearSamples } from "./samples.ts"

const relative = (found: number, expected: number): number => Math.abs(found - expected) / Math.abs(expected)

const intervals = (d: number): ReadonlyArray<Move> =>
  MOVE_KINDS.flatMap((kind) =>
    Array.from({ length: d * d }, (_, at) => ({ kind, first: Math.floor(at / d), last: at % d }))
  ).filter(({ first, last }) => first < last)

describe("LeastSquaresOrder", () => {
  it.effect("scores an order as d regressions do", () =>
    Effect.gen(function* () {
      for (const d of [1, 2, 5, 12]) {
        const samples = linearSamples(`scores ${d}`, 200, d)
        const covariance = yield* covarianceOf(samples, false)
        for (let trial = 0; trial < 5; trial++) {
          const order = stream(trial, "orders").permutation(d)
          const found = new LeastSquaresOrder(covariance.root, order)
          const expected = scoreByRegressions(samples, order)
          assert.isBelow(relative(found.score, expected.score), 1e-10)
          const weights = found.weights()
          for (const [at, weight] of expected.weights.entries()) assert.closeTo(weights[at]!, weight, 1e-9)
        }
      }
    })
  )

  it.effect("says of every move what the score will be", () =>
    Effect.gen(function* () {
      for (const d of [2, 3, 8]) {
        const { root } = yield* covarianceOf(linearSamples(`moves ${d}`, 100, d), true)
        const order = stream(d, "orders").permutation(d)
        const start = new LeastSquaresOrder(root, order)
        const moves = intervals(d)
        const changes = start.changes(moves)
        for (const [at, move] of moves.entries()) {
          const moved = order.slice()
          rearrange(moved, move)
          const fresh = new LeastSquaresOrder(root, moved)
          assert.closeTo(changes[at]!, fresh.score - start.score, 1e-11 * start.score)
          const stepped = new LeastSquaresOrder(root, order)
          stepped.apply([move])
          assert.deepStrictEqual(stepped.order, moved)
          assert.isBelow(relative(stepped.score, fresh.score), 1e-12)
          const [a, b] = [stepped.weights(), fresh.weights()]
          for (const [k, weight] of a.entries()) assert.closeTo(weight, b[k]!, 1e-9)
        }
      }
    })
  )

  it.effect("keeps its digits over a hundred thousand rotations", () =>
    Effect.gen(function* () {
      const d = 20
      const { root } = yield* covarianceOf(linearSamples("long", 300, d), false)
      const state = new LeastSquaresOrder(root, stream(0, "long").permutation(d))
      const random = stream(1, "long")
      for (let step = 0; step < 10_000; step++) {
        const [a, b] = random.integers(2, d) as unknown as [number, number]
        if (a !== b) state.apply([{ kind: MOVE_KINDS[step % 3]!, first: Math.min(a, b), last: Math.max(a, b) }])
      }
      const fresh = new LeastSquaresOrder(root, state.order)
      assert.isBelow(relative(state.score, fresh.score), 1e-12)
    })
  )
})
