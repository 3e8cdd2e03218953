import { assert, describe, it } from "@effect/vitest"
import { sortability } from "../../../stages/notears/Sortability.ts"
import { graph, pathsByBruteForce, randomDag } from "./graphs.ts"

describe("sortability", () => {
  const chain = graph(3, [0, 1], [1, 2])

  it("is 1 where the number rises along every path, 0 where it falls, 1/2 where nothing changes or there is no edge", () => {
    assert.strictEqual(sortability(chain, Float64Array.of(1, 2, 3)), 1)
    assert.strictEqual(sortability(chain, Float64Array.of(3, 2, 1)), 0)
    assert.strictEqual(sortability(chain, Float64Array.of(4, 4, 4)), 0.5)
    assert.strictEqual(sortability(graph(3), Float64Array.of(1, 2, 3)), 0.5)
    assert.strictEqual(sortability(new Float64Array(1), Float64Array.of(1)), 0.5)
  })

  it("counts a pair once for each length of a path", () => {
    // 0 → 2 by one edge and by two; 1 → 2 falls.
    assert.strictEqual(sortability(graph(3, [0, 1], [1, 2], [0, 2]), Float64Array.of(1, 3, 2)), 3 / 4)
    // Two paths of one length count once.
    assert.strictEqual(sortability(graph(4, [0, 1], [0, 2], [1, 3], [2, 3]), Float64Array.of(1, 2, 3, 0)), 2 / 5)
  })

  it("does not change with the numbers of the nodes or the sizes of the weights, and turns round with the sign", () => {
    for (let trial = 0; trial < 20; trial++) {
      const d = 2 + (trial % 6)
      const { weights, order } = randomDag(`sortability ${trial}`, d, 0.6)
      const values = Float64Array.from({ length: d }, (_, i) => Math.sin(5 * i + trial))
      const found = sortability(weights, values)
      const renamed = weights.map((_, at) => 7 * weights[order[Math.floor(at / d)]! * d + order[at % d]!]!)
      assert.strictEqual(
        sortability(
          renamed,
          values.map((_, i) => values[order[i]!]!)
        ),
        found
      )
      const negated = values.map((value) => -value)
      assert.closeTo(sortability(weights, negated), 1 - found, 1e-15)
    }
  })

  it("is 1 for the number of ancestors", () => {
    const { weights } = randomDag("ancestors", 7, 0.5)
    const paths = pathsByBruteForce(weights, 7)
    const ancestors = Float64Array.from({ length: 7 }, (_, j) =>
      Array.from({ length: 7 }, (_, i) => paths[i * 7 + j]!).reduce((sum, path) => sum + path, 0)
    )
    assert.strictEqual(sortability(weights, ancestors), 1)
  })
})
