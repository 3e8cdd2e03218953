import { assert, describe, it } from "vitest"
import { worstCorners } from "../../../stages/convex/corners.ts"
import { againstLabels, fastGradientSign, projectedGradient } from "../../../stages/convex/gradient-attacks.ts"
import { ReluBatch } from "../../../stages/convex/ReluBatch.ts"
import type { ReluNetwork } from "../../../stages/convex/ReluNetwork.ts"
import { outputAt, worstCase } from "../../../stages/convex/worst-case.ts"
import { difference, normals } from "../arrays.ts"

const networkOf = (name: string, neurons: number, inputs: number): ReluNetwork => ({
  neurons,
  inputs,
  weights: normals(name, neurons, inputs).data,
  alpha: normals(`${name} alpha`, neurons).data
})

describe("the worst case in a box", () => {
  it.each([1, -1] as const)("is what a fine grid finds, from both sides: side %i", (side) => {
    for (const name of ["a", "b", "c", "d"]) {
      const [network, centre, radii] = [
        networkOf(name, 7, 2),
        normals(`${name} point`, 2).data,
        Float64Array.of(0.8, 0.5)
      ]
      let most = Number.NEGATIVE_INFINITY
      for (let i = 0; i <= 200; i++) {
        for (let j = 0; j <= 200; j++) {
          const point = Float64Array.of(centre[0]! + (i / 100 - 1) * 0.8, centre[1]! + (j / 100 - 1) * 0.5)
          most = Math.max(most, side * outputAt(network, point))
        }
      }
      const { at, bound, reached } = worstCase(network, centre, radii, side, 4000)
      assert.isAtLeast(bound, most - 1e-12)
      assert.isAtMost(bound - most, 0.05)
      assert.closeTo(bound, reached, 1e-6)
      assert.closeTo(side * outputAt(network, at), reached, 1e-14)
      for (const l of [0, 1]) assert.isAtMost(Math.abs(at[l]! - centre[l]!), radii[l]! + 1e-15)
    }
  })

  it("has bounds that fall with more boxes, and values that rise", () => {
    const [network, centre] = [networkOf("boxes", 40, 5), normals("boxes point", 5).data]
    let [bound, reached] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const boxes of [1, 3, 11, 101, 1001]) {
      const found = worstCase(network, centre, new Float64Array(5).fill(0.4), 1, boxes)
      assert.isAtMost(found.bound, bound)
      assert.isAtLeast(found.reached, reached)
      assert.isAtLeast(found.bound, found.reached - 1e-12)
      ;({ bound, reached } = found)
    }
    assert.isBelow(bound, worstCase(network, centre, new Float64Array(5).fill(0.4), 1, 1).bound)
  })

  it("is the output where the box is a point, and where there are no neurons", () => {
    const [network, centre] = [networkOf("point", 5, 3), normals("only", 3).data]
    const { bound, reached } = worstCase(network, centre, new Float64Array(3), -1, 1)
    assert.closeTo(bound, -outputAt(network, centre), 1e-14)
    assert.closeTo(bound, reached, 1e-14)
    const empty = { neurons: 0, inputs: 3, weights: new Float64Array(), alpha: new Float64Array() }
    assert.strictEqual(worstCase(empty, centre, new Float64Array(3).fill(1), 1, 9).bound, 0)
  })
})

describe("attacks along gradients", () => {
  const [network, n] = [networkOf("attacked", 12, 3), 30]
  const points = { data: normals("attacked points", n, 3).data, count: n, dimension: 3 }
  const labels = Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : -1))
  const radii = Float64Array.of(0.1, 0.2, 0)
  const isInside = (moved: Float64Array) =>
    moved.every((x, at) => Math.abs(x - points.data[at]!) <= radii[at % 3]! * (1 + 1e-12) + 1e-15)

  it("stay in the box, and never pass the bound of any point", () => {
    const batch = ReluBatch.of(points, network)
    for (const attack of ["fgsm", "pgd"] as const) {
      batch.points.set(points.data)
      if (attack === "fgsm") fastGradientSign(batch, points.data, radii, againstLabels(labels))
      else projectedGradient(batch, points.data, radii, againstLabels(labels), { steps: 15 })
      assert.isTrue(isInside(batch.points))
      const outputs = batch.forward()
      for (let i = 0; i < n; i++) {
        const side = labels[i]! > 0 ? -1 : 1
        const { bound } = worstCase(network, points.data.slice(3 * i, 3 * i + 3), radii, side, 1)
        assert.isAtMost(side * outputs[i]!, bound + 1e-12)
      }
    }
  })

  it("reach the worst corner of a network that is linear in the box", () => {
    const far = { ...points, data: points.data.map((x, at) => (at % 3 === 2 ? 50 : x)) }
    const batch = ReluBatch.of(far, {
      ...network,
      weights: network.weights.map((w, at) => (at % 3 === 2 ? Math.abs(w) + 1 : w))
    })
    const corners = worstCorners(batch, far.data, radii, againstLabels(labels))
    fastGradientSign(batch, far.data, radii, againstLabels(labels))
    assert.isBelow(difference(batch.forward(), corners), 1e-12)
  })
})

describe("ReluBatch", () => {
  it("has the gradients that finite differences give", () => {
    const batch = new ReluBatch(4, networkOf("gradients", 6, 3))
    batch.points.set(normals("gradient points", 4, 3).data)
    const factors = normals("factors", 4).data
    const value = () => batch.forward().reduce((sum, output, i) => sum + factors[i]! * output, 0)
    value()
    batch.backward(factors)
    const found = [batch.weightGradient.slice(), batch.alphaGradient.slice(), batch.inputBackward(factors).slice()]
    for (const [index, values] of [batch.weights, batch.alpha, batch.points].entries()) {
      for (const [at, start] of values.entries()) {
        const shifted = (shift: number) => {
          values[at] = start + shift
          return value()
        }
        const slope = (shifted(1e-6) - shifted(-1e-6)) / 2e-6
        values[at] = start
        assert.closeTo(found[index]![at]!, slope, 1e-8)
      }
    }
  })
})
