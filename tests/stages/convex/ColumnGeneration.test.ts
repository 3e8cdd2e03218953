import { assert, describe, it } from "vitest"
import { enumerate } from "../../../stages/convex/arrangement.ts"
import { overPatterns } from "../../../stages/convex/Certificate.ts"
import { ColumnGeneration } from "../../../stages/convex/ColumnGeneration.ts"
import { squared } from "../../../stages/convex/losses.ts"
import { Pricing } from "../../../stages/convex/Pricing.ts"
import { blocksOf, networkOf, objectiveOf, outputsOf } from "../../../stages/convex/ReluNetwork.ts"
import type { Examples } from "../../../stages/convex/tensors.ts"
import { dot } from "../../../stages/math/linear/Vector.ts"
import { stream } from "../../../stages/math/random/Philox.ts"
import { norm } from "../arrays.ts"

const gaussian = (n: number, d: number, seed: number): Examples => {
  const random = stream(seed, "instances")
  return { x: { data: random.normals(n * d), count: n, dimension: d }, y: random.normals(n) }
}

const solve = (examples: Examples, beta: number, tolerance = 1e-8) => {
  const patterns = enumerate(examples.x, 200_000)
  const generation = new ColumnGeneration(examples, new Pricing(examples.x, patterns), {
    beta,
    tolerance,
    perRound: 20
  })
  while (generation.ending === undefined) generation.round()
  return { generation, patterns, last: generation.rounds.at(-1)! }
}

/** Small, long, wide, over- and underdetermined: n ≤ 60. */
const INSTANCES = [
  [1, 1],
  [2, 3],
  [5, 2],
  [8, 2],
  [8, 8],
  [10, 3],
  [12, 2],
  [12, 4],
  [16, 3],
  [20, 2],
  [20, 3],
  [24, 2],
  [30, 2],
  [30, 3],
  [40, 1],
  [40, 2],
  [50, 2],
  [60, 1],
  [60, 2],
  [14, 3]
] as const

describe("column generation", () => {
  it("proves the optimum of twenty instances: objective, bound and certificate agree to 1e-8", () => {
    for (const [at, [n, d]] of INSTANCES.entries()) {
      const examples = gaussian(n, d, at)
      const beta = at % 2 === 0 ? 0.1 : 0.5
      const { generation, patterns, last } = solve(examples, beta)
      const { network } = generation
      const name = `${n} × ${d}`
      assert.strictEqual(generation.ending, "optimal", name)
      const objective = objectiveOf(network, examples, beta, squared)
      assert.closeTo(objective, last.objective, 1e-12 * objective, name)
      assert.isAtMost(objective - last.bound, 1e-8 * objective, name)
      assert.isAtLeast(objective - last.bound, -1e-12 * objective, name)
      // The convex objective of the blocks is that of the network.
      const blocks = blocksOf(network)
      const lengths = Array.from(blocks.signs, (_, b) => norm(blocks.vectors.subarray(b * d, (b + 1) * d)))
      const convex =
        squared.value(outputsOf(networkOf(blocks), examples.x), examples.y) + beta * lengths.reduce((a, b) => a + b, 0)
      assert.closeTo(convex, objective, 1e-9 * objective, name)
      // No neuron correlates by more than β, and those of the network by β.
      const multipliers = squared.multipliers(outputsOf(network, examples.x), examples.y)
      assert.isAtMost(overPatterns(examples.x, multipliers, patterns).bound, beta * (1 + 1e-8), name)
      const total = lengths.reduce((a, b) => a + b, 0)
      for (const [j, length] of lengths.entries()) {
        if (length < 1e-3 * total) continue
        const sums = outputsOf(
          { neurons: 1, inputs: d, weights: blocks.vectors.slice(j * d, (j + 1) * d), alpha: Float64Array.of(1) },
          examples.x
        )
        assert.closeTo((blocks.signs[j]! * dot(sums, multipliers)) / length, beta, 1e-6 * beta, name)
      }
    }
  })

  it("gives the network of zeros from the largest correlation of the targets on", () => {
    const examples = gaussian(12, 3, 1)
    const most = overPatterns(examples.x, examples.y, enumerate(examples.x, 1e5)).bound
    const { generation, last } = solve(examples, most * 1.0001)
    assert.strictEqual(generation.network.neurons, 0)
    assert.closeTo(last.objective, dot(examples.y, examples.y) / 2, 1e-12)
    assert.isAbove(solve(examples, most * 0.99).generation.network.neurons, 0)
  })

  it("gives an objective that scaling points and β by one factor leaves as it is", () => {
    const { x, y } = gaussian(14, 3, 2)
    const scaled = { x: { ...x, data: x.data.map((element) => 3 * element) }, y }
    const [one, other] = [solve({ x, y }, 0.2).last, solve(scaled, 0.6).last]
    assert.closeTo(other.objective, one.objective, 1e-8 * one.objective)
  })

  it("knows targets of zeros, points at zero, and points that are one", () => {
    const { x, y } = gaussian(9, 2, 3)
    assert.strictEqual(solve({ x, y: new Float64Array(9) }, 0.1).last.objective, 0)
    const nowhere = { ...x, data: new Float64Array(18) }
    assert.closeTo(solve({ x: nowhere, y }, 0.1).last.objective, dot(y, y) / 2, 1e-12)
    const same = { ...x, data: Float64Array.from({ length: 18 }, (_, at) => x.data[at % 6]!) }
    assert.strictEqual(solve({ x: same, y }, 0.1).generation.ending, "optimal")
  })

  it("proves the optimum over a long list where those that are looked at first offer only what is there", () => {
    const random = stream(6, "stall")
    const examples = {
      x: { data: random.normals(150), count: 50, dimension: 3 },
      y: random.normals(50).map((value) => (value > 0 ? 1 : -1))
    }
    const { generation, last, patterns } = solve(examples, 0.1)
    assert.isAbove(patterns.count, 2000)
    assert.strictEqual(generation.ending, "optimal")
    assert.isAtMost(last.objective - last.bound, 1e-8 * last.objective)
  })
})
