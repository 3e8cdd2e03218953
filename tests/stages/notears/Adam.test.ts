import { assert, describe, it } from "@effect/vitest"
import { Adam } from "../../../stages/notears/Adam.ts"
import { normals } from "../arrays.ts"

const OPTIONS = { mean: 0.9, square: 0.999 }

describe("Adam", () => {
  it("takes the steps of the algorithm as it is printed", () => {
    const gradients = normals("gradients of Adam", 6, 3).data
    const adam = new Adam(3, OPTIONS)
    const [x, direction] = [Float64Array.of(1, 2, 3), new Float64Array(3)]
    const [expected, m, v] = [
      [1, 2, 3],
      [0, 0, 0],
      [0, 0, 0]
    ]
    for (let t = 1; t <= 6; t++) {
      const g = gradients.subarray(3 * (t - 1), 3 * t)
      adam.step(x, g, 0.1, direction)
      for (let i = 0; i < 3; i++) {
        m[i] = 0.9 * m[i]! + 0.1 * g[i]!
        v[i] = 0.999 * v[i]! + 0.001 * g[i]! ** 2
        expected[i]! -= (0.1 * (m[i]! / (1 - 0.9 ** t))) / (Math.sqrt(v[i]! / (1 - 0.999 ** t)) + 1e-8)
        assert.closeTo(x[i]!, expected[i]!, 1e-12)
      }
    }
  })

  it("moves by the rate at first, whatever the size of the gradient", () => {
    const [x, direction] = [new Float64Array(2), new Float64Array(2)]
    new Adam(2, OPTIONS).step(x, Float64Array.of(1e6, -1e-3), 0.01, direction)
    assert.closeTo(x[0]!, -0.01, 1e-7)
    assert.closeTo(x[1]!, 0.01, 1e-6)
  })

  it("goes on from what it kept with the bits of a course that never stopped", () => {
    const gradients = normals("more gradients", 40, 2).data
    const [whole, first] = [new Adam(2, OPTIONS), new Adam(2, OPTIONS)]
    const [x, y, direction] = [new Float64Array(2), new Float64Array(2), new Float64Array(2)]
    for (let t = 0; t < 40; t++) whole.step(x, gradients.subarray(2 * t, 2 * t + 2), 0.1, direction)
    for (let t = 0; t < 25; t++) first.step(y, gradients.subarray(2 * t, 2 * t + 2), 0.1, direction)
    const second = new Adam(2, OPTIONS)
    second.resume(first.steps, first.means, first.squares)
    for (let t = 25; t < 40; t++) second.step(y, gradients.subarray(2 * t, 2 * t + 2), 0.1, direction)
    assert.deepStrictEqual(y, x)
  })
})
