import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import attack from "../../../stages/convex/attack.ts"
import convergence from "../../../stages/convex/convergence.ts"
import descent from "../../../stages/convex/descent.ts"
import interiorPoint from "../../../stages/convex/interior-point.ts"
import landscape from "../../../stages/convex/landscape.ts"
import methods from "../../../stages/convex/methods.ts"
import robustCurves from "../../../stages/convex/robust-curves.ts"
import { tensor } from "../arrays.ts"
import { assertDrawn } from "../figures.ts"
import { runStage } from "../run-stage.ts"
import { everyPattern, examplesOf, problem } from "./problems.ts"

const given = problem("collecting", 8, 3)
const base = { loss: "hinge", beta: 0.1 } as const

const both = Effect.gen(function* () {
  const { active, count, rows } = yield* everyPattern(examplesOf(given))
  const patterns = { shape: [rows, count], data: active }
  const global = yield* runStage(interiorPoint, base, { ...given, patterns })
  const local = yield* runStage(descent, { ...base, starts: 3, steps: 300 }, given)
  return { global, local }
})

describe("convex/methods", () => {
  it.effect("has a gap for each method, above one bound by the best multipliers there are", () =>
    Effect.gen(function* () {
      const { global, local } = yield* both
      const inputs = {
        ...given,
        models: [
          { matrix: { method: "interior point" }, value: global.outputs.model },
          { matrix: { method: "Adam" }, value: local.outputs.model }
        ],
        multipliers: [{ matrix: {}, value: global.outputs.multipliers }]
      }
      const { outputs, metrics } = yield* runStage(methods, base, inputs)
      assert.isBelow(metrics["gap@method=interior point"]! / metrics["bound"]!, 1e-6)
      assert.isAtLeast(metrics["gap@method=Adam"]!, metrics["gap@method=interior point"]! - 1e-9)
      assert.deepStrictEqual(outputs.summary.columns["method"], ["interior point", "Adam"])
      yield* assertDrawn(outputs.figure, ["Distance from the optimum", "interior point", "Adam"])
      const few = yield* Effect.flip(runStage(methods, { ...base, limit: 3 }, inputs))
      assert.match(few.message, /more than the 3 that are listed/)
    })
  )
})

describe("convex/landscape", () => {
  it.effect("counts where starts end", () =>
    Effect.gen(function* () {
      const { global, local } = yield* both
      const objectives = [{ matrix: { width: 30 }, value: local.outputs.objectives }]
      const inputs = { ...given, best: global.outputs.model, objectives }
      const { outputs, metrics } = yield* runStage(landscape, { ...base, closest: 0.05 }, inputs)
      const gaps = Array.from(local.outputs.objectives.data, (value) => value / metrics["optimum"]! - 1)
      assert.closeTo(metrics["least@width=30"]!, Math.min(...gaps), 1e-12)
      assert.closeTo(metrics["share@width=30"]!, gaps.filter((gap) => gap <= 0.05).length / 3, 1e-12)
      yield* assertDrawn(outputs.figure, ["Where training from random starts ends", "width=30"])
    })
  )
})

describe("gaps above an optimum of 0", () => {
  it.effect("are not relative, and are drawn", () =>
    Effect.gen(function* () {
      const { X } = given
      const y = tensor(new Float64Array(8))
      const zero = { tensors: { weights: tensor([], 0, 3), alpha: tensor([], 0) }, metadata: {} }
      const objectives = [{ matrix: { width: 3 }, value: tensor([0, 0.5]) }]
      const where = yield* runStage(landscape, {}, { X, y, best: zero, objectives })
      assert.strictEqual(where.metrics["most@width=3"], 0.5)
      const iteration = Float64Array.of(1, 2, 3, 4)
      const columns = { iteration, blocks: iteration, cone: iteration, dual: iteration, objective: iteration }
      const histories = [{ matrix: { rho: 1 }, value: { columns } }]
      const how = yield* runStage(convergence, {}, { X, y, best: zero, histories })
      assert.strictEqual(how.metrics["gap@rho=1"], 4)
      const models = [{ matrix: { method: "none" }, value: zero }]
      const which = yield* runStage(methods, {}, { X, y, models, multipliers: [] })
      assert.strictEqual(which.metrics["gap@method=none"], 0)
      yield* assertDrawn(where.outputs.figure, ["Where training from random starts ends", "width=3"])
      yield* assertDrawn(how.outputs.figure, ["Convergence of the ADMM", "rho=1"])
      yield* assertDrawn(which.outputs.figure, ["Distance from the optimum", "none"])
    })
  )
})

