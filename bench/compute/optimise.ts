/**
 * Minimisers and non-negative least squares, beside SciPy where Python has it.
 *
 *   npx node bench/compute/optimise.ts
 *
 * Milliseconds by processor time on one thread, the best of several rounds in turns. The objective is Rosenbrock's chain, SciPy's own by NumPy:
 * a fixed number of iterations, so that both do the same work.
 */
import { multiply } from "../../stages/math/linear/Gemm.ts"
import { nonNegativeLeastSquaresOfMany } from "../../stages/math/optimise/BlockPrincipalPivoting.ts"
import { lbfgs } from "../../stages/math/optimise/Lbfgs.ts"
import { lbfgsb } from "../../stages/math/optimise/Lbfgsb.ts"
import { nonlinearConjugateGradients } from "../../stages/math/optimise/NonlinearConjugateGradients.ts"
import { nonNegativeLeastSquares } from "../../stages/math/optimise/NonNegativeLeastSquares.ts"
import type { Objective } from "../../stages/math/optimise/Objective.ts"
import { type Case, printBeside } from "./beside.ts"
import { Python } from "./peer.ts"

const rosenbrock: Objective = (x, gradient) => {
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

const ITERATIONS = 200

const start = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? -1.2 : 1))

const box = (n: number, lower: number, upper: number) => ({
  lower: new Float64Array(n).fill(lower),
  upper: new Float64Array(n).fill(upper)
})

const PYTHON_START = `
import numpy as np, scipy.optimize as so
def start(n): return np.where(np.arange(n) % 2 == 0, -1.2, 1.0)
def run(n, method, bounds=None):
    so.minimize(so.rosen, start(n), jac=so.rosen_der, method=method, bounds=bounds, options=dict(maxiter=${ITERATIONS}))
def matrix(m, n): return np.abs(np.sin(np.arange(m * n) * 1.7 + 0.3)).reshape(m, n)
`

const matrix = (m: number, n: number): Float64Array =>
  Float64Array.from({ length: m * n }, (_, at) => Math.abs(Math.sin(at * 1.7 + 0.3)))

const rule = { maxIterations: ITERATIONS }

const minimisers = (n: number): ReadonlyArray<Case> => [
  { name: `L-BFGS, ${n}`, run: () => lbfgs(rosenbrock, start(n), rule), setup: "", peer: `run(${n}, "L-BFGS-B")` },
  {
    name: `L-BFGS-B, ${n}`,
    run: () => lbfgsb(rosenbrock, start(n), box(n, -1.5, 1.5), rule),
    setup: "",
    peer: `run(${n}, "L-BFGS-B", [(-1.5, 1.5)] * ${n})`
  },
  {
    name: `conjugate gradients, ${n}`,
    run: () => nonlinearConjugateGradients(rosenbrock, start(n), rule),
    setup: "",
    peer: `run(${n}, "CG")`
  }
]

const nonNegative = (m: number, n: number): Case => {
  const a = matrix(m, n)
  const b = Float64Array.from({ length: m }, (_, i) => Math.sin(i * i))
  return {
    name: `NNLS ${m}×${n}`,
    run: () => nonNegativeLeastSquares(a, m, n, b),
    setup: `a = matrix(${m}, ${n}); b = np.sin(np.arange(${m}) ** 2.0)`,
    peer: "so.nnls(a, b)"
  }
}

/** Right-hand sides of solutions that are half zeros, and a little beside. */
const many = (m: number, n: number, columns: number): Case => {
  const a = matrix(m, n)
  const x = Float64Array.from({ length: n * columns }, (_, at) => Math.max(0, Math.sin(at * at)))
  const b = multiply(a, x, m, columns, n).map((value, at) => value + Math.cos(at * at) / 10)
  return {
    name: `NNLS ${m}×${n}, ${columns} sides`,
    run: () => nonNegativeLeastSquaresOfMany(a, m, n, b, columns),
    setup: [
      `a = matrix(${m}, ${n})`,
      `x = np.maximum(0, np.sin(np.arange(${n * columns}) ** 2.0)).reshape(${n}, ${columns})`,
      `b = a @ x + np.cos(np.arange(${m * columns}) ** 2.0).reshape(${m}, ${columns}) / 10`
    ].join("\n"),
    peer: `[so.nnls(a, b[:, c]) for c in range(${columns})]`
  }
}

const CASES: ReadonlyArray<Case> = [
  ...minimisers(10),
  ...minimisers(1000),
  nonNegative(100, 40),
  nonNegative(400, 200),
  many(100, 20, 200)
]

const python = Python.open("scipy")
const cases = CASES.map((each) => ({ ...each, setup: PYTHON_START + each.setup }))
await printBeside("milliseconds", "SciPy", python, cases, { rounds: 5 })
python?.close()
