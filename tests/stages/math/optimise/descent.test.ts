import { createHash } from "node:crypto"
import { assert, describe, it } from "vitest"
import type { Bounds } from "../../../../stages/math/optimise/Bounds.ts"
import { advanceLbfgs, lbfgs, startLbfgs } from "../../../../stages/math/optimise/Lbfgs.ts"
import { advanceLbfgsb, lbfgsb, startLbfgsb } from "../../../../stages/math/optimise/Lbfgsb.ts"
import {
  advanceLevenbergMarquardt,
  levenbergMarquardt,
  startLevenbergMarquardt
} from "../../../../stages/math/optimise/LevenbergMarquardt.ts"
import { searchLine } from "../../../../stages/math/optimise/LineSearch.ts"
import {
  advanceConjugateGradients,
  nonlinearConjugateGradients,
  startConjugateGradients
} from "../../../../stages/math/optimise/NonlinearConjugateGradients.ts"
import {
  evaluate,
  type Minimum,
  NoStart,
  type Objective,
  type StoppingRule
} from "../../../../stages/math/optimise/Objective.ts"
import { type Stream, stream } from "../../../../stages/math/random/Philox.ts"
import { chainedRosenbrock, extendedRosenbrock, PROBLEMS, sumOfSquares } from "./more-garbow-hillstrom.ts"

const free = (n: number): Bounds => ({
  lower: new Float64Array(n).fill(Number.NEGATIVE_INFINITY),
  upper: new Float64Array(n).fill(Number.POSITIVE_INFINITY)
})

type Minimiser = (objective: Objective, x: Float64Array, rule?: StoppingRule) => Minimum

const MINIMISERS: Readonly<Record<string, Minimiser>> = {
  "conjugate gradients": nonlinearConjugateGradients,
  "L-BFGS": lbfgs,
  "L-BFGS-B": (objective, x, rule) => lbfgsb(objective, x, free(x.length), rule)
}

const largest = (x: ArrayLike<number>): number =>
  Array.from(x).reduce((most, value) => Math.max(most, Math.abs(value)), 0)

/** ½ xᵀ (B Bᵀ + I) x − cᵀ x. */
const quadratic = (random: Stream, n: number): Objective => {
  const [b, c] = [random.normals(n * n), random.normals(n)]
  return (x, gradient) => {
    const image = Float64Array.from({ length: n }, (_, k) =>
      x.reduce((sum, value, i) => sum + b[i * n + k]! * value, 0)
    )
    for (let i = 0; i < n; i++)
      gradient[i] = x[i]! + image.reduce((sum, value, k) => sum + b[i * n + k]! * value, 0) - c[i]!
    let value = 0
    for (let i = 0; i < n; i++) value += (x[i]! * (gradient[i]! - c[i]!)) / 2
    return value
  }
}

