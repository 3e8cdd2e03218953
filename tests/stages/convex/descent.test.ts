import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import attack from "../../../stages/convex/attack.ts"
import descent from "../../../stages/convex/descent.ts"
import interiorPoint from "../../../stages/convex/interior-point.ts"
import { lossNamed } from "../../../stages/convex/loss-named.ts"
import { objectiveOf, ofModel } from "../../../stages/convex/ReluNetwork.ts"
import { adam, gradientSteps } from "../../../stages/convex/step-rules.ts"
import { runStage } from "../run-stage.ts"
import { assertGoesOn } from "./assert-goes-on.ts"
import { everyPattern, examplesOf, LOSSES, problem } from "./problems.ts"

const given = problem("descent", 7, 3)
const examples = examplesOf(given)

describe("convex/descent", () => {
  for (const loss of LOSSES) {
    it.effect(`goes below the global optimum from no start, and comes near it from the best, ${loss} loss`, () =>
      Effect.gen(function* () {
        const { active, count, rows } = yield* everyPattern(examples)
        const patterns = { shape: [rows, count], data: active }
        const optimum = (yield* runStage(interiorPoint, { loss, beta: 0.1 }, { ...given, patterns })).metrics[
          "objective"
        ]!
        const params = { loss, beta: 0.1, starts: 4, steps: 1000, width: 20, rate: 0.02 }
        const { outputs, metrics } = yield* runStage(descent, params, given)
        assert.isAtLeast(metrics["min"]!, optimum * (1 - 1e-8))
        assert.isAtMost(metrics["min"]!, optimum * 1.05)
        assert.isTrue(metrics["min"]! <= metrics["median"]! && metrics["median"]! <= metrics["max"]!)
        // A network whose neurons are balanced costs no more than the one that was trained.
        const network = yield* ofModel(outputs.model, 3)
        const objective = objectiveOf(network, examples, 0.1, yield* lossNamed(loss, examples.y))
        assert.isAtMost(objective, metrics["min"]! + 1e-12)
        assert.isAtLeast(objective, optimum * (1 - 1e-8))
      })
    )
  }

  it.effect("has the starts of a smaller number among those of a larger one", () =>
    Effect.gen(function* () {
      const params = { steps: 20, width: 5 }
      const few = yield* runStage(descent, { ...params, starts: 2 }, given)
      const many = yield* runStage(descent, { ...params, starts: 4 }, given)
      assert.deepStrictEqual([...many.outputs.objectives.data.slice(0, 2)], [...few.outputs.objectives.data])
      const last = yield* runStage(descent, { ...params, seed: 3 }, given)
      assert.strictEqual(last.outputs.objectives.data[0], many.outputs.objectives.data[3])
    })
  )

  it.effect("lowers the objective by plain and stochastic gradients too", () =>
    Effect.gen(function* () {
      const start = (yield* runStage(descent, { steps: 1, rate: 1e-12, method: "gd" }, given)).metrics["min"]!
      for (const method of ["gd", "sgd"] as const) {
        const { metrics } = yield* runStage(descent, { method, rate: 0.02, steps: 800, batch: 4 }, given)
        assert.isBelow(metrics["min"]!, start / 2)
      }
    })
  )

  it.effect("goes on to the bytes of a descent from the beginning, whatever the method", () =>
    Effect.gen(function* () {
      const attacked = { adversary: "pgd", radius: 0.1, loss: "hinge", attackSteps: 3, starts: 3, steps: 10 } as const
      yield* assertGoesOn(descent, { method: "gd", width: 20, ...attacked }, given)
      yield* assertGoesOn(descent, { method: "sgd", batch: 3, starts: 4, steps: 11, width: 20 }, given)
      yield* assertGoesOn(descent, { method: "adam", starts: 3, steps: 12, width: 20 }, given)
    })
  )

  it.effect("withstands an attack better when it was trained against one", () =>
    Effect.gen(function* () {
      const many = problem("withstands", 40, 3)
      const params = { loss: "hinge", beta: 0.02, steps: 600, radius: 0.3, fixed: 1, width: 40 } as const
      const lossUnderAttack = (adversary: "none" | "fgsm" | "pgd") =>
        Effect.gen(function* () {
          const { outputs, metrics } = yield* runStage(descent, { ...params, adversary }, many)
          const inputs = { ...many, model: outputs.model }
          const attacked = yield* runStage(attack, { loss: "hinge", radii: [0.3], fixed: 1 }, inputs)
          assert.isAtMost(attacked.metrics["excess@radius=0.3"]!, 1e-9)
          return { clean: metrics["min"]!, worst: attacked.metrics["loss@attack=worst,radius=0.3"]! }
        })
      const plain = yield* lossUnderAttack("none")
      assert.isBelow((yield* lossUnderAttack("fgsm")).worst, plain.worst)
      assert.isBelow((yield* lossUnderAttack("pgd")).worst, plain.worst)
    })
  )

  it.effect("says which start diverged", () =>
    Effect.gen(function* () {
      const params = { method: "gd", rate: 1e6, steps: 200, decay: false } as const
      const { message } = yield* Effect.flip(runStage(descent, params, given))
      assert.match(message, /start 0 diverged at rate 1000000: lower rate/)
    })
  )
})

describe("rules of steps", () => {
  it("take the first step of Adam at the rate, whatever the gradient's size, and none where there is none", () => {
    const values = Float64Array.of(1, 1, 1)
    adam({ rate: 0.1, steps: 10, decay: false }).step([values], [Float64Array.of(1e-3, -5e4, 0)])
    for (const [at, expected] of [0.9, 1.1, 1].entries()) assert.closeTo(values[at]!, expected, 1e-6)
  })

  it("let the rate fall along half a cosine", () => {
    const [values, rule] = [Float64Array.of(0), gradientSteps({ rate: 2, steps: 4, decay: true })]
    const moves = Array.from({ length: 5 }, () => {
      const before = values[0]!
      rule.step([values], [Float64Array.of(1)])
      return before - values[0]!
    })
    for (const [step, move] of moves.entries()) assert.closeTo(move, 1 + Math.cos((Math.PI * step) / 4), 1e-14)
  })
})
