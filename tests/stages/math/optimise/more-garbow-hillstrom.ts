/**
 * Test problems with known minima.
 *
 * Source: J. J. Moré, B. S. Garbow and K. E. Hillstrom, Testing Unconstrained Optimization Software, ACM Trans. Math. Softw. 7 (1981),
 * section 3; numbers in brackets are those there.
 */

import type { Residuals } from "../../../../stages/math/optimise/LevenbergMarquardt.ts"
import type { Objective } from "../../../../stages/math/optimise/Objective.ts"

export interface Problem {
  readonly name: string
  readonly start: ReadonlyArray<number>
  readonly residuals: Residuals
  /** Σ r² at the minimum, and at others to which a descent may lead. */
  readonly minima: ReadonlyArray<number>
}

type Row = readonly [number, ReadonlyArray<number>]

/** A problem whose i-th residual, from 1, and its derivatives are `row(x, i)`. */
const problem = (
  name: string,
  start: ReadonlyArray<number>,
  count: number,
  minima: ReadonlyArray<number>,
  row: (x: ReadonlyArray<number>, i: number) => Row
): Problem => ({
  name,
  start,
  minima,
  residuals: {
    count,
    evaluate: (x, r, jacobian) => {
      for (let i = 0; i < count; i++) {
        const [value, derivatives] = row([...x], i + 1)
        r[i] = value
        jacobian.set(derivatives, i * x.length)
      }
    }
  }
})

/** Σ r², as a function to be minimised. */
export const sumOfSquares = ({ count, evaluate }: Residuals): Objective => {
  return (x, gradient) => {
    const [r, jacobian] = [new Float64Array(count), new Float64Array(count * x.length)]
    evaluate(x, r, jacobian)
    gradient.fill(0)
    jacobian.forEach((derivative, at) => {
      gradient[at % x.length]! += 2 * r[Math.floor(at / x.length)]! * derivative
    })
    return r.reduce((sum, value) => sum + value * value, 0)
  }
}

/** Σ 100 (x₂ᵢ − x₂ᵢ₋₁²)² + (1 − x₂ᵢ₋₁)², pairs of unknowns (21). */
export const extendedRosenbrock: Objective = (x, gradient) => {
  let value = 0
  for (let i = 0; i < x.length; i += 2) {
    const [valley, slope] = [x[i + 1]! - x[i]! * x[i]!, 1 - x[i]!]
    value += 100 * valley * valley + slope * slope
    gradient[i] = -400 * valley * x[i]! - 2 * slope
    gradient[i + 1] = 200 * valley
  }
  return value
}

/** Σ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)², all unknowns in one chain. */
export const chainedRosenbrock: Objective = (x, gradient) => {
  let value = 0
  gradient.fill(0)
  for (let i = 0; i + 1 < x.length; i++) {
    const [valley, slope] = [x[i + 1]! - x[i]! * x[i]!, 1 - x[i]!]
    value += 100 * valley * valley + slope * slope
    gradient[i]! -= 400 * valley * x[i]! + 2 * slope
    gradient[i + 1]! += 200 * valley
  }
  return value
}

const BARD = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39]
const GAUSSIAN = [0.0009, 0.0044, 0.0175, 0.054, 0.1295, 0.242, 0.3521, 0.3989]
const MEYER = [34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872]
const KOWALIK_Y = [0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246]
const KOWALIK_U = [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625]
const OSBORNE = [
  0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.85, 0.818, 0.784, 0.751, 0.718, 0.685, 0.658, 0.628, 0.603, 0.58,
  0.558, 0.538, 0.522, 0.506, 0.49, 0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.42, 0.414, 0.411, 0.406
]