describe.each(Object.entries(MINIMISERS))("%s", (name, minimise) => {
  // Ill-conditioned beyond what a method without second derivatives is made for: it ends somewhere on the way, as SciPy's do.
  const hard = {
    "L-BFGS": ["Meyer", "Watson, 9"],
    "L-BFGS-B": ["Meyer", "Watson, 9", "Powell, badly scaled"],
    "conjugate gradients": ["Meyer", "Watson, 9", "badly scaled", "Osborne", "Penalty"]
  }[name]!

  it.each(
    PROBLEMS.filter(({ name: problem }) => !hard.some((part) => problem.includes(part))).map(
      (p) => [p.name, p] as const
    )
  )("comes to the published minimum of %s", (_, { start, residuals, minima }) => {
    const objective = sumOfSquares(residuals)
    const found = minimise(objective, Float64Array.from(start), { maxIterations: 20_000, gradientTolerance: 1e-9 })
    const isKnown = minima.some((value) => Math.abs(found.value - value) <= Math.max(1e-5 * value, 1e-10))
    assert.isTrue(isKnown, `it came to ${found.value} (${found.ending}), not ${minima}`)
    assert.include(["gradient", "round-off"], found.ending)
    for (let k = 1; k < found.history.length; k++) assert.isBelow(found.history[k]!, found.history[k - 1]!)
    assert.strictEqual(found.history.length, found.iterations + 1)
    assert.deepStrictEqual(evaluate(objective, found.x).gradient, found.gradient)
  })

  it.each([2, 10, 100, 1000])("comes to the minimum of Rosenbrock's function of %i unknowns", (n) => {
    const start = Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? -1.2 : 1))
    const found = minimise(extendedRosenbrock, start)
    assert.strictEqual(found.ending, "gradient")
    assert.isAtMost(largest(found.gradient), 1e-8)
    assert.isBelow(largest(found.x.map((value) => value - 1)), 1e-7)
    assert.isBelow(found.evaluations, 120)
    assert.strictEqual(start[0], -1.2)
    if (n <= 100) assert.isBelow(largest(minimise(chainedRosenbrock, start).x.map((value) => value - 1)), 1e-6)
  })

  it("minimises forty convex quadratics", () => {
    const random = stream(12, `quadratic ${name}`)
    for (let trial = 0; trial < 40; trial++) {
      const n = 1 + random.integers(1, 12)[0]!
      const found = minimise(quadratic(random, n), random.normals(n), { gradientTolerance: 1e-7 })
      assert.strictEqual(found.ending, "gradient")
      assert.isAtMost(largest(found.gradient), 1e-7)
    }
  })

  it("steps back from where the objective is no number", () => {
    // −Σ log xᵢ + Σ xᵢ: NaN below 0, and the first steps lead there.
    const barrier: Objective = (x, gradient) => {
      x.forEach((value, i) => {
        gradient[i] = 1 - 1 / value
      })
      return x.reduce((sum, value) => sum + value - Math.log(value), 0)
    }
    const found = minimise(barrier, Float64Array.of(30, 200, 0.001))
    assert.isBelow(largest(found.x.map((value) => value - 1)), 1e-6)
    const cliff: Objective = (x, gradient) => {
      gradient[0] = 2 * (x[0]! - 3)
      return x[0]! > 2 ? Number.NaN : (x[0]! - 3) ** 2
    }
    const stopped = minimise(cliff, Float64Array.of(-50))
    assert.strictEqual(stopped.ending, "round-off")
    assert.closeTo(stopped.x[0]!, 2, 1e-3)
  })

  it("does not begin where the objective is no number", () => {
    const nowhere: Objective = (_, gradient) => {
      gradient.fill(1)
      return Number.NaN
    }
    assert.throws(() => minimise(nowhere, new Float64Array(2)), NoStart, "the objective is NaN where the search begins")
    const steep: Objective = (_, gradient) => {
      gradient[1] = Number.POSITIVE_INFINITY
      return 0
    }
    assert.throws(() => minimise(steep, new Float64Array(2)), NoStart, "component 1 of the gradient is not finite")
  })

  it("stops by its rule", () => {
    const start = Float64Array.of(-1.2, 1)
    const capped = minimise(extendedRosenbrock, start, { maxIterations: 3 })
    assert.deepStrictEqual([capped.ending, capped.iterations], ["iterations", 3])
    const slow = minimise(extendedRosenbrock, start, { valueTolerance: 0.5 })
    assert.strictEqual(slow.ending, "value")
    const there = minimise(extendedRosenbrock, Float64Array.of(1, 1))
    assert.deepStrictEqual([there.ending, there.iterations, there.evaluations], ["gradient", 0, 1])
    assert.strictEqual(minimise(() => 0, new Float64Array(0)).ending, "gradient")
    const wrong: Objective = (x, gradient) => {
      gradient[0] = -1
      return x[0]!
    }
    assert.strictEqual(minimise(wrong, Float64Array.of(1)).ending, "round-off")
  })
})

