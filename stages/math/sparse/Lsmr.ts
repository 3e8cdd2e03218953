/**
 * Sparse least squares, also of systems with fewer equations than unknowns, regularised if wanted.
 *
 * Source: D. C.-L. Fong and M. A. Saunders, LSMR: An Iterative Algorithm for Sparse Least-Squares Problems, SIAM J. Sci. Comput. 33
 * (2011); what stands there as ζ̄, the norm of the gradient, is the history.
 */
import { dot, largest, length, scale } from "../linear/Vector.ts"
import { NotConverged, type Obstacle, type Solution, scaleInto, times } from "./Iteration.ts"
import type { Operator, Rectangular } from "./Operator.ts"

export interface LsmrOptions {
  /** λ in ‖b − A x‖² + λ² ‖x‖² (0). */
  readonly damping?: number
  /**
   * The solution is found when ‖r‖ ≤ tolerance ‖b‖, or the gradient is small: ‖Aᵀ r − λ² x‖ ≤ tolerance ‖A‖ ‖r‖ (1e-10). The norm of A is
   * that of Frobenius over the space that was searched; r includes λ x.
   */
  readonly tolerance?: number
  /** Steps after which the search is given up: ten times the longer side by default. */
  readonly maxIterations?: number
}

export interface LeastSquares {
  /** Of several solutions the shortest. */
  readonly x: Float64Array
  readonly iterations: number
  /** ‖b − A x‖ / ‖b‖; with damping, of both parts of what is minimised. */
  readonly residual: number
  /** Norm of the gradient Aᵀ r − λ² x at the start and after each step; it never grows. */
  readonly history: ReadonlyArray<number>
}

/**
 * x that minimises ‖b − A x‖² + λ² ‖x‖².
 *
 * Cost of a step: a product with A, one with Aᵀ, 3 rows + 6 columns flops. Throws `NotConverged`, whose solution has the history of gradients;
 * `RangeError` when b does not have as many elements as A has rows.
 */
export const lsmr = (a: Rectangular, b: Float64Array, options: LsmrOptions = {}): LeastSquares => {
  if (b.length !== a.rows) throw new RangeError(`b has ${b.length} elements, A ${a.rows} rows`)
  const byB = scaleInto(largest(b))
  if (byB !== 1) return rescaled(a, times(b, byB), options, 1, byB)
  const byA = scaleInto(sizeOf(a))
  if (byA !== 1) return rescaled(scaledBy(a, byA), b, { ...options, damping: (options.damping ?? 0) * byA }, byA, 1)
  return search(a, b, options)
}

/** The parts of its multiples behind the point are all different, and spread evenly. */
const GOLDEN = (Math.sqrt(5) - 1) / 2

/** About the norm of A: the largest element of A x, for an x without equal elements, of which rows of differences would make 0. */
const sizeOf = ({ rows, columns, times: apply }: Rectangular): number => {
  const image = new Float64Array(rows)
  apply(
    Float64Array.from({ length: columns }, (_, j) => 1 + ((j * GOLDEN) % 1)),
    image
  )
  return largest(image)
}

const scaledBy = (a: Rectangular, by: number): Rectangular => {
  const scaled =
    (apply: Operator): Operator =>
    (x, y) => {
      apply(x, y)
      scale(y, by)
    }
  return { ...a, times: scaled(a.times), transposeTimes: scaled(a.transposeTimes) }
}

/** From the solution of (byA A) y = byB b that of A x = b, also where it is only told on failure. */
const rescaled = (a: Rectangular, b: Float64Array, options: LsmrOptions, byA: number, byB: number): LeastSquares => {
  const back = <S extends Solution>(solution: S): S => ({
    ...solution,
    x: times(solution.x, byA / byB),
    history: solution.history.map((gradient) => gradient / byA / byB)
  })
  try {
    return back(lsmr(a, b, options))
  } catch (error) {
    if (!(error instanceof NotConverged)) throw error
    const { method, obstacle, solution, tolerance } = error
    throw new NotConverged({ method, obstacle, solution: back(solution), tolerance })
  }
}

