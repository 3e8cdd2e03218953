import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import convergence from "../../../stages/ntk/convergence.ts"
import { difference, tensor } from "../arrays.ts"
import { assertDrawn, rowsOf } from "../figures.ts"
import { runStage, takes } from "../run-stage.ts"

// Orthogonal and of square mean 1.
const F1 = [1, 1, 1, 1]
const F2 = [1, -1, 1, -1]
const F3 = [1, 1, -1, -1]
const LAMBDA = [0.05, 0.002, 0.001]
const TIMES = [0, 160, 320, 400]
const START = [0.3, -0.2, 0.5, 0.1]
const TARGETS = F2.map((value) => 0.5 * value)

const along = (time: number, rate: number) => 0.5 * Math.exp(-rate * time)
const across = (time: number) => 1e-4 * time

/** A network whose error along f⁽²⁾ falls at a rate, while it deviates along the other two. */
const network = (width: number, init: number, rate: number) => ({
  matrix: { width, init },
  value: tensor(
    TIMES.flatMap((time) =>
      START.map(
        (start, i) => start + TARGETS[i]! - along(time, rate) * F2[i]! + across(time) * (0.6 * F1[i]! + 0.8 * F3[i]!)
      )
    ),
    TIMES.length,
    4
  )
})

const timesOf = (width: number, init: number) => ({ matrix: { width, init }, value: tensor(TIMES) })

/** Networks of infinite width from 0 on, as kernel/ode has it: the error stays along the component, and falls at its rate. */
const limitFrom = (targets: ReadonlyArray<number>, rate: number, times = TIMES) => ({
  limitTimes: tensor(times),
  limitFits: tensor(
    times.flatMap((time) => targets.map((target) => target - Math.exp(-rate * time) * target)),
    times.length,
    4
  )
})

const INPUTS = {
  eigenfunctions: tensor([...F1, ...F2, ...F3], 3, 4),
  targets: tensor(TARGETS),
  ...limitFrom(TARGETS, LAMBDA[1]!),
  times: [timesOf(1000, 0), timesOf(100, 0), timesOf(100, 1)],
  fits: [network(1000, 0, 0.002), network(100, 0, 0.004), network(100, 1, 0.006)]
}

