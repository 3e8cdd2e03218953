import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import admm from "../../../stages/convex/admm.ts"
import convergence from "../../../stages/convex/convergence.ts"
import evaluate from "../../../stages/convex/evaluate.ts"
import interiorPoint from "../../../stages/convex/interior-point.ts"
import sampleSize from "../../../stages/convex/sample-size.ts"
import { tensor } from "../arrays.ts"
import { assertDrawn } from "../figures.ts"
import { runStage } from "../run-stage.ts"
import { problem } from "./problems.ts"

const { X, y } = problem("studies", 10, 3)

/** f(x) = max(0, x₁) − 2 max(0, −x₁). */
const model = {
  tensors: { weights: tensor([1, 0, -1, 0], 2, 2), alpha: tensor([1, -2]) },
  metadata: {}
}

describe("convex/evaluate", () => {
  it.effect("counts outputs on the side of their targets, and adds loss and penalty", () =>
    Effect.gen(function* () {
      const points = { X: tensor([1, 5, -1, 5, 2, 5], 3, 2), y: tensor([1, -1, -1]) }
      const { metrics, outputs } = yield* runStage(evaluate, { beta: 0.5 }, { model, ...points })
      assert.deepStrictEqual([...outputs.outputs.data], [1, -2, 2])
      assert.deepStrictEqual(metrics, { loss: 5, objective: 5 + 0.25 * 7, accuracy: 2 / 3, neurons: 2 })
    })
  )
})

describe("convex/convergence", () => {
  it.effect("finds the rate of residuals that fall by a digit in 500 iterations", () =>
    Effect.gen(function* () {
      const { outputs } = yield* runStage(interiorPoint, { sampled: 10 }, { X, y })
      const iteration = Float64Array.from({ length: 20 }, (_, i) => 100 * (i + 1))
      const fall = iteration.map((at) => 10 ** (-at / 500))
      const columns = {
        iteration,
        blocks: fall,
        cone: fall.map((x) => x / 2),
        dual: fall,
        objective: fall.map(() => 3)
      }
      const histories = [{ matrix: { rho: 1 }, value: { columns } }]
      const study = yield* runStage(convergence, {}, { X, y, best: outputs.model, histories })
      assert.closeTo(study.metrics["rate@rho=1"]!, 2, 1e-10)
      assert.closeTo(study.metrics["residual@rho=1"]!, 1e-4, 1e-15)
      yield* assertDrawn(study.outputs.figure, ["Convergence of the ADMM", "rho=1"])
      const short = [{ matrix: {}, value: { columns: { iteration } } }]
      const refused = yield* Effect.flip(runStage(convergence, {}, { X, y, best: outputs.model, histories: short }))
      assert.include(refused.message, "no column blocks")
    })
  )
})

describe("convex/sample-size", () => {
  const solved = (patterns: number, seed: number) =>
    Effect.map(runStage(admm, { sampled: patterns, seed, iterations: 3000 }, { X, y }), ({ outputs }) => ({
      matrix: { patterns, seed },
      value: outputs.model
    }))

  it.effect("tells objectives apart by the size of the sample, which rise nowhere", () =>
    Effect.gen(function* () {
      const patterns = yield* Effect.all([2, 10].flatMap((count) => [0, 1].map((seed) => solved(count, seed))))
      const descents = [{ matrix: {}, value: tensor([3, 1, 2]) }]
      const study = yield* runStage(sampleSize, {}, { X, y, patterns, directions: [], descents })
      assert.isBelow(study.metrics["median@patterns=10"]!, study.metrics["median@patterns=2"]!)
      assert.isBelow(study.metrics["rise@patterns"]!, 1e-3)
      assert.strictEqual(study.metrics["descent"], 1)
      yield* assertDrawn(study.outputs.figure, ["patterns (ADMM)", "Adam, best of 3 starts"])
    })
  )

  it.effect("refuses networks that do not say of how many patterns they are", () =>
    Effect.gen(function* () {
      const { value } = yield* solved(2, 0)
      const inputs = { X, y, patterns: [{ matrix: {}, value }], directions: [], descents: [] }
      assert.include((yield* Effect.flip(runStage(sampleSize, {}, inputs))).message, 'a number "patterns"')
    })
  )
})