describe("the state of a minimiser", () => {
  const start = Float64Array.of(-1.2, 1, 2, -1)
  const bounds = { lower: new Float64Array(4).fill(-1.5), upper: Float64Array.of(0.5, 2, 2, 2) }
  const residuals = PROBLEMS.find(({ name }) => name.startsWith("Wood"))!.residuals

  const courses = {
    "L-BFGS": { start: startLbfgs(chainedRosenbrock, start), advance: advanceLbfgs.bind(null, chainedRosenbrock) },
    "L-BFGS-B": {
      start: startLbfgsb(chainedRosenbrock, start, bounds),
      advance: (state: never) => advanceLbfgsb(chainedRosenbrock, state, bounds)
    },
    "conjugate gradients": {
      start: startConjugateGradients(chainedRosenbrock, start),
      advance: advanceConjugateGradients.bind(null, chainedRosenbrock)
    },
    "Levenberg and Marquardt": {
      start: startLevenbergMarquardt(residuals, start),
      advance: advanceLevenbergMarquardt.bind(null, residuals)
    }
  }

  it.each(Object.entries(courses))("of %s goes on from a copy as if it had never stopped", (_, course) => {
    const advance = course.advance as (state: unknown) => unknown
    let straight: unknown = course.start
    let resumed: unknown = course.start
    for (let k = 0; k < 12; k++) {
      straight = advance(straight)
      resumed = advance(structuredClone(resumed))
    }
    assert.deepStrictEqual(resumed, straight)
  })
})

describe("L-BFGS-B", () => {
  it("satisfies the conditions of Karush, Kuhn and Tucker on random boxes", () => {
    const random = stream(12, "boxes")
    for (let trial = 0; trial < 60; trial++) {
      const n = 1 + random.integers(1, 15)[0]!
      const lower = random.normals(n).map((value, i) => (i % 4 === 3 ? Number.NEGATIVE_INFINITY : value / 3))
      const upper = lower.map((value, i) => (i % 5 === 4 ? Number.POSITIVE_INFINITY : Math.max(value, -9) + (i % 3)))
      const objective = quadratic(random, n)
      const { x, gradient, ending } = lbfgsb(
        objective,
        random.normals(n),
        { lower, upper },
        { gradientTolerance: 1e-7 }
      )
      assert.include(["gradient", "round-off"], ending)
      for (let i = 0; i < n; i++) {
        assert.isAtLeast(x[i]!, lower[i]!)
        assert.isAtMost(x[i]!, upper[i]!)
        if (x[i]! > lower[i]!) assert.isAtMost(gradient[i]!, 1e-5 + (x[i]! - lower[i]! < 1e-5 ? 1e3 : 0))
        if (x[i]! < upper[i]!) assert.isAtLeast(gradient[i]!, -1e-5 - (upper[i]! - x[i]! < 1e-5 ? 1e3 : 0))
      }
    }
  })

  it("comes to the minima that the inventors' program finds", () => {
    // SciPy 1.10, L-BFGS-B: chained Rosenbrock from (−1.2, 1, …) in [−2, 0.5]ⁿ.
    for (const [n, value] of [
      [2, 0.25],
      [10, 7.594812948946874],
      [100, 96.68553161751237]
    ] as const) {
      const start = Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? -1.2 : 1))
      const box = { lower: new Float64Array(n).fill(-2), upper: new Float64Array(n).fill(0.5) }
      const found = lbfgsb(chainedRosenbrock, start, box)
      assert.closeTo(found.value / value, 1, 1e-13)
      assert.isBelow(found.evaluations, 100)
    }
  })

  it("never evaluates outside of the box", () => {
    const box = { lower: Float64Array.of(0.5, -1), upper: Float64Array.of(3, 0.3) }
    const watched: Objective = (x, gradient) => {
      assert.isTrue(x.every((value, i) => value >= box.lower[i]! && value <= box.upper[i]!))
      return chainedRosenbrock(x, gradient)
    }
    const { x } = lbfgsb(watched, Float64Array.of(-9, 9), box)
    assert.isBelow(Math.abs(x[1]! - 0.25) + Math.abs(x[0]! - 0.5), 0.3)
    const fixed = { lower: Float64Array.of(2, 1), upper: Float64Array.of(2, 1) }
    assert.deepStrictEqual([...lbfgsb(chainedRosenbrock, new Float64Array(2), fixed).x], [2, 1])
  })

  it("refuses bounds that are none", () => {
    const wrong = { lower: Float64Array.of(0, 1), upper: Float64Array.of(1, 0) }
    assert.throws(
      () => lbfgsb(chainedRosenbrock, new Float64Array(2), wrong),
      RangeError,
      "component 1 has bounds 1 and 0"
    )
    assert.throws(() => lbfgsb(chainedRosenbrock, new Float64Array(3), wrong), RangeError, "for 3 components")
  })
})

