import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type OfStrengths, ofSquares } from "../../../stages/notears/acyclicity/Acyclicity.ts"
import { exponential } from "../../../stages/notears/acyclicity/exponential.ts"
import { logDeterminant } from "../../../stages/notears/acyclicity/log-determinant.ts"
import { polynomial } from "../../../stages/notears/acyclicity/polynomial.ts"
import { covarianceOf } from "../../../stages/notears/Covariance.ts"
import { curvatureScales } from "../../../stages/notears/curvature-scales.ts"
import { leastSquares } from "../../../stages/notears/loss/least-squares.ts"
import { randomDag } from "./graphs.ts"
import { linearSamples } from "./samples.ts"

const D = 5
const WEIGHT = 30
const { data } = Effect.runSync(covarianceOf(linearSamples("curvature", 60, D), false))
const { weights } = randomDag("curvature", D, 0.7)

const CONSTRAINTS: ReadonlyArray<readonly [string, (d: number) => OfStrengths]> = [
  ["tr e^A", exponential],
  ["tr (I + A/d)^d", polynomial],
  ["−log det (I − A)", (d) => logDeterminant(d, 1)]
]

describe("curvatureScales", () => {
  it.each(CONSTRAINTS)("gives units in which second derivatives are 1 where a weight is 0: %s", (_, make) => {
    const [loss, h] = [leastSquares(data, D), ofSquares(make(D), D)]
    const slopes = new Float64Array(D * D)
    make(D)(
      weights.map((weight) => weight * weight),
      slopes
    )
    const scales = curvatureScales(
      Float64Array.from({ length: D }, (_, i) => data[i * (D + 1)]!),
      slopes,
      WEIGHT
    )
    const slopeAt = (at: number, value: number): number => {
      const [moved, ofLoss, ofH] = [weights.slice(), new Float64Array(D * D), new Float64Array(D * D)]
      moved[at] = value
      loss(moved, ofLoss)
      h(moved, ofH)
      return ofLoss[at]! + WEIGHT * ofH[at]!
    }
    let seen = 0
    for (let at = 0; at < D * D; at++) {
      if (at % (D + 1) === 0 || weights[at] !== 0) continue
      const second = (slopeAt(at, 1e-4) - slopeAt(at, -1e-4)) / 2e-4
      assert.closeTo(second * scales[at]! * scales[at]!, 1, 1e-6)
      seen++
    }
    assert.isAbove(seen, 5)
  })

  it("leaves a weight as it is where nothing bends, or where h has no number", () => {
    const scales = curvatureScales(Float64Array.of(0, 4), Float64Array.of(0, 0, Number.POSITIVE_INFINITY, 0), 1)
    assert.deepStrictEqual([...scales], [1, 1, 1, 0.5])
  })
})
