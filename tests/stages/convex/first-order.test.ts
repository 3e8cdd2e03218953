import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import augmentedLagrangian from "../../../stages/convex/augmented-lagrangian.ts"
import blockAdmm from "../../../stages/convex/block-admm.ts"
import { hinge } from "../../../stages/convex/hinge.ts"
import interiorPoint from "../../../stages/convex/interior-point.ts"
import { logistic } from "../../../stages/convex/logistic.ts"
import { squared } from "../../../stages/convex/losses.ts"
import { PROXIMAL } from "../../../stages/convex/proximal.ts"
import { runStage } from "../run-stage.ts"
import { assertGoesOn } from "./assert-goes-on.ts"
import { everyPattern, examplesOf, LOSSES, problem } from "./problems.ts"

const given = problem("first order", 8, 2)

const patternsOf = () =>
  Effect.map(everyPattern(examplesOf(given)), ({ active, count, rows }) => ({ shape: [rows, count], data: active }))

describe("convex/block-admm", () => {
  for (const loss of LOSSES) {
    it.effect(`comes near the optimum, and its residuals fall, ${loss} loss`, () =>
      Effect.gen(function* () {
        const inputs = { ...given, patterns: yield* patternsOf() }
        const optimum = (yield* runStage(interiorPoint, { loss }, inputs)).metrics["objective"]!
        const { outputs, metrics } = yield* runStage(blockAdmm, { loss, iterations: 3000, every: 100 }, inputs)
        assert.isAtLeast(metrics["objective"]!, optimum * (1 - 1e-9))
        assert.isAtMost(metrics["objective"]!, optimum * (1 + 1e-3))
        for (const name of ["blocks", "cone", "dual"]) {
          const norms = outputs.history.columns[name] as Float64Array
          assert.isBelow(norms.at(-1)!, norms[0]! / 20, name)
        }
      })
    )

    it.effect(`is polished to the optimum, with its bound, ${loss} loss`, () =>
      Effect.gen(function* () {
        const inputs = { ...given, patterns: yield* patternsOf() }
        const optimum = (yield* runStage(interiorPoint, { loss }, inputs)).metrics["objective"]!
        const { metrics } = yield* runStage(blockAdmm, { loss, iterations: 300, polish: true }, inputs)
        assert.closeTo(metrics["objective"]! / optimum, 1, 1e-7)
        assert.isAtMost(metrics["gap"]!, 1e-6)
        assert.isAtMost(metrics["bound"]!, optimum * (1 + 1e-9))
        assert.isAbove(metrics["objective of ADMM"]!, metrics["objective"]!)
      })
    )
  }

  it.effect("goes on to the bytes of a course from the beginning", () =>
    Effect.gen(function* () {
      const inputs = { ...given, patterns: yield* patternsOf() }
      const params = { loss: "hinge", every: 10 } as const
      const whole = yield* runStage(blockAdmm, { ...params, iterations: 60 }, inputs)
      const short = yield* runStage(blockAdmm, { ...params, iterations: 27 }, inputs)
      const start = { at: 27, outputs: short.outputs }
      assert.deepStrictEqual(yield* runStage(blockAdmm, { ...params, iterations: 60 }, inputs, start), whole)
      yield* assertGoesOn(blockAdmm, { ...params, iterations: 25, polish: true }, inputs)
    })
  )

  it.effect("ends when all residuals are small, and goes the same way for one seed", () =>
    Effect.gen(function* () {
      const inputs = { ...given, patterns: yield* patternsOf() }
      const params = { tolerance: 0.01, every: 5 }
      const { metrics } = yield* runStage(blockAdmm, params, inputs)
      assert.isBelow(metrics["iterations"]!, 2000)
      for (const name of ["blocks", "cones", "optimality"]) assert.isAtMost(metrics[`residual of ${name}`]!, 0.01)
      assert.deepStrictEqual((yield* runStage(blockAdmm, params, inputs)).metrics, metrics)
    })
  )
})

describe("the proximal map", () => {
  for (const loss of LOSSES) {
    it(`is the least point of loss and distance, ${loss} loss`, () => {
      const named = { squared, hinge, logistic }[loss]
      for (const t of [0.01, 0.7, 50, 1e5]) {
        for (const [z, y] of [-300, -1.3, 0, 0.4, 1, 2, 300].flatMap((z) => [1, -1].map((y) => [z, y] as const))) {
          const value = (f: number) => named.value(Float64Array.of(f), Float64Array.of(y)) + (f - z) ** 2 / (2 * t)
          const best = PROXIMAL[loss](z, y, t)
          for (const move of [-1e-3, 1e-3]) assert.isAtMost(value(best), value(best + move) + 1e-12 * value(best))
        }
      }
    })
  }
})

describe("convex/augmented-lagrangian", () => {
  it.effect("comes near the optimum with cones that are violated ever less", () =>
    Effect.gen(function* () {
      const inputs = { ...given, patterns: yield* patternsOf() }
      const optimum = (yield* runStage(interiorPoint, {}, inputs)).metrics["objective"]!
      const { outputs, metrics } = yield* runStage(augmentedLagrangian, { inner: 300 }, inputs)
      assert.isAtMost(metrics["violation"]!, 1e-6)
      assert.isAtLeast(metrics["objective"]!, optimum * (1 - 1e-9))
      assert.isAtMost(metrics["objective"]!, optimum * 1.001)
      const { objective, value, violation } = outputs.history.columns as { [name: string]: Float64Array }
      assert.isBelow(violation!.at(-1)!, violation![0]! / 100)
      // Out of its cones the value of the program lies below the optimum, and the network it gives does not.
      assert.isBelow(value![0]!, optimum)
      for (const found of objective!) assert.isAtLeast(found, optimum * (1 - 1e-9))
    })
  )

  it.effect("goes on to the bytes of a course from the beginning", () =>
    Effect.gen(function* () {
      const inputs = { ...given, patterns: yield* patternsOf() }
      const whole = yield* runStage(augmentedLagrangian, { inner: 20, steps: 200 }, inputs)
      const short = yield* runStage(augmentedLagrangian, { inner: 20, steps: 77 }, inputs)
      const start = { at: 77, outputs: short.outputs }
      assert.deepStrictEqual(yield* runStage(augmentedLagrangian, { inner: 20, steps: 200 }, inputs, start), whole)
      assert.isAbove(whole.outputs.history.columns["step"]!.length, 3)
      yield* assertGoesOn(augmentedLagrangian, { inner: 20, steps: 50 }, inputs)
    })
  )

  it.effect("tells how far it has come where the steps end before", () =>
    Effect.gen(function* () {
      const { metrics } = yield* runStage(
        augmentedLagrangian,
        { steps: 3 },
        { ...given, patterns: yield* patternsOf() }
      )
      assert.strictEqual(metrics["steps"], 3)
      assert.isAbove(metrics["violation"]!, 1e-6)
    })
  )
})