const search = (a: Rectangular, b: Float64Array, options: LsmrOptions): LeastSquares => {
  const { damping = 0, tolerance = 1e-10, maxIterations = 10 * Math.max(a.rows, a.columns) } = options
  const x = new Float64Array(a.columns)
  const bidiagonal = new Bidiagonalisation(a, b)
  const { beta: scaleOfB } = bidiagonal
  const history = [bidiagonal.alpha * scaleOfB]
  const end = (): LeastSquares => {
    const residual = scaleOfB === 0 ? 0 : residualNorm(a, b, x, damping) / scaleOfB
    return { x, iterations: history.length - 1, residual, history }
  }
  const fail = (obstacle: Obstacle): never => {
    throw new NotConverged({ method: "LSMR", obstacle, solution: end(), tolerance })
  }
  if (history[0] === 0) return end()
  const [h, hBar] = [bidiagonal.v.slice(), new Float64Array(a.columns)]
  const norm = new NormEstimate(scaleOfB)
  let [zetaBar, alphaBar, rho, rhoBar, cBar, sBar] = [history[0]!, bidiagonal.alpha, 1, 1, 1, 0]
  let squares = bidiagonal.alpha * bidiagonal.alpha
  for (;;) {
    if (!Number.isFinite(zetaBar)) fail("not finite")
    if (history.length > maxIterations) fail("iterations")
    bidiagonal.step()
    const { alpha, beta, v } = bidiagonal
    squares += beta * beta + alpha * alpha
    const [cHat, sHat, alphaHat] = rotation(alphaBar, damping)
    const [rhoBefore, rhoBarBefore] = [rho, rhoBar]
    let [c, s] = [1, 0]
    ;[c, s, rho] = rotation(alphaHat, beta)
    const theta = s * alpha
    alphaBar = c * alpha
    const thetaBar = sBar * rho
    ;[cBar, sBar, rhoBar] = rotation(cBar * rho, theta)
    const zeta = cBar * zetaBar
    zetaBar *= -sBar
    const back = (thetaBar * rho) / (rhoBefore * rhoBarBefore)
    const forth = zeta / (rho * rhoBar)
    for (let i = 0; i < x.length; i++) {
      hBar[i] = h[i]! - back * hBar[i]!
      x[i]! += forth * hBar[i]!
      h[i] = v[i]! - (theta / rho) * h[i]!
    }
    history.push(Math.abs(zetaBar))
    const residual = norm.next(cHat, sHat, c, s, thetaBar, rhoBar, zeta)
    const isSmall = residual <= tolerance * scaleOfB
    if (isSmall || Math.abs(zetaBar) <= tolerance * Math.sqrt(squares) * residual) return end()
  }
}

/** c, s and r with c a + s b = r and s a − c b = 0. */
const rotation = (a: number, b: number): [number, number, number] => {
  const radius = Math.sqrt(a * a + b * b)
  return radius === 0 ? [1, 0, 0] : [a / radius, b / radius, radius]
}

/** A V = U B with a lower bidiagonal B, one column a step, by Golub and Kahan. */
class Bidiagonalisation {
  alpha = 0
  beta: number
  readonly v: Float64Array
  private readonly u: Float64Array
  private readonly a: Rectangular
  private readonly productU: Float64Array
  private readonly productV: Float64Array

  constructor(a: Rectangular, b: Float64Array) {
    this.a = a
    this.u = b.slice()
    this.v = new Float64Array(a.columns)
    this.productU = new Float64Array(a.rows)
    this.productV = new Float64Array(a.columns)
    this.beta = normalise(this.u)
    this.nextV(0)
  }

  step(): void {
    this.a.times(this.v, this.productU)
    for (let i = 0; i < this.u.length; i++) this.u[i] = this.productU[i]! - this.alpha * this.u[i]!
    this.beta = normalise(this.u)
    this.nextV(this.beta)
  }

  private nextV(beta: number): void {
    this.a.transposeTimes(this.u, this.productV)
    for (let i = 0; i < this.v.length; i++) this.v[i] = this.productV[i]! - beta * this.v[i]!
    this.alpha = normalise(this.v)
  }
}

/** Divides a vector by its norm, which it gives; 0 stays. */
const normalise = (x: Float64Array): number => {
  const norm = length(x)
  if (norm !== 0) for (let i = 0; i < x.length; i++) x[i]! /= norm
  return norm
}

/** ‖r‖ after each step, from the rotations alone: section 5.1 of the source, in its letters. */
class NormEstimate {
  private betaDoubleDot: number
  private betaDot = 0
  private rhoDot = 1
  private tauTilde = 0
  private thetaTilde = 0
  private zeta = 0
  private squares = 0

  constructor(beta: number) {
    this.betaDoubleDot = beta
  }

  next(cHat: number, sHat: number, c: number, s: number, thetaBar: number, rhoBar: number, zeta: number): number {
    const acute = cHat * this.betaDoubleDot
    const check = -sHat * this.betaDoubleDot
    const hat = c * acute
    this.betaDoubleDot = -s * acute
    const thetaBefore = this.thetaTilde
    const [cTilde, sTilde, rhoTilde] = rotation(this.rhoDot, thetaBar)
    this.thetaTilde = sTilde * rhoBar
    this.rhoDot = cTilde * rhoBar
    this.betaDot = -sTilde * this.betaDot + cTilde * hat
    this.tauTilde = (this.zeta - thetaBefore * this.tauTilde) / rhoTilde
    const rest = this.betaDot - (zeta - this.thetaTilde * this.tauTilde) / this.rhoDot
    this.zeta = zeta
    this.squares += check * check
    return Math.sqrt(this.squares + rest * rest + this.betaDoubleDot * this.betaDoubleDot)
  }
}

/** √(‖b − A x‖² + λ² ‖x‖²), from x itself. */
const residualNorm = (a: Rectangular, b: Float64Array, x: Float64Array, damping: number): number => {
  const r = new Float64Array(b.length)
  a.times(x, r)
  for (let i = 0; i < r.length; i++) r[i] = b[i]! - r[i]!
  return Math.sqrt(dot(r, r) + damping * damping * dot(x, x))
}
