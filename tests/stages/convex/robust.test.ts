import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { parse } from "yaml"
import { chosen, column } from "../../../stages/convex/ActivationPatterns.ts"
import attack from "../../../stages/convex/attack.ts"
import interiorPoint from "../../../stages/convex/interior-point.ts"
import { lossNamed } from "../../../stages/convex/loss-named.ts"
import { ofModel, outputsOf } from "../../../stages/convex/ReluNetwork.ts"
import robust from "../../../stages/convex/robust.ts"
import { candidates, hasInterior } from "../../../stages/convex/robust-patterns.ts"
import { MOST_UNKNOWNS, solveProgram } from "../../../stages/convex/solve-program.ts"
import { stream } from "../../../stages/math/random/Philox.ts"
import { tensor } from "../arrays.ts"
import { runStage } from "../run-stage.ts"
import { assertGoesOn } from "./assert-goes-on.ts"
import { everyPattern, examplesOf, LOSSES, problem } from "./problems.ts"

const N = 8
const given = problem("robust", N, 3)
const examples = examplesOf(given)

const trained = (params: (typeof robust)["params"]["Encoded"]) =>
  Effect.gen(function* () {
    const { active, count, rows } = yield* everyPattern(examples)
    return yield* runStage(
      robust,
      { beta: 0.05, fixed: 1, ...params },
      { ...given, patterns: { shape: [rows, count], data: active } }
    )
  })

for (const loss of LOSSES) {
  describe(`convex/robust, ${loss} loss`, () => {
    it.effect("is the standard program when nothing moves", () =>
      Effect.gen(function* () {
        const { active, count, rows } = yield* everyPattern(examples)
        const patterns = { shape: [rows, count], data: active }
        const standard = yield* runStage(interiorPoint, { loss, beta: 0.05 }, { ...given, patterns })
        const { metrics } = yield* trained({ loss, radius: 0 })
        assert.closeTo(metrics["robust"]!, standard.metrics["objective"]!, 1e-8)
        assert.closeTo(metrics["bound"]!, metrics["attacked"]!, 1e-8)
      })
    )

    it.effect("has a value that rises with the radius, up to that of the zero network", () =>
      Effect.gen(function* () {
        let last = (yield* trained({ loss, radius: 0 })).metrics["value"]!
        const named = yield* lossNamed(loss, examples.y)
        for (const radius of [0.02, 0.1, 0.25, 1]) {
          const { metrics } = yield* trained({ loss, radius })
          assert.isAtLeast(metrics["value"]!, last - 1e-8)
          assert.closeTo(metrics["robust"]!, metrics["value"]!, 1e-7)
          last = metrics["value"]!
        }
        assert.isAtMost(last, named.value(new Float64Array(N), examples.y) + 1e-7)
      })
    )

    it.effect("bounds the loss of every perturbation of the training points, and is reached", () =>
      Effect.gen(function* () {
        const radius = 0.1
        const { outputs, metrics } = yield* trained({ loss, radius })
        const [network, named] = [yield* ofModel(outputs.model, 3), yield* lossNamed(loss, examples.y)]
        const draws = stream(7, "perturbations")
        for (let trial = 0; trial < 400; trial++) {
          const uniforms = draws.uniforms(3 * N)
          // Half of them corners, half anywhere in the box; the column of ones stays.
          const data = examples.x.data.map((x, at) => {
            const move = trial % 2 === 0 ? Math.sign(uniforms[at]! - 0.5) : 2 * uniforms[at]! - 1
            return at % 3 === 2 ? x : x + radius * move
          })
          const found = named.value(outputsOf(network, { ...examples.x, data }), examples.y)
          assert.isAtMost(found, metrics["bound"]! * (1 + 1e-9) + 1e-9)
        }
        assert.closeTo(metrics["attacked"]!, metrics["bound"]!, 1e-7)
        assert.isAtMost(metrics["excess"]!, 1e-9)
        const { metrics: attacked } = yield* runStage(
          attack,
          { loss, radii: [radius], fixed: 1 },
          { ...given, model: outputs.model }
        )
        for (const name of ["fgsm", "pgd", "worst"]) {
          assert.isAtMost(N * attacked[`loss@attack=${name},radius=${radius}`]!, metrics["bound"]! * (1 + 1e-9) + 1e-9)
        }
        assert.isAtMost(attacked[`excess@radius=${radius}`]!, 1e-9)
      })
    )
  })
}

