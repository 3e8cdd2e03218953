import { assert, describe, it } from "@effect/vitest"
import { outliers, type Stretch, stretches } from "../../../core/explain/change-points.ts"
import { median, noiseLevel } from "../../../core/explain/noise-level.ts"
import { Random } from "../../faults/Random.ts"
import { laplace, normal, series, student } from "./noise.ts"

const starts = (values: ReadonlyArray<number>, noise = noiseLevel(values)): ReadonlyArray<number> =>
  stretches(values, noise).map(({ from }) => from)

describe("noiseLevel", () => {
  it("is the standard deviation of normal noise, wherever the level shifts", () => {
    const values = series(normal(new Random(1)), 4000, (index) => 50 * Math.floor(index / 400))
    assert.closeTo(noiseLevel(values), 1, 0.05)
  })

  it("scales with the values and does not see their level", () => {
    const values = series(normal(new Random(2)), 50)
    const moved = values.map((value) => 3 * value - 7)
    assert.closeTo(noiseLevel(moved), 3 * noiseLevel(values), 1e-12)
  })

  it("is 0 of a constant, and neither 0 nor infinite where most neighbours are equal or values are huge", () => {
    assert.deepStrictEqual([noiseLevel([]), noiseLevel([1]), noiseLevel([2, 2, 2])], [0, 0, 0])
    assert.isAbove(noiseLevel([1, 1, 1, 1, 2, 2, 2, 2]), 0)
    assert.isTrue(Number.isFinite(noiseLevel([1e308, -1e308, 1e308])))
    assert.strictEqual(median([3, 1, 2]), 2)
    assert.strictEqual(median([4, 1, 2, 3]), 2.5)
  })
})

describe("stretches", () => {
  it("covers the series once, in order, whatever it holds", () => {
    const random = new Random(3)
    for (let trial = 0; trial < 300; trial++) {
      const draw = random.isLucky(0.5) ? student(random) : () => random.below(3)
      const values = series(draw, random.below(60), () => (random.isLucky(0.1) ? 1e6 : 0))
      let end = 0
      for (const { from, to } of stretches(values, noiseLevel(values))) {
        assert.strictEqual(from, end)
        assert.isAbove(to, from)
        end = to
      }
      assert.strictEqual(end, values.length)
    }
  })

  it("finds the same wherever the values lie, in whatever unit, and from either end", () => {
    const random = new Random(4)
    for (let trial = 0; trial < 50; trial++) {
      const [first, second] = [8 + random.below(10), 20 + random.below(10)]
      const values = series(normal(random), 40, (index) => 12 * Number(index >= first) - 9 * Number(index >= second))
      const found = starts(values)
      assert.deepStrictEqual(starts(values.map((value) => 1000 - 4 * value)), found)
      const turned = stretches(values.toReversed(), noiseLevel(values)).map(({ to }: Stretch) => values.length - to)
      assert.deepStrictEqual(turned.toReversed(), found)
    }
  })

  it("is the best segmentation, pruned or not", () => {
    const random = new Random(5)
    for (let trial = 0; trial < 40; trial++) {
      const values = series(normal(random), 12 + random.below(10), (index) => (index % 7 > 3 ? 6 : 0))
      assert.deepStrictEqual(
        stretches(values, 1).map(({ from }) => from),
        bestByTrying(values)
      )
    }
  })

  it("finds shifts of known size where they are", () => {
    const random = new Random(6)
    let exact = 0
    for (let trial = 0; trial < 200; trial++) {
      const values = series(normal(random), 60, (index) => 8 * Number(index >= 20) - 16 * Number(index >= 45))
      const found = starts(values)
      if (found.length === 3 && found[1] === 20 && found[2] === 45) exact++
    }
    assert.isAbove(exact, 190)
  })

  it.each([
    ["normal noise", normal, 0.02],
    ["noise of Laplace", laplace, 0.03],
    ["noise with heavy tails", student, 0.03]
  ] as const)("gives few series of %s a shift that is not there", (_, make, share) => {
    const draw = make(new Random(7))
    for (const length of [8, 12, 20, 40, 100]) {
      let alarms = 0
      for (let trial = 0; trial < 1000; trial++) if (starts(series(draw, length)).length > 1) alarms++
      assert.isAtMost(alarms / 1000, share, `${length} values`)
    }
  })

  it("takes one or two values apart for no level, and a lasting one for a level", () => {
    const flat = series(normal(new Random(8)), 30)
    assert.deepStrictEqual(starts(flat.with(14, 40)), [0])
    assert.deepStrictEqual(starts(flat.with(14, 40).with(15, 41)), [0])
    assert.deepStrictEqual(starts(flat.map((value, index) => value + (index > 13 && index < 20 ? 40 : 0))), [0, 14, 20])
    assert.deepStrictEqual(starts(flat.map((value, index) => value + (index >= 28 ? 40 : 0))), [0, 28])
  })

  it("loses nothing to rounding where the level is large beside the noise", () => {
    const values = series(normal(new Random(9)), 40, (index) => (index < 25 ? 0 : 10)).map(
      (value) => 1e9 + 1e-3 * value
    )
    assert.deepStrictEqual(starts(values), [0, 25])
  })

  it("takes every difference for a shift where there is no noise", () => {
    assert.deepStrictEqual(starts([1, 1, 2, 2, 1], 0), [0, 2, 4])
    assert.deepStrictEqual(starts([3, 3, 3], 0), [0])
    assert.deepStrictEqual(starts([], 0), [])
    assert.deepStrictEqual([starts([1], 1), starts([1, 9], 1)], [[0], [0]])
  })
})

describe("outliers", () => {
  it("are single values far from both neighbours, and from the only one at the ends", () => {
    const flat = series(normal(new Random(10)), 20)
    assert.deepStrictEqual(outliers(flat, 1), [])
    assert.deepStrictEqual(outliers(flat.with(7, 30), 1), [7])
    assert.deepStrictEqual(outliers(flat.with(19, -30), 1), [19])
    assert.deepStrictEqual(
      outliers(
        flat.map((value, index) => value + (index >= 7 ? 30 : 0)),
        1
      ),
      []
    )
    assert.deepStrictEqual(outliers([1, 9, 1], 1), [])
  })
})

/** Every segmentation into stretches of two values or more, by its cost: what the search must come to. */
const bestByTrying = (values: ReadonlyArray<number>): ReadonlyArray<number> => {
  const near = values.map((value, index) => {
    const middle = median(values.slice(Math.max(0, index - 2), index + 3))
    return Math.min(middle + 2, Math.max(middle - 2, value))
  })
  const penalty = 3 * Math.log(values.length) + 4 + 120 / values.length
  const known = new Map<number, { readonly cost: number; readonly starts: ReadonlyArray<number> }>()
  const bestUpTo = (end: number): { readonly cost: number; readonly starts: ReadonlyArray<number> } => {
    const before = known.get(end)
    if (before !== undefined) return before
    let best = { cost: distance(near.slice(0, end)), starts: [0] as ReadonlyArray<number> }
    for (let from = 2; from <= end - 2; from++) {
      const { cost, starts } = bestUpTo(from)
      const whole = cost + penalty + distance(near.slice(from, end))
      if (whole < best.cost) best = { cost: whole, starts: [...starts, from] }
    }
    known.set(end, best)
    return best
  }
  return bestUpTo(values.length).starts
}

const distance = (values: ReadonlyArray<number>): number => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
}
