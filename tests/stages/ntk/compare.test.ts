import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import analytic from "../../../stages/ntk/analytic.ts"
import compare from "../../../stages/ntk/compare.ts"
import { reals } from "../../reals.ts"
import { difference, onCircle, tensor } from "../arrays.ts"
import { assertDrawn, rowsOf } from "../figures.ts"
import { runStage } from "../run-stage.ts"

const ANGLES = [-Math.PI, -1, 0, Math.PI / 2, Math.PI]
const N = ANGLES.length
const LIMIT = tensor(
  Array.from({ length: N * N }, (_, at) => 0.1 + 0.01 * ((at % N) + Math.floor(at / N))),
  N,
  N
)
/** The row of (1, 0). */
const CURVE = LIMIT.data.slice(2 * N, 3 * N)

const times = (factor: number) =>
  tensor(
    [...LIMIT.data].map((value) => factor * value),
    N,
    N
  )

const network = (width: number, init: number, factor: number) => ({ matrix: { width, init }, value: times(factor) })

const INPUTS = {
  angles: tensor(ANGLES),
  limit: LIMIT,
  empirical: [network(500, 0, 1.1), network(100, 0, 1.3), network(500, 1, 0.9), network(100, 1, 0.9)],
  trained: [network(500, 0, 1.21), network(100, 1, 1.8), network(100, 0, 2.6), network(500, 1, 0.99)]
}

