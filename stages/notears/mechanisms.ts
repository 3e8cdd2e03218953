/**
 * How a node follows from its parents in models that are not linear, with the recipes of the literature.
 *
 * Source: Zheng, Dan, Aragam, Ravikumar and Xing, Learning Sparse Nonparametric DAGs, AISTATS 2020 (arXiv 1909.13189), section 6, and
 * `simulate_nonlinear_sem` and `simulate_linear_sem` of its code.
 */
import * as Cholesky from "../math/linear/Cholesky.ts"
import { multiply } from "../math/linear/Gemm.ts"
import { poissons } from "../math/random/CountVariates.ts"
import type { RandomSource } from "../math/random/RandomSource.ts"
import { cos, exp, sin, tanh } from "../math/special/Elementwise.ts"
import { sigmoids } from "./sigmoids.ts"

/** Parents of one node: `values` has a row for each sample, `weights` one for each parent, those of the edges. */
export interface Parents {
  readonly values: Float64Array
  readonly n: number
  readonly count: number
  readonly weights: Float64Array
}

/** Samples of a node, n of them; `random` is its own. */
export type Mechanism = (parents: Parents, random: RandomSource) => Float64Array

/** x ~ Bernoulli(σ(wᵀ z)). */
const logistic: Mechanism = (parents, random) => {
  const chances = sigmoids(linear(parents, parents.weights))
  return random.uniforms(parents.n).map((u, row) => (u < chances[row]! ? 1 : 0))
}

/** x ~ Poisson(e^(wᵀ z)). */
const poisson: Mechanism = (parents, random) =>
  exp(linear(parents, parents.weights)).map((mean) => poissons(random, 1, mean)[0]!)

/** σ(zᵀ A) b + N(0, 1) with 100 hidden units. */
const mlp: Mechanism = (parents, random) => {
  const { values, n, count } = parents
  const hidden = sigmoids(multiply(values, signed(random, count * HIDDEN), n, HIDDEN, count))
  return withNoise(random, multiply(hidden, signed(random, HIDDEN), n, 1, HIDDEN))
}

const HIDDEN = 100

/** tanh(aᵀ z) + cos(bᵀ z) + sin(cᵀ z) + N(0, 1). */
const mim: Mechanism = (parents, random) => {
  const index = () => linear(parents, signed(random, parents.count))
  const [first, second, third] = [tanh(index()), cos(index()), sin(index())]
  return withNoise(
    random,
    first.map((value, row) => value + second[row]! + third[row]!)
  )
}

/** f(z) + N(0, 1) with f from a Gaussian process of covariance e^(−|z − z′|² / 2). Cost: n³ / 3 flops. */
const gp: Mechanism = ({ values, n, count }, random) => withNoise(random, smooth(values, n, count, random))

/** Σ f_i(z_i) + N(0, 1), each f_i from a process of its own. */
const gpAdd: Mechanism = ({ values, n, count }, random) => {
  const sum = new Float64Array(n)
  for (let parent = 0; parent < count; parent++) {
    const along = Float64Array.from({ length: n }, (_, row) => values[row * count + parent]!)
    const part = smooth(along, n, 1, random)
    for (let row = 0; row < n; row++) sum[row]! += part[row]!
  }
  return withNoise(random, sum)
}

/** In nodes without parents the nonlinear models have noise alone. */
const unlessRoot =
  (mechanism: Mechanism): Mechanism =>
  (parents, random) =>
    parents.count === 0 ? random.normals(parents.n) : mechanism(parents, random)

export const MECHANISMS = {
  logistic,
  poisson,
  mlp: unlessRoot(mlp),
  mim: unlessRoot(mim),
  gp: unlessRoot(gp),
  "gp-add": unlessRoot(gpAdd)
} as const

/** wᵀ z for each sample. */
const linear = ({ values, n, count }: Parents, weights: Float64Array): Float64Array =>
  count === 0 ? new Float64Array(n) : multiply(values, weights, n, 1, count)

/** Uniform on ±[0.5, 2]. */
const signed = (random: RandomSource, count: number): Float64Array => {
  const signs = random.uniforms(count)
  return random.uniforms(count).map((u, i) => (signs[i]! < 0.5 ? -1 : 1) * (0.5 + 1.5 * u))
}

const withNoise = (random: RandomSource, signal: Float64Array): Float64Array => {
  const noise = random.normals(signal.length)
  return signal.map((value, row) => value + noise[row]!)
}

/** Makes covariances of near points definite; a ten thousandth of the noise. */
const JITTER = 1e-8

/** A function from a Gaussian process, at points. */
const smooth = (points: Float64Array, n: number, dimension: number, random: RandomSource): Float64Array => {
  const exponents = new Float64Array(n * n)
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      let square = 0
      for (let i = 0; i < dimension; i++) square += (points[a * dimension + i]! - points[b * dimension + i]!) ** 2
      exponents[a * n + b] = -square / 2
    }
  }
  const covariance = exp(exponents)
  for (let a = 0; a < n; a++) covariance[a * (n + 1)]! += JITTER
  return multiply(Cholesky.factor(covariance, n), random.normals(n), n, 1, n)
}
