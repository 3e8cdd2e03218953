import { assert, describe, it } from "@effect/vitest"
import { hinge } from "../../../stages/convex/hinge.ts"
import { logistic } from "../../../stages/convex/logistic.ts"
import { normals } from "../arrays.ts"

const GRID = Array.from({ length: 40_001 }, (_, i) => (i - 20_000) / 500)
const labelsOf = (count: number) => Float64Array.from({ length: count }, (_, i) => (i % 3 === 0 ? -1 : 1))

describe.each([
  ["hinge", hinge],
  ["logistic", logistic]
] as const)("the %s loss", (_, loss) => {
  it("has multipliers that are less its slopes", () => {
    const [labels, outputs, h] = [labelsOf(9), normals("outputs", 9).data, 1e-6]
    const multipliers = loss.multipliers(outputs, labels)
    for (let i = 0; i < 9; i++) {
      const at = (shift: number) => loss.value(outputs.with(i, outputs[i]! + shift), labels)
      assert.closeTo(multipliers[i]!, (at(-h) - at(h)) / (2 * h), 1e-8)
    }
  })

  it.each([-1, 1])("has the dual value that a search over outputs finds, label %i", (label) => {
    for (const share of [0, 0.1, 0.5, 0.77, 1]) {
      const least = Math.min(
        ...GRID.map((f) => loss.value(Float64Array.of(f), Float64Array.of(label)) + label * share * f)
      )
      assert.closeTo(loss.dual(Float64Array.of(label * share), Float64Array.of(label)), least, 1e-4)
    }
  })

  it("has no dual value outside of [0, 1], nor for what is no number", () => {
    for (const share of [-1e-9, 1.001, Number.NaN]) {
      assert.strictEqual(loss.dual(Float64Array.of(share), Float64Array.of(1)), Number.NEGATIVE_INFINITY)
    }
  })

  it("is scaled to the largest dual value below a limit", () => {
    const labels = labelsOf(7)
    const multipliers = loss.multipliers(normals("scaled", 7).data, labels)
    for (const limit of [0.3, 1, 5, Number.POSITIVE_INFINITY]) {
      const value = (scale: number) =>
        loss.dual(
          multipliers.map((element) => scale * element),
          labels
        )
      const scale = loss.bestScale(multipliers, labels, limit)
      assert.isAtMost(scale, limit)
      for (let k = 0; k <= 200; k++) {
        const other = (Math.min(limit, 3) * k) / 200
        assert.isAtLeast(value(scale), value(other) - 1e-12)
      }
    }
    assert.strictEqual(loss.bestScale(new Float64Array(7), labels, 1), 0)
    assert.strictEqual(loss.bestScale(Float64Array.of(-0.5, 0.5), Float64Array.of(1, 1), 1), 0)
  })
})