describe("searchLine", () => {
  it("satisfies the conditions that it is asked for, from steps far too short and far too long", () => {
    // Functions 1 and 4 of Moré and Thuente (1994).
    const first: Objective = (x, gradient) => {
      const a = x[0]!
      gradient[0] = (a * a - 2) / (a * a + 2) ** 2
      return -a / (a * a + 2)
    }
    const gamma = (beta: number): number => Math.sqrt(1 + beta * beta) - beta
    const fourth: Objective = (x, gradient) => {
      const [a, b] = [x[0]!, 0.001]
      const [left, right] = [Math.sqrt((1 - a) ** 2 + b * b), Math.sqrt(a * a + b * b)]
      gradient[0] = (-gamma(b) * (1 - a)) / left + (gamma(b) * a) / right
      return gamma(b) * (left + right)
    }
    for (const [objective, decrease, curvature] of [
      [first, 0.001, 0.1],
      [fourth, 0.001, 0.001]
    ] as const) {
      const origin = evaluate(objective, Float64Array.of(0))
      for (const start of [1e-3, 1e-1, 10, 1000]) {
        const step = searchLine(objective, origin, Float64Array.of(1), { decrease, curvature, first: start })!
        const slope = origin.gradient[0]!
        assert.isAtMost(step.point.value, origin.value + decrease * step.length * slope)
        assert.isAtMost(Math.abs(step.point.gradient[0]!), -curvature * slope)
        assert.isBelow(step.evaluations, 14)
      }
    }
  })

  it("takes no step uphill, and none beyond its bound", () => {
    const origin = evaluate(chainedRosenbrock, Float64Array.of(-1.2, 1))
    assert.isUndefined(searchLine(chainedRosenbrock, origin, origin.gradient))
    const line: Objective = (x, gradient) => {
      gradient[0] = -1
      return -x[0]!
    }
    const step = searchLine(line, evaluate(line, Float64Array.of(0)), Float64Array.of(1), { longest: 7 })
    assert.strictEqual(step?.length, 7)
  })
})

describe("Levenberg and Marquardt", () => {
  it.each(PROBLEMS.map((p) => [p.name, p] as const))(
    "come to the published minimum of %s",
    (_, { start, residuals, minima }) => {
      const found = levenbergMarquardt(residuals, Float64Array.from(start), {
        gradientTolerance: 1e-9,
        maxIterations: 2000
      })
      const isKnown = minima.some((value) => Math.abs(2 * found.value - value) <= Math.max(1e-5 * value, 1e-10))
      assert.isTrue(
        isKnown,
        `they came to ${2 * found.value} (${found.ending}) after ${found.iterations}, not ${minima}`
      )
      for (let k = 1; k < found.history.length; k++) assert.isBelow(found.history[k]!, found.history[k - 1]!)
    }
  )

  it("step back from where residuals are no numbers, and do not begin there", () => {
    const logarithm = {
      count: 1,
      evaluate: (x: Float64Array, r: Float64Array, jacobian: Float64Array): void => {
        r[0] = Math.log(x[0]!) + 5
        jacobian[0] = 1 / x[0]!
      }
    }
    assert.closeTo(levenbergMarquardt(logarithm, Float64Array.of(10)).x[0]!, Math.exp(-5), 1e-10)
    assert.throws(() => levenbergMarquardt(logarithm, Float64Array.of(-1)), NoStart)
  })
})

describe("minimisers", () => {
  it("give the same bits on every machine", () => {
    const start = Float64Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? -1.2 : 1))
    const box = { lower: new Float64Array(12).fill(-2), upper: new Float64Array(12).fill(0.5) }
    const rule = { maxIterations: 40 }
    const wood = PROBLEMS.find(({ name }) => name.startsWith("Wood"))!
    const parts = [
      nonlinearConjugateGradients(chainedRosenbrock, start, rule).x,
      lbfgs(chainedRosenbrock, start, rule).x,
      lbfgsb(chainedRosenbrock, start, box, rule).x,
      levenbergMarquardt(wood.residuals, Float64Array.from(wood.start), rule).x
    ]
    const hash = createHash("sha256")
    for (const part of parts) hash.update(new Uint8Array(part.buffer))
    assert.strictEqual(hash.digest("hex"), "2bf938f21c350af91d7659920aa93573d0e5ae3127ed61f675a1ae4599bc69b0")
  })
})