describe("ntk/convergence", () => {
  it.effect("splits the error of each network along the eigenfunction and across it", () =>
    Effect.gen(function* () {
      const { columns } = (yield* runStage(convergence, {}, INPUTS)).outputs.errors
      assert.deepStrictEqual(Object.keys(columns), ["width", "init", "time", "along", "across"])
      assert.deepStrictEqual([...(columns["width"] ?? [])], [...new Array(8).fill(100), ...new Array(4).fill(1000)])
      assert.deepStrictEqual([...(columns["init"] ?? [])], [..."000011110000"])
      assert.deepStrictEqual([...(columns["time"] ?? [])], [...TIMES, ...TIMES, ...TIMES])
      const expected = [0.004, 0.006, 0.002].flatMap((rate) => TIMES.map((time) => along(time, rate)))
      assert.isBelow(difference(columns["along"] as Float64Array, expected), 1e-15)
      const deviations = [0, 1, 2].flatMap(() => TIMES.map(across))
      assert.isBelow(difference(columns["across"] as Float64Array, deviations), 1e-15)
    })
  )

  it.effect("records errors at the times asked for that have a snapshot, beside 0.5 exp(−λ₂ t)", () =>
    Effect.gen(function* () {
      const { metrics } = yield* runStage(convergence, { times: [160, 200, 320] }, INPUTS)
      const places = ["width=100,init=0", "width=100,init=1", "width=1000,init=0"].flatMap((place) =>
        [160, 320].map((time) => `${place},t=${time}`)
      )
      assert.deepStrictEqual(Object.keys(metrics), [
        "h@limit",
        ...places.flatMap((place) => [`g@${place}`, `h@${place}`, `g/limit@${place}`])
      ])
      assert.closeTo(metrics["g/limit@width=1000,init=0,t=320"]!, 1, 1e-14)
      assert.closeTo(metrics["g/limit@width=100,init=0,t=160"]!, Math.exp(-0.002 * 160), 1e-14)
      assert.closeTo(metrics["g@width=100,init=1,t=160"]!, along(160, 0.006), 1e-15)
      assert.closeTo(metrics["h@width=100,init=1,t=320"]!, 0.032, 1e-15)
    })
  )

  it.effect("takes another component", () =>
    Effect.gen(function* () {
      const targets = tensor(F3.map((value) => 0.5 * value))
      const limit = limitFrom([...targets.data], LAMBDA[2]!)
      const fits = [{ matrix: { width: 9, init: 0 }, value: tensor([...START, ...START], 2, 4) }]
      const times = [{ matrix: { width: 9, init: 0 }, value: tensor([0, 160]) }]
      const { metrics } = yield* runStage(convergence, { component: 3 }, { ...INPUTS, ...limit, targets, fits, times })
      assert.closeTo(metrics["g/limit@width=9,init=0,t=160"]!, Math.exp(0.001 * 160), 1e-14)
      assert.closeTo(metrics["h@width=9,init=0,t=160"]!, 0, 1e-15)
    })
  )

  it.effect("draws both errors of each network, and the limit in both panels", () =>
    Effect.gen(function* () {
      const { figure } = (yield* runStage(convergence, {}, INPUTS)).outputs
      const [left, right] = figure.spec["hconcat"] as unknown as readonly [unknown, unknown]
      const line = (panel: unknown, name: string) => rowsOf(panel).filter((row) => row["line"] === name)
      for (const panel of [left, right]) {
        assert.strictEqual(rowsOf(panel).length, 4 * TIMES.length)
        assert.deepStrictEqual(
          line(panel, "limit").map((row) => row["time"]),
          TIMES
        )
      }
      const errors = (panel: unknown, name: string) => line(panel, name).map((row) => Number(row["error"]))
      assert.isBelow(
        difference(
          errors(left, "limit"),
          TIMES.map((time) => along(time, 0.002))
        ),
        1e-6
      )
      assert.isBelow(
        difference(
          errors(left, "100/1"),
          TIMES.map((time) => along(time, 0.006))
        ),
        1e-6
      )
      assert.isBelow(difference(errors(right, "limit"), [0, 0, 0, 0]), 1e-16)
      assert.isBelow(difference(errors(right, "1000/0"), TIMES.map(across)), 1e-6)
      yield* assertDrawn(figure, [
        "Convergence along the second principal component",
        "error along the component",
        "deviation from it",
        "n = 100",
        "n → ∞"
      ])
    })
  )

  it.effect("refuses a component that is not there", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(runStage(convergence, { component: 4 }, INPUTS))
      assert.strictEqual(error._tag, "ShapeMismatch")
      assert.strictEqual(error.message, "eigenfunctions has shape 3×4, expected at least 4 rows")
    })
  )

  it.effect("records how far the limit deviates from the component, at most", () =>
    Effect.gen(function* () {
      const deviating = tensor(
        TIMES.flatMap((time, row) =>
          TARGETS.map((target, i) => target - along(time, 0.002) * F2[i]! + [0, 1, 3, 2][row]! * F3[i]!)
        ),
        TIMES.length,
        4
      )
      const { metrics } = yield* runStage(convergence, {}, { ...INPUTS, limitFits: deviating })
      assert.closeTo(metrics["h@limit"]!, 3, 1e-14)
      assert.isBelow((yield* runStage(convergence, {}, INPUTS)).metrics["h@limit"]!, 1e-15)
    })
  )

  it.effect("records g/limit at times of the limit alone, and not where the limit has come to round-off", () =>
    Effect.gen(function* () {
      const ratios = (limit: ReturnType<typeof limitFrom>) =>
        Effect.map(runStage(convergence, { times: [160, 320, 400] }, { ...INPUTS, ...limit }), ({ metrics }) =>
          Object.keys(metrics).filter((name) => name.startsWith("g/limit@width=1000"))
        )
      assert.deepStrictEqual(yield* ratios(limitFrom(TARGETS, 0.002, [0, 160, 200])), [
        "g/limit@width=1000,init=0,t=160"
      ])
      // e^(−32), and below it e^(−64) and e^(−80); with a rate of 10 all underflow.
      assert.deepStrictEqual(yield* ratios(limitFrom(TARGETS, 0.1)), ["g/limit@width=1000,init=0,t=160"])
      assert.deepStrictEqual(yield* ratios(limitFrom(TARGETS, 10)), [])
    })
  )

  it.effect("pairs times and fits by their matrix values, whatever their order", () =>
    Effect.gen(function* () {
      const short = { matrix: { width: 100, init: 0 }, value: tensor(TIMES.slice(0, 2)) }
      const course = network(100, 0, 0.004).value
      const shortFits = {
        matrix: { init: 0, width: 100 },
        value: { ...course, shape: [2, 4], data: course.data.slice(0, 8) }
      }
      const straight = { times: [short, timesOf(100, 1)], fits: [shortFits, network(100, 1, 0.006)] }
      const turned = { ...straight, times: [timesOf(100, 1), short] }
      const one = yield* runStage(convergence, {}, { ...INPUTS, ...straight })
      const other = yield* runStage(convergence, {}, { ...INPUTS, ...turned })
      assert.deepStrictEqual(other, one)
      assert.deepStrictEqual([...(one.outputs.errors.columns["init"] ?? [])], [..."001111"])
    })
  )

  it.effect.each([
    [{ eigenfunctions: tensor([1, 2, 3, 4]) }, "eigenfunctions has shape 4, expected components × points"],
    [{ targets: tensor([1, 2, 3]) }, "targets has shape 3, expected 4, as many as eigenfunctions has columns"],
    [{ limitTimes: tensor([]) }, "limitTimes has shape 0, expected a list of at least one number"],
    [
      { limitFits: tensor([1, 2, 3, 4], 1, 4) },
      "limitFits has shape 1×4, expected 4×4, as many rows as limitTimes, and as many columns as eigenfunctions"
    ],
    [{ limitTimes: tensor([5, 160, 320, 400]) }, "limitTimes begins at 5: the first row must be that of time 0"],
    [{ times: [timesOf(1000, 0), timesOf(100, 0)] }, "fits has an item with width=100,init=1, times has none"],
    [{ fits: [network(1000, 0, 0.002)] }, "times has an item with width=100,init=0, fits has none"],
    [
      { times: [timesOf(1000, 0), timesOf(100, 0), { matrix: { width: 100, init: 1 }, value: tensor([0, 1]) }] },
      "fits with width=100,init=1 has shape 4×4, expected as many rows as times, and 4 columns, as eigenfunctions has"
    ],
    [
      {
        times: [timesOf(100, 0), { matrix: { width: 100, init: 1 }, value: tensor([1, 2, 3, 4]) }],
        fits: INPUTS.fits.slice(1)
      },
      "times with width=100,init=1 begins at 1: the first row must be that of time 0"
    ],
    [
      { times: [{ matrix: { init: 1 }, value: tensor(TIMES) }] },
      'an item of times has the matrix values {"init":1}: a number `width` above 0 is needed'
    ]
  ] as const)("refuses inputs that do not fit together: %#", ([wrong, message]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(runStage(convergence, {}, { ...INPUTS, ...wrong }))
      assert.strictEqual(error.message, message)
    })
  )

  it.effect.each([
    [1, "first"],
    [3, "third"],
    [11, "11th"],
    [21, "21st"],
    [22, "22nd"],
    [103, "103rd"],
    [112, "112th"]
  ] as const)("says which component it is: %i", ([component, ordinal]) =>
    Effect.gen(function* () {
      const eigenfunctions = tensor(Array.from({ length: component }, () => F2).flat(), component, 4)
      const { figure } = (yield* runStage(convergence, { component }, { ...INPUTS, eigenfunctions })).outputs
      const { text } = figure.spec["title"] as unknown as { readonly text: string }
      assert.strictEqual(text, `Convergence along the ${ordinal} principal component`)
    })
  )

  it("counts components from 1", () => {
    assert.isFalse(takes(convergence, { component: 0 }))
    assert.isTrue(takes(convergence, {}))
  })
})