describe("ntk/compare", () => {
  it.effect("measures spread, distance, growth and change of each width against what they are made of", () =>
    Effect.gen(function* () {
      const { metrics, outputs } = yield* runStage(compare, {}, INPUTS)
      // Factors 1.3 and 0.9 have mean 1.1 and deviation 0.4/√2; training doubles both curves.
      const expected = {
        "spread@width=100": 0.4 / Math.SQRT2,
        "rmse@width=100": 0.1,
        "growth@width=100": 2,
        "change@width=100": 1,
        "spread@width=500": 0.2 / Math.SQRT2,
        "rmse@width=500": 0,
        "growth@width=500": 1.1,
        "change@width=500": 0.1
      }
      for (const [name, value] of Object.entries(expected)) assert.closeTo(metrics[name]!, value, 1e-14, name)
      const { columns } = outputs.summary
      assert.deepStrictEqual(Object.keys(columns), ["width", "spread", "rmse", "growth", "change"])
      assert.deepStrictEqual(columns["width"], Float64Array.of(100, 500))
      for (const name of ["spread", "rmse", "growth", "change"]) {
        const of = (width: number) => metrics[`${name}@width=${width}`]!
        assert.deepStrictEqual(columns[name], Float64Array.of(of(100), of(500)))
      }
    })
  )

  it.effect("records the limit at angles of the paper's table, where there is a point", () =>
    Effect.gen(function* () {
      const points = onCircle(ANGLES)
      const { kernel } = (yield* runStage(analytic, {}, { points })).outputs
      const { metrics } = yield* runStage(compare, {}, { ...INPUTS, limit: kernel, empirical: [], trained: [] })
      assert.deepStrictEqual(Object.keys(metrics), ["limit@angle=0", "limit@angle=pi/2", "limit@angle=pi"])
      assert.isBelow(difference(Object.values(metrics), [0.2825, 0.09270211, 0.06435377]), 1e-8)
      const others = { ...INPUTS, angles: tensor([-2, -1, 0, 1, 2]), empirical: [], trained: [] }
      assert.deepStrictEqual((yield* runStage(compare, {}, others)).metrics, { "limit@angle=0": CURVE[2]! })
    })
  )

  it.effect.prop("does not change when all kernels are scaled", { factor: reals(0.01, 100) }, ({ factor }) =>
    Effect.gen(function* () {
      const scale = (value: typeof LIMIT) => ({ ...value, data: value.data.map((x) => factor * x) })
      const items = (all: typeof INPUTS.empirical) => all.map((item) => ({ ...item, value: scale(item.value) }))
      const one = (yield* runStage(compare, {}, INPUTS)).metrics
      const other = (yield* runStage(
        compare,
        {},
        {
          angles: INPUTS.angles,
          limit: scale(LIMIT),
          empirical: items(INPUTS.empirical),
          trained: items(INPUTS.trained)
        }
      )).metrics
      for (const [name, value] of Object.entries(one)) {
        assert.closeTo(
          other[name]!,
          name.startsWith("limit") ? factor * value : value,
          1e-13 * Math.max(1, factor),
          name
        )
      }
    })
  )

  it.effect("records no spread of a single network, and no growth of one that was not trained", () =>
    Effect.gen(function* () {
      const { metrics } = yield* runStage(compare, {}, { ...INPUTS, empirical: [network(100, 0, 1.5)], trained: [] })
      const names = Object.keys(metrics).filter((name) => name.includes("width"))
      assert.deepStrictEqual(names, ["rmse@width=100"])
      assert.closeTo(metrics["rmse@width=100"]!, 0.5, 1e-14)
    })
  )

  it.effect("draws a line for each network in a panel for each time, with the limit in both", () =>
    Effect.gen(function* () {
      const { figure } = (yield* runStage(compare, { time: 40 }, INPUTS)).outputs
      const rows = rowsOf(figure.spec)
      assert.strictEqual(rows.length, 2 * (4 + 1) * N)
      const line = (panel: string, name: string) => rows.filter((row) => row["panel"] === panel && row["line"] === name)
      for (const [panel, name, factor] of [
        ["t = 0", "limit", 1],
        ["t = 40", "limit", 1],
        ["t = 0", "100/0", 1.3],
        ["t = 40", "100/0", 2.6],
        ["t = 40", "500/1", 0.99]
      ] as const) {
        const found = line(panel, name)
        const expected = [...CURVE].map((value) => factor * value)
        assert.isBelow(
          difference(
            found.map((row) => Number(row["kernel"])),
            expected
          ),
          1e-6
        )
        assert.isBelow(
          difference(
            found.map((row) => Number(row["angle"])),
            ANGLES
          ),
          1e-5
        )
      }
      assert.deepStrictEqual([...new Set(rows.map((row) => row["network"]))], ["n = 100", "n = 500", "n → ∞"])
      yield* assertDrawn(figure, ["t = 0", "t = 40", "n = 100", "n → ∞", "Θ(x₀, x)"])
    })
  )

  it.effect("refuses a limit that is not square", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(runStage(compare, {}, { ...INPUTS, limit: tensor([1, 2, 3, 4, 5]) }))
      assert.strictEqual(error._tag, "ShapeMismatch")
      assert.strictEqual(error.message, "limit has shape 5, expected a square matrix")
    })
  )

  it.effect("pairs networks by their matrix values, whatever their names and order are", () =>
    Effect.gen(function* () {
      const at = (seed: number, factor: number) => ({ matrix: { seed, width: 100 }, value: times(factor) })
      const inputs = { ...INPUTS, empirical: [at(0, 1), at(1, 3)], trained: [at(1, 6), at(0, 4)] }
      const { metrics, outputs } = yield* runStage(compare, {}, inputs)
      assert.closeTo(metrics["growth@width=100"]!, (4 + 2) / 2, 1e-14)
      assert.closeTo(metrics["change@width=100"]!, (3 + 1) / 2, 1e-14)
      const lines = rowsOf(outputs.figure.spec).map((row) => row["line"])
      assert.deepStrictEqual([...new Set(lines)], ["100/seed=0", "100/seed=1", "limit"])
    })
  )

  it.effect.each([
    [{ angles: tensor([0, 1]) }, "angles has shape 2, expected 5, as many as limit has rows"],
    [{ angles: tensor(ANGLES, 5, 1) }, "angles has shape 5×1, expected a list of at least one number"],
    [
      { empirical: [network(100, 0, 1), { matrix: { width: 100, init: 1 }, value: tensor([1, 2, 3, 4], 2, 2) }] },
      "empirical with width=100,init=1 has shape 2×2, expected 5×5, as limit has"
    ],
    [
      { trained: [{ matrix: { width: 500, init: 0 }, value: tensor(new Array(50).fill(1), 2, 5, 5) }] },
      "trained with width=500,init=0 has shape 2×5×5, expected 5×5, as limit has"
    ],
    [{ trained: [network(500, 7, 1)] }, "trained has an item with width=500,init=7, empirical has none"],
    [
      { empirical: [{ matrix: { size: 5 }, value: times(1) }], trained: [] },
      'an item of empirical has the matrix values {"size":5}: a number `width` above 0 is needed'
    ],
    [
      { empirical: [network(100, 0, 1), network(100, 0, 2)], trained: [] },
      "empirical has two items with width=100,init=0"
    ]
  ] as const)("refuses inputs that do not fit together: %#", ([wrong, message]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(runStage(compare, {}, { ...INPUTS, ...wrong }))
      assert.strictEqual(error.message, message)
    })
  )

  it.effect("draws the limit in a black that no width has, however many there are", () =>
    Effect.gen(function* () {
      const widths = [10, 20, 40, 80, 160, 320, 640, 1280]
      const inputs = { ...INPUTS, empirical: widths.map((width) => network(width, 0, 1)), trained: [] }
      const { figure } = (yield* runStage(compare, {}, inputs)).outputs
      const { scale } = (figure.spec["spec"] as unknown as Drawn).encoding.color
      assert.strictEqual(scale.domain.length, 9)
      assert.strictEqual(new Set(scale.range).size, 9)
      assert.deepStrictEqual([scale.domain.at(-1), scale.range.at(-1)], ["n → ∞", "#000000"])
    })
  )
})

interface Drawn {
  readonly encoding: {
    readonly color: {
      readonly scale: { readonly domain: ReadonlyArray<string>; readonly range: ReadonlyArray<string> }
    }
  }
}