describe("convex/robust-curves", () => {
  it.effect("draws accuracy against the radius, and says what table is none", () =>
    Effect.gen(function* () {
      const { global } = yield* both
      const params = { loss: "hinge", radii: [0, 0.3], fixed: 1, boxes: 50 } as const
      const attacked = yield* runStage(attack, params, { ...given, model: global.outputs.model })
      const tables = [
        { matrix: { method: "convex" }, value: attacked.outputs.accuracy },
        {
          matrix: { method: "other" },
          value: { columns: { radius: Float64Array.of(0.3), attack: ["worst"], accuracy: Float64Array.of(0.25) } }
        }
      ]
      const { outputs, metrics } = yield* runStage(robustCurves, {}, { tables })
      const found = attacked.metrics["accuracy@attack=worst,radius=0.3"]
      assert.strictEqual(metrics["accuracy@attack=worst,method=convex,radius=0.3"], found)
      assert.closeTo(metrics["lead@method=convex"]!, found! - 0.25, 1e-15)
      assert.strictEqual(metrics["lead@method=convex,radius=0.3"], metrics["lead@method=convex"])
      assert.isUndefined(metrics["lead@method=convex,radius=0"])
      assert.closeTo(metrics["lead@method=other"]!, 0.25 - found!, 1e-15)
      assert.isAtMost(attacked.metrics["accuracy@attack=certified,radius=0.3"]!, found!)
      assert.isAtMost(found!, attacked.metrics["accuracy@attack=clean,radius=0.3"]!)
      assert.isUndefined(metrics["error of lead@method=convex,radius=0.3"])
      yield* assertDrawn(outputs.figure, ["Accuracy under attack", "radius ε of the attack"])
      yield* assertDrawn(outputs.attacks, ["Accuracy under each attack", "certified"])
      const wrong = [{ matrix: {}, value: { columns: { radius: Float64Array.of(1) } } }]
      assert.match((yield* Effect.flip(runStage(robustCurves, {}, { tables: wrong }))).message, /no column attack/)
    })
  )

  it.effect("takes means over the runs of a method, and the error of a lead from runs on the same data", () =>
    Effect.gen(function* () {
      const table = (method: string, seed: number, accuracy: number) => ({
        matrix: { method, seed },
        value: { columns: { radius: Float64Array.of(1), attack: ["worst"], accuracy: Float64Array.of(accuracy) } }
      })
      const tables = [table("a", 1, 0.5), table("b", 1, 0.25), table("a", 2, 0.75), table("b", 2, 0.75)]
      const { metrics, outputs } = yield* runStage(robustCurves, {}, { tables })
      assert.strictEqual(metrics["accuracy@attack=worst,method=a,radius=1"], 0.625)
      assert.strictEqual(metrics["lead@method=a,radius=1"], 0.125)
      // Differences 0.25 and 0: deviation 0.25 / √2.
      assert.closeTo(metrics["error of lead@method=a,radius=1"]!, 0.125, 1e-15)
      const { columns } = outputs.summary
      assert.deepStrictEqual([...columns["least"]!], [0.5, 0.25])
      assert.deepStrictEqual([...columns["most"]!], [0.75, 0.75])
    })
  )
})
