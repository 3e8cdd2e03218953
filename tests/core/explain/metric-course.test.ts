import { assert, describe, it } from "@effect/vitest"
import { courseOf, type Reading } from "../../../core/explain/metric-course.ts"
import { Random } from "../../faults/Random.ts"
import { normal, series } from "./noise.ts"

/** A result computed anew in each run; `undefined` where a run has none. */
const computed = (values: ReadonlyArray<number | undefined>): ReadonlyArray<Reading> =>
  values.flatMap((value, run) => (value === undefined ? [] : [{ run, value, computation: String(run) }]))

const exact = { isExact: true }
const inexact = { isExact: false }

describe("courseOf", () => {
  it("tells the runs between which a level shifted, and both levels", () => {
    const { shifts, levels, noise } = courseOf(computed([1, 1, undefined, 2, 2]), exact)
    assert.deepStrictEqual(shifts, [{ before: 1, after: 3, from: 1, to: 2 }])
    assert.deepStrictEqual(levels, [
      { from: 0, to: 1, value: 1 },
      { from: 3, to: 4, value: 2 }
    ])
    assert.strictEqual(noise, 0)
  })

  it("counts what was found in the store once, and lets it stand for its runs", () => {
    const draw = normal(new Random(1))
    const readings = Array.from({ length: 9 }, draw).flatMap((value, result) =>
      [0, 1, 2].map((again) => ({ run: 3 * result + again, value, computation: String(result) }))
    )
    const { shifts, levels } = courseOf(readings, exact)
    assert.deepStrictEqual(shifts, [])
    assert.deepStrictEqual(
      levels.map(({ from, to }) => [from, to]),
      [[0, 26]]
    )
  })

  it("does not tell shifts from noise where results are few and may differ by themselves", () => {
    const { shifts, noise } = courseOf(computed([1, 1.1, 5, 5.1]), inexact)
    assert.deepStrictEqual(shifts, [])
    assert.strictEqual(noise, undefined)
  })

  it("finds the shift of a noisy metric, and the run that lies apart", () => {
    const values = series(normal(new Random(2)), 30, (index) => (index < 18 ? 100 : 112)).with(7, 160)
    const { shifts, outliers } = courseOf(computed(values), inexact)
    assert.deepStrictEqual(
      shifts.map(({ before, after }) => [before, after]),
      [[17, 18]]
    )
    assert.deepStrictEqual(outliers, [7])
  })

  it("takes differences in the last digits for none", () => {
    const rounded = [1, 1 + 1e-15, 1 - 1e-15, 1, 1, 1 + 1e-15, 1, 1, 1, 1]
    assert.deepStrictEqual(courseOf(computed(rounded), inexact).shifts, [])
    assert.deepStrictEqual(courseOf(computed(rounded.slice(0, 4)), exact).shifts, [])
  })

  it("sets what is not finite apart, and makes nothing of nothing", () => {
    const { diverged, readings, levels } = courseOf(computed([1, Number.NaN, Number.POSITIVE_INFINITY, 1]), exact)
    assert.deepStrictEqual(
      readings.map(({ run }) => run),
      [0, 3]
    )
    assert.deepStrictEqual(
      diverged.map(({ run }) => run),
      [1, 2]
    )
    assert.deepStrictEqual(levels, [{ from: 0, to: 3, value: 1 }])
    assert.deepStrictEqual(courseOf([], exact), {
      readings: [],
      diverged: [],
      levels: [],
      shifts: [],
      outliers: [],
      noise: 0
    })
  })
})
