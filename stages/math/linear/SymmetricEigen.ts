/** Eigenvalues and eigenvectors of symmetric matrices. */

export interface Eigen {
  /** Descending. */
  readonly values: Float64Array
  /** Row i is the unit eigenvector of value i; its component of largest magnitude is positive. */
  readonly vectors: Float64Array
}

/**
 * All eigenpairs of a symmetric n × n matrix, row-major; only its lower triangle is read.
 *
 * Householder tridiagonalisation, then implicit QL with shifts. Error: eigenvalues to a small multiple of ε ‖A‖.
 * Cost: about 9n³ flops. Source: Golub and Van Loan, 4th ed., sections 8.3.1 and 8.3.3; Bowdler, Martin, Reinsch and
 * Wilkinson, Numerische Mathematik 11 (1968). Throws `RangeError` when QL does not converge, which a finite matrix never shows.
 */
export const eigen = (a: Float64Array, n: number): Eigen => {
  const q = a.slice()
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) q[i * n + j] = a[j * n + i]!
  const diagonal = new Float64Array(n)
  const off = new Float64Array(n)
  tridiagonalise(q, n, diagonal, off)
  // QL rotates columns; as rows of the transpose they lie in order.
  const vectors = transpose(q, n)
  iterateQl(vectors, n, diagonal, off)
  return sorted(diagonal, vectors, n)
}

const transpose = (a: Float64Array, n: number): Float64Array => {
  const result = new Float64Array(n * n)
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) result[j * n + i] = a[i * n + j]!
  return result
}

/** Reduces A in place to the orthogonal Q of A = Q T Qᵀ; T goes to `d` (diagonal) and `e` (e[i] couples i − 1 and i). */
const tridiagonalise = (a: Float64Array, n: number, d: Float64Array, e: Float64Array): void => {
  for (let i = n - 1; i > 0; i--) {
    const last = i - 1
    const row = a.subarray(i * n, i * n + i)
    let scale = 0
    for (let k = 0; k < i; k++) scale += Math.abs(row[k]!)
    if (last === 0 || scale === 0) {
      e[i] = row[last]!
      d[i] = 0
      continue
    }
    let h = 0
    for (let k = 0; k < i; k++) {
      row[k]! /= scale
      h += row[k]! * row[k]!
    }
    const f = row[last]!
    const g = f >= 0 ? -Math.sqrt(h) : Math.sqrt(h)
    e[i] = scale * g
    h -= f * g
    row[last] = f - g
    reflect(a, n, i, row, h, e)
    d[i] = h
  }
  d[0] = 0
  e[0] = 0
  accumulateReflections(a, n, d)
}

/** A ← P A P for the reflection P = 1 − u uᵀ / h of row i, on the leading i × i part; uses `e[0…i−1]` as scratch. */
const reflect = (a: Float64Array, n: number, i: number, u: Float64Array, h: number, e: Float64Array): void => {
  e.fill(0, 0, i)
  for (let j = 0; j < i; j++) {
    a[j * n + i] = u[j]! / h
    // The lower triangle holds A: each element serves its row and its mirror image.
    let sum = a[j * n + j]! * u[j]!
    for (let k = 0; k < j; k++) {
      const element = a[j * n + k]!
      sum += element * u[k]!
      e[k]! += element * u[j]!
    }
    e[j]! += sum
  }
  let f = 0
  for (let j = 0; j < i; j++) {
    e[j]! /= h
    f += e[j]! * u[j]!
  }
  const half = f / (2 * h)
  for (let j = 0; j < i; j++) {
    e[j]! -= half * u[j]!
    const [uj, ej] = [u[j]!, e[j]!]
    for (let k = 0; k <= j; k++) a[j * n + k]! -= uj * e[k]! + ej * u[k]!
  }
}

const accumulateReflections = (a: Float64Array, n: number, d: Float64Array): void => {
  const g = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    if (d[i] !== 0) {
      g.fill(0, 0, i)
      for (let k = 0; k < i; k++) {
        const factor = a[i * n + k]!
        for (let j = 0; j < i; j++) g[j]! += factor * a[k * n + j]!
      }
      for (let k = 0; k < i; k++) {
        const factor = a[k * n + i]!
        for (let j = 0; j < i; j++) a[k * n + j]! -= g[j]! * factor
      }
    }
    d[i] = a[i * n + i]!
    a[i * n + i] = 1
    for (let j = 0; j < i; j++) {
      a[j * n + i] = 0
      a[i * n + j] = 0
    }
  }
}

const MAX_ITERATIONS = 60

/** Diagonalises the tridiagonal matrix in `d`, `e`; rotates the rows of `z` along. */
const iterateQl = (z: Float64Array, n: number, d: Float64Array, e: Float64Array): void => {
  for (let i = 1; i < n; i++) e[i - 1] = e[i]!
  e[n - 1] = 0
  for (let l = 0; l < n; l++) {
    for (let iteration = 0; ; iteration++) {
      let m = l
      while (m < n - 1 && Math.abs(e[m]!) > Number.EPSILON * (Math.abs(d[m]!) + Math.abs(d[m + 1]!))) m++
      if (m === l) break
      if (iteration === MAX_ITERATIONS) throw new RangeError(`QL did not converge at eigenvalue ${l}`)
      step(z, n, d, e, l, m)
    }
  }
}

