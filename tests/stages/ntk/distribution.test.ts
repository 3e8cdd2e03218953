import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { stream } from "../../../stages/math/random/Philox.ts"
import distribution from "../../../stages/ntk/distribution.ts"
import { reals } from "../../reals.ts"
import { difference, tensor } from "../arrays.ts"
import { assertDrawn, rowsOf } from "../figures.ts"
import { runStage } from "../run-stage.ts"

const ANGLES = [-2, -0.5, 1, 2.5]
const MEAN = [0.3, -0.1, 0, 0.2]
const DEVIATION = [0.1, 0.2, 0.4, 0.3]

/** Outputs at two times; those at the end lie `z` deviations from the mean. */
const network = (width: number, init: number, z: number) => ({
  matrix: { width, init },
  value: tensor([9, 9, 9, 9, ...MEAN.map((centre, i) => centre + z * DEVIATION[i]!)], 2, 4)
})

const INPUTS = {
  angles: tensor(ANGLES),
  mean: tensor(MEAN),
  deviation: tensor(DEVIATION),
  trainingAngles: tensor([0.6, 1.9]),
  targets: tensor([0.4, -0.3]),
  predictions: [network(50, 0, -2), network(50, 1, 1), network(50, 2, 1), network(1000, 0, 0)]
}

describe("ntk/distribution", () => {
  it.effect("measures the outputs after the last step in units of the limit", () =>
    Effect.gen(function* () {
      const { metrics } = yield* runStage(distribution, {}, INPUTS)
      assert.deepStrictEqual(Object.keys(metrics), [
        "inside@width=50",
        "rmse@width=50",
        "spread@width=50",
        "inside@width=1000",
        "rmse@width=1000"
      ])
      // −2 lies outside the band of ±1.28 deviations, 1 inside; the three have mean 0 and deviation √3.
      assert.closeTo(metrics["inside@width=50"]!, 2 / 3, 1e-15)
      assert.closeTo(metrics["rmse@width=50"]!, 0, 1e-15)
      assert.closeTo(metrics["spread@width=50"]!, Math.sqrt(3), 1e-14)
      assert.strictEqual(metrics["inside@width=1000"], 1)
    })
  )

  it.effect("has its band at the 10th and 90th percentile of a normal variable", () =>
    Effect.gen(function* () {
      const inside = (z: number) =>
        Effect.map(
          runStage(distribution, {}, { ...INPUTS, predictions: [network(50, 0, z)] }),
          ({ metrics }) => metrics["inside@width=50"]
        )
      // 1.2815515… deviations.
      assert.strictEqual(yield* inside(1.2815), 1)
      assert.strictEqual(yield* inside(-1.2815), 1)
      assert.strictEqual(yield* inside(1.2817), 0)
      assert.strictEqual(yield* inside(-1.2817), 0)
    })
  )

  it.effect("finds 80 % inside, the spread of the limit and a small distance for draws from the limit", () =>
    Effect.gen(function* () {
      const draws = 3000
      const random = stream(7, "draws")
      const predictions = Array.from({ length: draws }, (_, init) => {
        const z = random.normals(4)
        return {
          matrix: { width: 50, init },
          value: tensor(
            MEAN.map((centre, i) => centre + z[i]! * DEVIATION[i]!),
            1,
            4
          )
        }
      })
      const { metrics } = yield* runStage(distribution, {}, { ...INPUTS, predictions })
      // Four standard errors, from 4 × 3000 independent draws.
      assert.closeTo(metrics["inside@width=50"]!, 0.8, 4 * Math.sqrt(0.16 / (4 * draws)))
      assert.closeTo(metrics["spread@width=50"]!, 1, 4 * Math.sqrt(1 / (2 * draws)))
      assert.isBelow(metrics["rmse@width=50"]!, (4 * 0.4) / Math.sqrt(draws))
    })
  )

  it.effect.prop("measures the distance of a mean that is off by a constant", { shift: reals(-5, 5) }, ({ shift }) =>
    Effect.gen(function* () {
      const mean = tensor(MEAN.map((centre) => centre + shift))
      const predictions = [network(50, 0, 0), network(50, 1, 0)]
      const { metrics } = yield* runStage(distribution, {}, { ...INPUTS, mean, predictions })
      assert.closeTo(metrics["rmse@width=50"]!, Math.abs(shift), 1e-14)
      assert.closeTo(metrics["spread@width=50"]!, 0, 1e-15)
    })
  )

  it.effect("draws for each width the band, the networks and the training points", () =>
    Effect.gen(function* () {
      const { figure } = (yield* runStage(distribution, {}, INPUTS)).outputs
      const rows = rowsOf(figure.spec)
      const part = (panel: string, name: string) => rows.filter((row) => row["panel"] === panel && row["part"] === name)
      assert.strictEqual(rows.length, 2 * (4 + 2) + 4 * 4)
      for (const panel of ["n = 50", "n = 1000"]) {
        const band = part(panel, "limit")
        assert.isBelow(
          difference(
            band.map((row) => Number(row["f"])),
            MEAN
          ),
          1e-6
        )
        assert.isBelow(
          difference(
            band.map((row) => (Number(row["high"]) - Number(row["low"])) / 2),
            DEVIATION.map((deviation) => 1.2815515655446004 * deviation)
          ),
          1e-5
        )
        assert.deepStrictEqual(
          part(panel, "data").map((row) => [row["angle"], row["f"]]),
          [
            [0.6, 0.4],
            [1.9, -0.3]
          ]
        )
      }
      assert.strictEqual(part("n = 50", "network").length, 3 * 4)
      const first = part("n = 50", "network").filter((row) => row["line"] === "0")
      const expected = MEAN.map((centre, i) => centre - 2 * DEVIATION[i]!)
      assert.isBelow(
        difference(
          first.map((row) => Number(row["f"])),
          expected
        ),
        1e-6
      )
      yield* assertDrawn(figure, ["n = 50", "n = 1000", "f(x)"])
    })
  )

  it.effect.each([
    [{ angles: tensor([]) }, "angles has shape 0, expected a list of at least one number"],
    [{ mean: tensor([1, 2]) }, "mean has shape 2, expected 4, as many as angles"],
    [{ deviation: tensor(DEVIATION, 4, 1) }, "deviation has shape 4×1, expected 4, as many as angles"],
    [{ targets: tensor([1]) }, "targets has shape 1, expected 2, as many as trainingAngles"],
    [{ trainingAngles: tensor([1, 2], 1, 2) }, "trainingAngles has shape 1×2, expected a list of at least one number"],
    [
      { predictions: [network(50, 0, 1), { matrix: { width: 50, init: 1 }, value: tensor([1, 2, 3, 4, 5, 6], 2, 3) }] },
      "predictions with width=50,init=1 has shape 2×3, expected times × 4, as many as angles"
    ],
    [
      { predictions: [{ matrix: { width: 50 }, value: tensor([], 0, 4) }] },
      "predictions with width=50,init=0 has shape 0×4, expected times × 4, as many as angles"
    ],
    [
      { predictions: [{ matrix: { init: 1 }, value: tensor(MEAN, 1, 4) }] },
      'an item of predictions has the matrix values {"init":1}: a number `width` above 0 is needed'
    ]
  ] as const)("refuses inputs that do not fit together: %#", ([wrong, message]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(runStage(distribution, {}, { ...INPUTS, ...wrong }))
      assert.strictEqual(error.message, message)
    })
  )
})
