import { assert, describe, it } from "vitest"
import { column } from "../../../stages/convex/ActivationPatterns.ts"
import { enumerate } from "../../../stages/convex/arrangement.ts"
import { dualBound, overPatterns, relaxedBound } from "../../../stages/convex/Certificate.ts"
import { interiorDirection, projection } from "../../../stages/convex/Cone.ts"
import { ConeBound } from "../../../stages/convex/ConeBound.ts"
import { squared } from "../../../stages/convex/losses.ts"
import type { Points } from "../../../stages/convex/tensors.ts"
import { norm, normals } from "../arrays.ts"

const gaussian = (count: number, dimension: number): Points => ({
  data: normals(`certificate ${count} ${dimension}`, count, dimension).data,
  count,
  dimension
})

/** |λᵀ(X u)₊| / ‖u‖ */
const correlation = ({ data, count, dimension }: Points, multipliers: Float64Array, u: ArrayLike<number>): number => {
  let [sum, square] = [0, 0]
  for (let k = 0; k < dimension; k++) square += u[k]! * u[k]!
  for (let i = 0; i < count; i++) {
    let product = 0
    for (let k = 0; k < dimension; k++) product += data[i * dimension + k]! * u[k]!
    sum += multipliers[i]! * Math.max(0, product)
  }
  return Math.abs(sum) / Math.sqrt(square)
}

describe("the largest correlation", () => {
  it("is the one that a fine search over the circle finds", () => {
    for (const n of [1, 3, 12, 30]) {
      const [x, multipliers] = [gaussian(n, 2), normals(`multipliers ${n}`, n).data]
      let most = 0
      for (let step = 0; step < 100_000; step++) {
        const angle = (2 * Math.PI * step) / 100_000
        most = Math.max(most, correlation(x, multipliers, [Math.cos(angle), Math.sin(angle)]))
      }
      const { bound, neurons } = overPatterns(x, multipliers, enumerate(x, 1e5))
      const { value } = neurons[0]!
      assert.closeTo(bound, value, 1e-11 * value)
      assert.closeTo(value, most, 1e-7 * most)
      assert.isAtLeast(value, most)
      assert.closeTo(correlation(x, multipliers, neurons[0]!.direction), value, 1e-12 * value)
    }
  })

  it("is met by no direction out of many, and stays below the bound in closed form", () => {
    const [x, multipliers] = [gaussian(15, 4), normals("multipliers 15", 15).data]
    const value = overPatterns(x, multipliers, enumerate(x, 1e5)).bound
    const directions = normals("many", 20_000, 4).data
    for (let at = 0; at < directions.length; at += 4) {
      assert.isAtMost(correlation(x, multipliers, directions.subarray(at, at + 4)), value)
    }
    assert.isAtLeast(relaxedBound(x, multipliers), value)
  })

  it("comes with unlike neurons above the floor, from the largest on", () => {
    const [x, multipliers] = [gaussian(10, 3), normals("multipliers 10", 10).data]
    const patterns = enumerate(x, 1e5)
    const { bound, neurons } = overPatterns(x, multipliers, patterns, { keep: 1000 })
    const values = neurons.map(({ value }) => value)
    assert.isAbove(values.length, 3)
    assert.deepStrictEqual(
      values,
      values.toSorted((a, b) => b - a)
    )
    for (const { direction, value } of neurons.filter((neuron) => neuron.value > 1e-3 * bound)) {
      assert.closeTo(correlation(x, multipliers, direction), value, 1e-12 * bound)
    }
    const some = overPatterns(x, multipliers, patterns, { keep: 5, floor: values[2]! })
    assert.deepStrictEqual(
      some.neurons.map(({ value }) => value),
      values.slice(0, 2)
    )
    const none = overPatterns(x, multipliers, patterns, { floor: bound * (1 + 1e-12) })
    assert.deepStrictEqual(none, { bound: bound * (1 + 1e-12), looked: patterns.count, neurons: [], near: [] })
  })

  it("is bounded in microseconds as by a projection, whatever the pattern", () => {
    const [x, g] = [gaussian(12, 4), normals("g", 4).data]
    const [patterns, cone] = [enumerate(x, 1e5), new ConeBound(x)]
    for (let p = 0; p < patterns.count; p++) {
      const exact = norm(projection(x, column(patterns, p), g))
      assert.closeTo(cone.of(g, patterns.active, p, patterns.count, 0), exact, 1e-11)
    }
  })
})

describe("the bound from below", () => {
  it("holds for the network of zeros, and is met by it where β is the largest correlation of the targets", () => {
    const [x, y] = [gaussian(10, 3), normals("targets", 10).data]
    const patterns = enumerate(x, 1e5)
    const value = overPatterns(x, y, patterns).bound
    const half = squared.value(new Float64Array(10), y)
    assert.closeTo(dualBound(squared, y, y, value, value).value, half, 1e-12 * half)
    assert.isBelow(dualBound(squared, y, y, value / 2, value).value, half)
  })
})

describe("multipliers of a network that has diverged", () => {
  it("rule no cone out by an overflow", () => {
    const [x, multipliers] = [gaussian(12, 3), normals("far", 12).data]
    const patterns = enumerate(x, 1e5)
    const { bound, neurons } = overPatterns(x, multipliers, patterns, { floor: 0.1, keep: 3 })
    for (const by of [2 ** 700, 2 ** -700]) {
      const far = multipliers.map((multiplier) => by * multiplier)
      const found = overPatterns(x, far, patterns, { floor: 0.1 * by, keep: 3 })
      assert.closeTo(found.bound / by, bound, 1e-12 * bound)
      assert.deepStrictEqual(
        found.neurons.map(({ pattern }) => pattern),
        neurons.map(({ pattern }) => pattern)
      )
    }
  })
})

describe("an interior direction", () => {
  it("has the pattern strictly, and exists for every pattern that is listed", () => {
    const x = gaussian(12, 3)
    const patterns = enumerate(x, 1e5)
    for (let p = 0; p < patterns.count; p++) {
      const states = column(patterns, p)
      const u = interiorDirection(x, states)!
      for (let i = 0; i < x.count; i++) {
        const product = u.reduce((sum, element, k) => sum + element * x.data[i * 3 + k]!, 0)
        assert.isAbove(states[i] === 1 ? product : -product, 0)
      }
    }
  })

  it("does not exist where the states contradict each other", () => {
    const x = { data: Float64Array.of(1, 0, 2, 0), count: 2, dimension: 2 }
    assert.isUndefined(interiorDirection(x, [1, 0]))
    assert.isDefined(interiorDirection(x, [1, 1]))
  })
})
