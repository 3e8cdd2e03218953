/**
 * Nesterov and Todd's scaling of a cone: non-negative numbers, then one second-order cone {(t, x): ‖x‖ ≤ t} or none.
 *
 * For s and z inside there is one symmetric W with W⁻¹ s = W z = λ, in which steps of both look alike. Source: Vandenberghe, The CVXOPT
 * linear and quadratic cone program solvers (2010), sections 4 and 5.
 */
export class ConeScaling {
  /** Of these, the first `linear` are non-negative numbers. */
  readonly size: number
  readonly linear: number
  /** W⁻¹ s = W z. */
  readonly lambda: Float64Array
  /** √(s/z) of the numbers. */
  private readonly ratio: Float64Array
  /** The direction of W in the second-order cone, of hyperbolic length 1, and its factor. */
  private readonly axis: Float64Array
  private factor = 1

  constructor(size: number, linear: number) {
    this.size = size
    this.linear = linear
    this.lambda = new Float64Array(size)
    this.ratio = new Float64Array(linear)
    this.axis = new Float64Array(size - linear)
  }

  /** By how many the gap sᵀ z is divided in the mean: a second-order cone counts as one. */
  get degree(): number {
    return this.linear + (this.size > this.linear ? 1 : 0)
  }

  /** Takes the scaling of two points inside of the cone. */
  update(s: Float64Array, z: Float64Array): void {
    for (let i = 0; i < this.linear; i++) this.ratio[i] = Math.sqrt(s[i]! / z[i]!)
    if (this.size > this.linear) this.updateAxis(s, z)
    this.lambda.set(s)
    this.divide(this.lambda)
  }

  private updateAxis(s: Float64Array, z: Float64Array): void {
    const { linear, axis } = this
    const [lengthS, lengthZ] = [hyperbolicLength(s, linear), hyperbolicLength(z, linear)]
    let product = 0
    for (let i = linear; i < this.size; i++) product += (s[i]! / lengthS) * (z[i]! / lengthZ)
    const scale = 2 * Math.sqrt((1 + product) / 2)
    for (let i = linear; i < this.size; i++) {
      const sign = i === linear ? 1 : -1
      axis[i - linear] = (s[i]! / lengthS + (sign * z[i]!) / lengthZ) / scale
    }
    this.factor = Math.sqrt(lengthS / lengthZ)
  }

  /** x ← W x. */
  multiply(x: Float64Array): void {
    for (let i = 0; i < this.linear; i++) x[i]! *= this.ratio[i]!
    if (this.size > this.linear) this.reflect(x, 1, this.factor)
  }

  /** x ← W⁻¹ x. */
  divide(x: Float64Array): void {
    for (let i = 0; i < this.linear; i++) x[i]! /= this.ratio[i]!
    if (this.size > this.linear) this.reflect(x, -1, 1 / this.factor)
  }

  /** x ← factor [w₀, ±wᵀ; ±w, I + w wᵀ / (1 + w₀)] x in the second-order cone. */
  private reflect(x: Float64Array, sign: number, factor: number): void {
    const { linear, axis, size } = this
    let along = 0
    for (let i = linear + 1; i < size; i++) along += axis[i - linear]! * x[i]!
    const [head, w0] = [x[linear]!, axis[0]!]
    const shift = sign * head + along / (1 + w0)
    x[linear] = factor * (w0 * head + sign * along)
    for (let i = linear + 1; i < size; i++) x[i] = factor * (x[i]! + shift * axis[i - linear]!)
  }

  /** x ← λ ∘ x, the product of the cone's algebra: x ∘ y = (xᵀ y, x₀ y₁ + y₀ x₁), and elementwise for numbers. */
  static product(linear: number, x: Float64Array, y: Float64Array): Float64Array {
    const result = new Float64Array(x.length)
    for (let i = 0; i < linear; i++) result[i] = x[i]! * y[i]!
    for (let i = linear; i < x.length; i++) {
      result[linear]! += x[i]! * y[i]!
      if (i > linear) result[i] = x[linear]! * y[i]! + y[linear]! * x[i]!
    }
    return result
  }

  /** x ← the solution of λ ∘ solution = x. */
  unproduct(x: Float64Array): void {
    const { linear, lambda, size } = this
    for (let i = 0; i < linear; i++) x[i]! /= lambda[i]!
    if (size === linear) return
    const l0 = lambda[linear]!
    let along = 0
    for (let i = linear + 1; i < size; i++) along += lambda[i]! * x[i]!
    const length = hyperbolicLength(lambda, linear)
    const head = (l0 * x[linear]! - along) / (length * length)
    for (let i = linear + 1; i < size; i++) x[i] = (x[i]! - head * lambda[i]!) / l0
    x[linear] = head
  }

  /** The longest step from a point inside along a direction that stays in the cone; infinite where none leads out. */
  longestStep(point: Float64Array, direction: Float64Array): number {
    let step = Number.POSITIVE_INFINITY
    for (let i = 0; i < this.linear; i++) {
      if (direction[i]! < 0) step = Math.min(step, -point[i]! / direction[i]!)
    }
    return this.size === this.linear ? step : Math.min(step, exitOf(point, direction, this.linear))
  }
}

/** √(t² − ‖x‖²) of (t, x) from index `from` on, without the cancellation of squares. */
const hyperbolicLength = (point: Float64Array, from: number): number => {
  let square = 0
  for (let i = from + 1; i < point.length; i++) square += point[i]! * point[i]!
  const [t, norm] = [point[from]!, Math.sqrt(square)]
  return Math.sqrt((t - norm) * (t + norm))
}

/** Where a ray from inside leaves the second-order cone: the smallest positive zero of a quadratic. */
const exitOf = (point: Float64Array, direction: Float64Array, from: number): number => {
  let a = direction[from]! * direction[from]!
  let b = point[from]! * direction[from]!
  for (let i = from + 1; i < point.length; i++) {
    a -= direction[i]! * direction[i]!
    b -= point[i]! * direction[i]!
  }
  const size = hyperbolicLength(point, from)
  const c = size * size
  const root = b * b - a * c
  const denominator = Math.sqrt(Math.max(root, 0)) - b
  return root < 0 || denominator <= 0 ? Number.POSITIVE_INFINITY : c / denominator
}
