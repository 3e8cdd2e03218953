import { assert, describe, it } from "@effect/vitest"
import { multiply } from "../../../stages/math/linear/Gemm.ts"
import { stream } from "../../../stages/math/random/Philox.ts"
import { candidateSets, walkWeights } from "../../../stages/notears/candidates.ts"
import { smallest } from "../../../stages/notears/smallest.ts"
import { graph, pathsByBruteForce, randomDag } from "./graphs.ts"

describe("walkWeights", () => {
  it("is Σ |W|ᵏ, and 0 exactly where no path leads", () => {
    for (let trial = 0; trial < 20; trial++) {
      const d = 1 + (trial % 7)
      const { weights, order } = randomDag(`walks ${trial}`, d, 0.5)
      const walks = walkWeights(weights, order)
      const [strengths, paths] = [weights.map(Math.abs), pathsByBruteForce(weights, d)]
      const sum = Float64Array.from({ length: d * d }, (_, at) => (at % (d + 1) === 0 ? 1 : 0))
      let power: Float64Array = sum.slice()
      for (let k = 1; k < d; k++) {
        power = multiply(power, strengths, d, d, d)
        for (const [at, weight] of power.entries()) sum[at]! += weight
      }
      for (let a = 0; a < d; a++) {
        for (let b = 0; b < d; b++) {
          const at = order[a]! * d + order[b]!
          assert.closeTo(walks[a * d + b]!, sum[at]!, 1e-14)
          assert.strictEqual(walks[a * d + b] !== 0, paths[at] === 1)
        }
      }
    }
  })

  it("is infinite where the sum exceeds all numbers", () => {
    const weights = graph(4, [0, 1], [1, 2], [2, 3]).map((weight) => 1e200 * weight)
    const walks = walkWeights(weights, Int32Array.of(0, 1, 2, 3))
    assert.deepStrictEqual([walks[1], walks[2], walks[3]], [1e200, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
  })
})

describe("candidateSets", () => {
  // Of four positions, the pairs 01 02 03 12 13 23.
  const walks = Float64Array.of(1, 5, 0, 2, 0, 1, 2, 7, 0, 0, 1, 0, 0, 0, 0, 1)
  const pairs = (moves: ReadonlyArray<{ readonly first: number; readonly last: number }>) =>
    moves.map(({ first, last }) => `${first}${last}`)
  const setsOf = (small: number, large: number) => {
    const sets = candidateSets(walks, 4, "swap", { small, large })
    return [pairs(sets.small), pairs(sets.large)]
  }

  it("has the pairs of the least weight, and with one all of the same weight", () => {
    assert.deepStrictEqual(setsOf(1, 3), [
      ["02", "23"],
      ["03", "12"]
    ])
    assert.deepStrictEqual(setsOf(2, 2), [["02", "23"], []])
    assert.deepStrictEqual(setsOf(3, 5), [["02", "03", "12", "23"], ["01"]])
  })

  it("has none where none is asked for, and all where more are than there are", () => {
    assert.deepStrictEqual(setsOf(0, 0), [[], []])
    assert.deepStrictEqual(setsOf(0, 1), [[], ["02", "23"]])
    assert.deepStrictEqual(setsOf(99, 1)[0]!.length, 6)
    assert.deepStrictEqual(candidateSets(new Float64Array(1), 1, "swap", { small: 5, large: 9 }), {
      small: [],
      large: []
    })
  })

  it("makes moves of the kind that is asked for", () => {
    for (const kind of ["swap", "before", "behind"] as const) {
      const { small } = candidateSets(walks, 4, kind, { small: 99, large: 99 })
      assert.isTrue(small.every((move) => move.kind === kind && move.first < move.last))
    }
  })
})

describe("smallest", () => {
  it("finds what sorting would bring to each place", () => {
    const random = stream(5, "smallest")
    for (const length of [1, 2, 3, 10, 57]) {
      // With many that are equal, and infinities.
      const x = random.uniforms(length).map((u) => (u > 0.9 ? Number.POSITIVE_INFINITY : Math.floor(9 * u)))
      const sorted = x.toSorted()
      for (let n = 0; n < length; n++) assert.strictEqual(smallest(x.slice(), n), sorted[n])
      for (let n = length - 1; n >= 0; n--) assert.strictEqual(smallest(x, n), sorted[n])
    }
  })

  it("ends soon where each pivot is one of the least", () => {
    const length = 100_000
    const pipes = Float64Array.from({ length }, (_, at) => Math.min(at, length - 1 - at))
    assert.strictEqual(smallest(pipes, 1000), 500)
  })
})
