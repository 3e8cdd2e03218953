import { assert, describe, it } from "@effect/vitest"
import { multiply } from "../../../stages/math/linear/Gemm.ts"
import { CentralPath, type PathSettings } from "../../../stages/notears/CentralPath.ts"
import { leastSquares } from "../../../stages/notears/loss/least-squares.ts"
import { difference } from "../arrays.ts"
import { linearSamples } from "./samples.ts"

const D = 5
const { data, n: N } = linearSamples("central path", 90, D)
const MOMENTS = multiply(data, data, D, D, N, { transposeA: true }).map((sum) => sum / N)

const SETTINGS: PathSettings = {
  d: D,
  loss: leastSquares(MOMENTS, D),
  lossFlops: 1,
  lambda1: 0.02,
  radii: [1, 0.9, 0.7],
  mu: 1,
  shrink: 0.1,
  rate: 3e-3,
  warmSteps: 250,
  lastSteps: 400,
  tolerance: 1e-6,
  every: 60
}

const run = (path: CentralPath, steps = Number.POSITIVE_INFINITY): CentralPath => {
  for (let step = 0; step < steps && !path.isDone; step++) path.step()
  return path
}

describe("CentralPath", () => {
  it.each([
    ["small steps", 3e-3],
    ["steps that leave the domain", 0.4]
  ])("goes on from any state to the same bits: %s", (_, rate) => {
    const settings = { ...SETTINGS, rate }
    const whole = run(new CentralPath(settings))
    for (const steps of [1, 59, 60, 251, 430]) {
      const part = run(new CentralPath(settings), steps)
      const resumed = run(new CentralPath(settings, { state: part.state(), course: part.course() }))
      assert.deepStrictEqual(resumed.weights(), whole.weights())
      assert.deepStrictEqual(resumed.course(), whole.course())
      assert.strictEqual(resumed.steps, whole.steps)
    }
  })

  it("says how many steps there are at most, and follows an end that moves away", () => {
    const path = new CentralPath({ ...SETTINGS, tolerance: 0 })
    assert.strictEqual(path.total, 900)
    run(path, 300)
    assert.strictEqual(path.total, 900)
    const far = new CentralPath({ ...SETTINGS, rate: 0.4, tolerance: 0 })
    run(far)
    assert.strictEqual(far.steps, far.total)
    assert.isAbove(far.total, 900)
  })

  it("ends in a minimum of its last objective", () => {
    const settings = { ...SETTINGS, lambda1: 0, radii: [1], warmSteps: 1, lastSteps: 20_000, tolerance: 0 }
    const path = run(new CentralPath({ ...settings, rate: 1e-3, every: 20_000 }))
    const [w, gradient] = [path.weights(), new Float64Array(D * D)]
    // μ ∇Q + ∇h = 0 for μ = 1: by differences of the objective, of which `metrics` tells both parts.
    const objective = (weights: Float64Array): number => {
      const other = new CentralPath(settings)
      const { state, course } = { state: other.state(), course: other.course() }
      const tensors = { ...state.tensors, w: { shape: [D, D], data: weights } }
      const { h, loss } = new CentralPath(settings, { state: { ...state, tensors }, course }).metrics()
      return h + loss
    }
    const step = 1e-4
    for (let i = 0; i < w.length; i++) {
      gradient[i] = (objective(w.with(i, w[i]! + step)) - objective(w.with(i, w[i]! - step))) / (2 * step)
    }
    assert.isBelow(difference(gradient, new Float64Array(D * D)), 0.02)
  })
})