/** One implicit QL step on rows l … m. */
const step = (z: Float64Array, n: number, d: Float64Array, e: Float64Array, l: number, m: number): void => {
  const shift = (d[l + 1]! - d[l]!) / (2 * e[l]!)
  const root = Math.sqrt(shift * shift + 1)
  let g = d[m]! - d[l]! + e[l]! / (shift + (shift >= 0 ? root : -root))
  let [s, c, p] = [1, 1, 0]
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!
    const b = c * e[i]!
    const r = Math.sqrt(f * f + g * g)
    e[i + 1] = r
    if (r === 0) {
      d[i + 1]! -= p
      e[m] = 0
      return
    }
    s = f / r
    c = g / r
    g = d[i + 1]! - p
    const t = (d[i]! - g) * s + 2 * c * b
    p = s * t
    d[i + 1] = g + p
    g = c * t - b
    rotate(z.subarray(i * n, (i + 1) * n), z.subarray((i + 1) * n, (i + 2) * n), c, s)
  }
  d[l]! -= p
  e[l] = g
  e[m] = 0
}

const rotate = (x: Float64Array, y: Float64Array, c: number, s: number): void => {
  for (let k = 0; k < x.length; k++) {
    const f = y[k]!
    y[k] = s * x[k]! + c * f
    x[k] = c * x[k]! - s * f
  }
}

const sorted = (values: Float64Array, vectors: Float64Array, n: number): Eigen => {
  const order = Array.from(values.keys()).sort((i, j) => values[j]! - values[i]! || i - j)
  const result = { values: new Float64Array(n), vectors: new Float64Array(n * n) }
  for (const [row, from] of order.entries()) {
    result.values[row] = values[from]!
    result.vectors.set(withPositivePeak(vectors.subarray(from * n, (from + 1) * n)), row * n)
  }
  return result
}

/** An eigenvector has no sign of its own: the first component of largest magnitude is made positive. */
const withPositivePeak = (vector: Float64Array): Float64Array => {
  let peak = 0
  for (const component of vector) if (Math.abs(component) > Math.abs(peak)) peak = component
  return peak < 0 ? vector.map((component) => -component) : vector
}

export interface PowerOptions {
  /** Relative residual |Av − λv| / |λ₁| at which a pair is accepted. */
  readonly tolerance?: number
  readonly maxIterations?: number
}

/** Power iteration came to no eigenpair: two of nearly one size lie there, or the matrix holds what is no number. */
export class NoEigenpair extends RangeError {
  /** Counted from 0. */
  readonly index: number
  /** |Av − λv| / |λ₁| at the end. */
  readonly residual: number
  readonly iterations: number

  constructor(index: number, residual: number, iterations: number) {
    super(`eigenpair ${index} has a relative residual of ${residual} after ${iterations} iterations`)
    this.index = index
    this.residual = residual
    this.iterations = iterations
  }
}

/**
 * The `count` leading eigenpairs of a symmetric positive semidefinite matrix, by power iteration with deflation: what the
 * NTK paper uses (section 6.3).
 *
 * Starts from vectors of a fixed pattern, so that the result is a function of the matrix. Cost: 2n² flops an iteration.
 * Throws `NoEigenpair` when a pair has not converged after `maxIterations` (10 000).
 */
export const leading = (
  a: Float64Array,
  n: number,
  count: number,
  { tolerance = 1e-12, maxIterations = 10_000 }: PowerOptions = {}
): Eigen => {
  const values = new Float64Array(count)
  const vectors = new Float64Array(count * n)
  for (let index = 0; index < count; index++) {
    const found = vectors.subarray(0, index * n)
    let v: Float64Array = Float64Array.from({ length: n }, (_, i) => 1 + ((i * 37 + index * 61) % 17) / 17)
    for (let iteration = 0; ; iteration++) {
      v = unit(withoutRows(v, found))
      const product = withoutRows(timesVector(a, v), found)
      const value = dot(v, product)
      values[index] = value
      const residual = Math.sqrt(product.reduce((sum, x, i) => sum + (x - value * v[i]!) ** 2, 0))
      if (residual <= tolerance * Math.abs(values[0]!)) break
      if (iteration === maxIterations) throw new NoEigenpair(index, residual / Math.abs(values[0]!), iteration)
      v = product
    }
    vectors.set(withPositivePeak(v), index * n)
  }
  return { values, vectors }
}

const dot = (x: Float64Array, y: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!
  return sum
}

const unit = (x: Float64Array): Float64Array => {
  const length = Math.sqrt(dot(x, x))
  return x.map((component) => component / length)
}

const timesVector = (a: Float64Array, x: Float64Array): Float64Array => {
  const n = x.length
  return Float64Array.from({ length: n }, (_, i) => dot(a.subarray(i * n, (i + 1) * n), x))
}

/** x without its components along the rows of an orthonormal set. */
const withoutRows = (x: Float64Array, rows: Float64Array): Float64Array => {
  const n = x.length
  let rest: Float64Array = x
  for (let start = 0; start < rows.length; start += n) {
    const row = rows.subarray(start, start + n)
    const component = dot(rest, row)
    rest = rest.map((value, i) => value - component * row[i]!)
  }
  return rest
}