describe("convex/robust", () => {
  it.effect("loses nothing by leaving out patterns whose cones have no inside", () =>
    Effect.gen(function* () {
      const [patterns, radii] = [yield* everyPattern(examples), Float64Array.of(0.15, 0.15, 0)]
      const numbers = Array.from({ length: patterns.count }, (_, p) => p)
      const kept = chosen(
        patterns,
        numbers.filter((p) => hasInterior(examples.x, column(patterns, p), radii))
      )
      assert.isBelow(kept.count, patterns.count / 2)
      const base = { examples, radii, loss: "hinge", beta: 0.05, hasCones: true } as const
      const one = yield* solveProgram({ ...base, patterns }, 1e-7)
      const other = yield* solveProgram({ ...base, patterns: kept }, 1e-7)
      assert.closeTo(one.value, other.value, 1e-6)
    })
  )

  it.effect("goes on to the bytes of a solution from the beginning, in each part of it", () =>
    Effect.gen(function* () {
      const inputs = problem("goes on", 6, 3)
      for (const radius of [0, 0.1]) {
        yield* assertGoesOn(robust, { loss: "hinge", radius, fixed: 1, sampled: 8, beta: 0.05 }, inputs)
      }
      yield* assertGoesOn(interiorPoint, { loss: "logistic", sampled: 8 }, inputs)
      // Of an optimum of zeros there is no second solution to go on with.
      for (const beta of [100, 1000]) yield* assertGoesOn(interiorPoint, { loss: "logistic", sampled: 8, beta }, inputs)
    })
  )

  it.effect("finds patterns that survive by construction, and no larger a value with them", () =>
    Effect.gen(function* () {
      const many = problem("thresholds", 12, 5)
      const { x, y } = examplesOf(many)
      const radii = Float64Array.of(0.05, 0.05, 0.05, 0.05, 0)
      const none = { rows: 12, count: 0, active: new Uint8Array() }
      const trials = { radii, moved: 0, seed: 1 }
      const few = candidates(x, none, y, { ...trials, thresholds: 0 }).count
      const found = candidates(x, none, y, { ...trials, thresholds: 20 })
      assert.isAtLeast(found.count, few + 18)
      for (let p = 0; p < found.count - few; p++) assert.isTrue(hasInterior(x, column(found, p), radii))
      const params = { loss: "hinge", radius: 0.05, fixed: 1, sampled: 2, beta: 0.05 } as const
      const one = yield* runStage(robust, params, many)
      const other = yield* runStage(robust, { ...params, thresholds: 10 }, many)
      assert.isBelow(other.metrics["value"]!, one.metrics["value"]! - 0.01)
      // All radii 0, or no coordinate to move: nothing to part.
      assert.strictEqual(candidates(x, none, y, { ...trials, radii: new Float64Array(5), thresholds: 20 }).count, few)
    })
  )

  it.effect("takes points at the origin that have a bias, and one point alone", () =>
    Effect.gen(function* () {
      const X = tensor([0, 0, 1, 1, 2, 1, -1, 1, 1, 2, -1, 1], 4, 3)
      const params = { loss: "logistic", sampled: 6, radius: 0.1, fixed: 1, beta: 0.01 } as const
      const { metrics } = yield* runStage(robust, params, { X, y: tensor([1, -1, 1, -1]) })
      assert.isAtMost(metrics["attacked"]!, metrics["bound"]! * (1 + 1e-9))
      const alone = { loss: "hinge", sampled: 1, radius: 0.1, fixed: 1 } as const
      const one = yield* runStage(robust, alone, { X: tensor([0.5, 1], 1, 2), y: tensor([1]) })
      assert.isAtMost(one.metrics["bound"]!, 1)
      // A point all of whose fixed coordinates are 0 leaves every cone without an inside.
      const origin = { X: tensor([0, 0, 0, 1], 2, 2), y: tensor([1, -1]) }
      assert.match((yield* Effect.flip(runStage(robust, alone, origin))).message, /none of \d+ patterns stays/)
    })
  )

  it.effect("refuses a radius that no pattern survives, and more fixed columns than there are", () =>
    Effect.gen(function* () {
      const X = tensor([1, 2, -1, 1, 2, -2], 3, 2)
      const y = tensor([1, -1, 1])
      const { message } = yield* Effect.flip(runStage(robust, { sampled: 2, radius: 10 }, { X, y }))
      assert.match(message, /none of \d+ patterns stays as it is when coordinates move by 10/)
      const other = yield* Effect.flip(runStage(robust, { sampled: 2, fixed: 3 }, { X, y }))
      assert.match(other.message, /at least the 3 coordinates that are fixed/)
    })
  )
})

describe("pipelines/convex-robust.yaml", () => {
  it("asks in no profile for more unknowns than a program may have, whatever patterns survive", () => {
    interface Sizes {
      readonly side: number
      readonly standard_patterns: number
      readonly robust_patterns: number
      readonly thresholds: number
    }
    const { params, profiles }: { params: Sizes; profiles: { [name: string]: Partial<Sizes> } } = parse(
      readFileSync(new URL("../../../pipelines/convex-robust.yaml", import.meta.url), "utf8")
    )
    for (const [name, profile] of Object.entries({ default: {}, ...profiles })) {
      const { robust_patterns, side, standard_patterns, thresholds } = { ...params, ...profile }
      // Sampled ones and as many moved; thresholds come in pairs, the last of which may be one too many; all on, all off, and each label.
      const patterns = Math.max(standard_patterns, 2 * robust_patterns + thresholds + 1 + 4)
      assert.isAtMost(2 * patterns * (side * side + 1), MOST_UNKNOWNS, name)
    }
  })
})