const watson = (n: number, minimum: number): Problem =>
  problem(`Watson, ${n} (20)`, new Array<number>(n).fill(0), 31, [minimum], (x, i) => {
    const unit = (j: number, value = 1): ReadonlyArray<number> => x.map((_, k) => (k === j ? value : 0))
    if (i === 30) return [x[0]!, unit(0)]
    if (i === 31) return [x[1]! - x[0]! * x[0]! - 1, x.map((_, k) => (k === 0 ? -2 * x[0]! : k === 1 ? 1 : 0))]
    const t = i / 29
    const sum = x.reduce((total, value, j) => total + value * t ** j, 0)
    const slope = x.reduce((total, value, j) => (j === 0 ? total : total + j * value * t ** (j - 1)), 0)
    return [slope - sum * sum - 1, x.map((_, j) => (j === 0 ? 0 : j * t ** (j - 1)) - 2 * sum * t ** j)]
  })

const penalty = (n: number, minimum: number): Problem =>
  problem(
    `Penalty I, ${n} (23)`,
    Array.from({ length: n }, (_, j) => j + 1),
    n + 1,
    [minimum],
    (x, i) => {
      const weight = Math.sqrt(1e-5)
      if (i <= n) return [weight * (x[i - 1]! - 1), x.map((_, j) => (j === i - 1 ? weight : 0))]
      return [x.reduce((sum, value) => sum + value * value, -0.25), x.map((value) => 2 * value)]
    }
  )

