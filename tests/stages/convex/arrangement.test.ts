import { assert, describe, it } from "vitest"
import { column, mostPatterns, sample } from "../../../stages/convex/ActivationPatterns.ts"
import { enumerate, TooManyPatterns } from "../../../stages/convex/arrangement.ts"
import type { Points } from "../../../stages/convex/tensors.ts"
import { normals } from "../arrays.ts"

const points = (data: ArrayLike<number>, dimension: number): Points => ({
  data: Float64Array.from(data),
  count: data.length / dimension,
  dimension
})

const gaussian = (count: number, dimension: number): Points =>
  points(normals(`arrangement ${count} ${dimension}`, count, dimension).data, dimension)

const namesOf = (x: Points): Array<string> => {
  const patterns = enumerate(x, 100_000)
  return Array.from({ length: patterns.count }, (_, p) => column(patterns, p).join("")).sort()
}

describe("all patterns", () => {
  it("are as many as Cover counted, in general position", () => {
    for (const [n, d] of [
      [1, 1],
      [6, 1],
      [1, 4],
      [9, 2],
      [12, 3],
      [14, 3],
      [10, 4],
      [9, 5],
      [8, 8],
      [5, 7]
    ] as const) {
      assert.strictEqual(enumerate(gaussian(n, d), 1e5).count, mostPatterns(n, Math.min(n, d)), `${n} × ${d}`)
    }
    assert.strictEqual(mostPatterns(14, 3), 184)
    assert.strictEqual(mostPatterns(5, 5), 32)
  })

  it("are those that many directions have, each once", () => {
    const x = gaussian(7, 3)
    const seen = sample(x, mostPatterns(7, 3), 3, 1_000_000)
    const names = Array.from({ length: seen.count }, (_, p) => column(seen, p).join("")).sort()
    assert.deepStrictEqual(namesOf(x), names)
  })

  it("of points in special position are fewer, and all there", () => {
    // Multiples of one another, a point at 0, three planes through a line.
    assert.deepStrictEqual(namesOf(points([1, 2, 2, 4, -1, -2, 0, 0], 2)), ["0011", "1101"])
    assert.strictEqual(namesOf(points([1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1], 3)).length, 12)
    assert.strictEqual(namesOf(points([0, 0, 0], 3)).length, 1)
    // The 9 points of a grid, with a bias: lines in the plane that pass through two points and more.
    const grid = [-1, 0, 1].flatMap((a) => [-1, 0, 1].flatMap((b) => [a, b, 1]))
    const names = namesOf(points(grid, 3))
    const many = sampledNames(points(grid, 3), 20_000)
    assert.deepStrictEqual(names, many)
  })

  it("do not depend on what the points span beside", () => {
    const x = gaussian(9, 2)
    const wide = Array.from({ length: 9 }, (_, i) => {
      const [a, b] = [x.data[2 * i]!, x.data[2 * i + 1]!]
      return [a, b, a - b, 2 * a, 3 * b]
    }).flat()
    assert.deepStrictEqual(namesOf(points(wide, 5)), namesOf(x))
  })

  it("are not listed where there may be more than the limit", () => {
    assert.throws(() => enumerate(gaussian(20, 4), 2319), TooManyPatterns)
    assert.strictEqual(enumerate(gaussian(20, 4), 2320).count, 2320)
  })
})

/** Patterns of so many directions. */
const sampledNames = (x: Points, count: number): Array<string> => {
  const directions = normals("directions", count, x.dimension).data
  const names = new Set<string>()
  for (let c = 0; c < count; c++) {
    let name = ""
    for (let i = 0; i < x.count; i++) {
      let product = 0
      for (let k = 0; k < x.dimension; k++) product += x.data[i * x.dimension + k]! * directions[c * x.dimension + k]!
      name += product >= 0 ? 1 : 0
    }
    names.add(name)
  }
  return [...names].sort()
}
