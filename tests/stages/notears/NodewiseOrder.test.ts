import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { stream } from "../../../stages/math/random/Philox.ts"
import { covarianceOf } from "../../../stages/notears/Covariance.ts"
import { LeastSquaresOrder } from "../../../stages/notears/LeastSquaresOrder.ts"
import { MOVE_KINDS, type Move, rearrange } from "../../../stages/notears/Move.ts"
import { type FitNode, NodewiseOrder } from "../../../stages/notears/NodewiseOrder.ts"
import { sparseFit } from "../../../stages/notears/sparse-fit.ts"
import { difference } from "../arrays.ts"
import { linearSamples } from "./samples.ts"

const D = 6
const COVARIANCE = Effect.runSync(covarianceOf(linearSamples("nodewise", 40, D, 1), false))
const FREE = sparseFit(COVARIANCE, "squares", 0)
const START = stream(1, "nodewise").permutation(D)

const MOVES: ReadonlyArray<Move> = MOVE_KINDS.flatMap((kind) => [
  { kind, first: 0, last: 1 },
  { kind, first: 1, last: 4 },
  { kind, first: 0, last: D - 1 }
])

describe("NodewiseOrder", () => {
  it("agrees with the factors of least squares in scores, changes and weights", () => {
    const [one, other] = [new NodewiseOrder(FREE, START), new LeastSquaresOrder(COVARIANCE.root, START)]
    assert.closeTo(one.score / other.score, 1, 1e-12)
    assert.isBelow(difference(one.changes(MOVES), other.changes(MOVES)), 1e-10)
    for (const move of MOVES) {
      one.apply([move])
      other.apply([move])
      assert.deepStrictEqual([...one.order], [...other.order])
      assert.closeTo(one.score / other.score, 1, 1e-12)
      assert.isBelow(difference(one.weights(), other.weights()), 1e-10)
    }
  })

  it("has changes that are what a move makes of the score, and does not move by looking at them", () => {
    const price = sparseFit(COVARIANCE, "likelihood", 0.05)
    for (const move of MOVES) {
      const state = new NodewiseOrder(price, START)
      const { score } = state
      const [change] = state.changes([move]) as unknown as [number]
      assert.deepStrictEqual([state.score, ...state.order], [score, ...START])
      state.apply([move])
      assert.closeTo(state.score, score + change, 1e-12)
    }
  })

  it("lists each insertion once", () => {
    const { moves, changes } = new NodewiseOrder(FREE, START).insertions()
    assert.strictEqual(changes.length, D * (D - 1))
    const ends = moves.map((move) => {
      const order = START.slice()
      rearrange(order, move)
      return order.join()
    })
    // Neighbours that change places are listed as a move of either.
    assert.strictEqual(new Set(ends).size, D * (D - 1) - (D - 1))
    assert.isFalse(ends.includes(START.join()))
  })

  it("fits a node to those before it in rising order, and counts what that takes", () => {
    const asked: Array<string> = []
    const fit: FitNode = (node, before) => {
      asked.push(`${node}:${before.join()}`)
      return { score: node, weights: new Float64Array(before.length), flops: 10 }
    }
    const state = new NodewiseOrder(fit, Int32Array.of(2, 0, 1))
    assert.deepStrictEqual(asked, ["2:", "0:2", "1:0,2"])
    assert.strictEqual(state.flops, 30)
    state.apply([{ kind: "swap", first: 0, last: 1 }])
    assert.deepStrictEqual(asked.slice(3), ["0:", "2:0"])
    assert.strictEqual(state.flops, 50)
  })

  it("comes back to what it was", () => {
    const state = new NodewiseOrder(FREE, START)
    const [snapshot, score, weights] = [state.keep(), state.score, state.weights()]
    state.apply(MOVES.slice(2, 3))
    state.restore(snapshot)
    assert.deepStrictEqual([state.score, [...state.order], state.weights()], [score, [...START], weights])
    state.reset(Int32Array.of(0, 1, 2, 3, 4, 5))
    assert.strictEqual(state.score, new NodewiseOrder(FREE, Int32Array.of(0, 1, 2, 3, 4, 5)).score)
  })
})