export const PROBLEMS: ReadonlyArray<Problem> = [
  problem("Rosenbrock (1)", [-1.2, 1], 2, [0], ([a, b], i) =>
    i === 1 ? [10 * (b! - a! * a!), [-20 * a!, 10]] : [1 - a!, [-1, 0]]
  ),
  problem("Freudenstein and Roth (2)", [0.5, -2], 2, [48.98425, 0], ([a, b], i) =>
    i === 1
      ? [-13 + a! + ((5 - b!) * b! - 2) * b!, [1, 10 * b! - 3 * b! * b! - 2]]
      : [-29 + a! + ((b! + 1) * b! - 14) * b!, [1, 3 * b! * b! + 2 * b! - 14]]
  ),
  problem("Powell, badly scaled (3)", [0, 1], 2, [0], ([a, b], i) =>
    i === 1
      ? [1e4 * a! * b! - 1, [1e4 * b!, 1e4 * a!]]
      : [Math.exp(-a!) + Math.exp(-b!) - 1.0001, [-Math.exp(-a!), -Math.exp(-b!)]]
  ),
  problem("Brown, badly scaled (4)", [1, 1], 3, [0], ([a, b], i) =>
    i === 1 ? [a! - 1e6, [1, 0]] : i === 2 ? [b! - 2e-6, [0, 1]] : [a! * b! - 2, [b!, a!]]
  ),
  problem("Beale (5)", [1, 1], 3, [0], ([a, b], i) => [
    [1.5, 2.25, 2.625][i - 1]! - a! * (1 - b! ** i),
    [-(1 - b! ** i), a! * i * b! ** (i - 1)]
  ]),
  problem("Jennrich and Sampson (6)", [0.3, 0.4], 10, [124.36218], ([a, b], i) => [
    2 + 2 * i - Math.exp(i * a!) - Math.exp(i * b!),
    [-i * Math.exp(i * a!), -i * Math.exp(i * b!)]
  ]),
  problem("Helical valley (7)", [-1, 0, 0], 3, [0], ([a, b, c], i) => {
    const squares = a! * a! + b! * b!
    const angle = Math.atan(b! / a!) / (2 * Math.PI) + (a! < 0 ? 0.5 : 0)
    if (i === 1)
      return [10 * (c! - 10 * angle), [(50 * b!) / (Math.PI * squares), (-50 * a!) / (Math.PI * squares), 10]]
    const radius = Math.sqrt(squares)
    return i === 2 ? [10 * (radius - 1), [(10 * a!) / radius, (10 * b!) / radius, 0]] : [c!, [0, 0, 1]]
  }),
  problem("Bard (8)", [1, 1, 1], 15, [8.214877e-3], ([a, b, c], i) => {
    const [v, w] = [16 - i, Math.min(i, 16 - i)]
    const below = v * b! + w * c!
    return [BARD[i - 1]! - a! - i / below, [-1, (i * v) / (below * below), (i * w) / (below * below)]]
  }),
  problem("Gaussian (9)", [0.4, 1, 0], 15, [1.127933e-8], ([a, b, c], i) => {
    const t = (8 - i) / 2 - c!
    const bell = Math.exp((-b! * t * t) / 2)
    return [a! * bell - GAUSSIAN[Math.min(i, 16 - i) - 1]!, [bell, (-a! * bell * t * t) / 2, a! * bell * b! * t]]
  }),
  problem("Meyer (10)", [0.02, 4000, 250], 16, [87.94586], ([a, b, c], i) => {
    const t = 45 + 5 * i + c!
    const power = Math.exp(b! / t)
    return [a! * power - MEYER[i - 1]!, [power, (a! * power) / t, (-a! * power * b!) / (t * t)]]
  }),
  problem("Box (12)", [0, 10, 20], 10, [0, 0.075588], ([a, b, c], i) => {
    const t = i / 10
    const [first, second, fixed] = [Math.exp(-t * a!), Math.exp(-t * b!), Math.exp(-t) - Math.exp(-10 * t)]
    return [first - second - c! * fixed, [-t * first, t * second, -fixed]]
  }),
  problem("Powell, singular (13)", [3, -1, 0, 1], 4, [0], ([a, b, c, d], i) => {
    if (i === 1) return [a! + 10 * b!, [1, 10, 0, 0]]
    if (i === 2) return [Math.sqrt(5) * (c! - d!), [0, 0, Math.sqrt(5), -Math.sqrt(5)]]
    if (i === 3) return [(b! - 2 * c!) ** 2, [0, 2 * (b! - 2 * c!), -4 * (b! - 2 * c!), 0]]
    const [root, gap] = [Math.sqrt(10), a! - d!]
    return [root * gap * gap, [2 * root * gap, 0, 0, -2 * root * gap]]
  }),
  problem("Wood (14)", [-3, -1, -3, -1], 6, [0], ([a, b, c, d], i) => {
    const [ninety, ten] = [Math.sqrt(90), Math.sqrt(10)]
    if (i === 1) return [10 * (b! - a! * a!), [-20 * a!, 10, 0, 0]]
    if (i === 2) return [1 - a!, [-1, 0, 0, 0]]
    if (i === 3) return [ninety * (d! - c! * c!), [0, 0, -2 * ninety * c!, ninety]]
    if (i === 4) return [1 - c!, [0, 0, -1, 0]]
    if (i === 5) return [ten * (b! + d! - 2), [0, ten, 0, ten]]
    return [(b! - d!) / ten, [0, 1 / ten, 0, -1 / ten]]
  }),
  problem("Kowalik and Osborne (15)", [0.25, 0.39, 0.415, 0.39], 11, [3.075056e-4], ([a, b, c, d], i) => {
    const u = KOWALIK_U[i - 1]!
    const [above, below] = [u * u + u * b!, u * u + u * c! + d!]
    const share = above / below
    return [KOWALIK_Y[i - 1]! - a! * share, [-share, (-a! * u) / below, (a! * share * u) / below, (a! * share) / below]]
  }),
  problem("Brown and Dennis (16)", [25, 5, -5, -1], 20, [85822.2], ([a, b, c, d], i) => {
    const t = i / 5
    const [first, second] = [a! + t * b! - Math.exp(t), c! + d! * Math.sin(t) - Math.cos(t)]
    return [first * first + second * second, [2 * first, 2 * first * t, 2 * second, 2 * second * Math.sin(t)]]
  }),
  problem("Osborne 1 (17)", [0.5, 1.5, -1, 0.01, 0.02], 33, [5.464895e-5], ([a, b, c, d, e], i) => {
    const t = 10 * (i - 1)
    const [first, second] = [Math.exp(-t * d!), Math.exp(-t * e!)]
    return [OSBORNE[i - 1]! - a! - b! * first - c! * second, [-1, -first, -second, b! * t * first, c! * t * second]]
  }),
  watson(6, 2.28767e-3),
  watson(9, 1.39976e-6),
  penalty(4, 2.249978e-5),
  penalty(10, 7.087651e-5)
]
