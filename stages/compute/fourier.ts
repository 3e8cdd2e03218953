/**
 * Discrete Fourier transforms in real tensors, so that they have derivatives of any order on any backend.
 *
 * A length is split into factors of at most 64, each a product with a small matrix: Cooley and Tukey, Math. Comp. 19 (1965). The cost
 * for one row is n times the sum of the factors; a prime factor above 64 is taken as it is.
 */
import tf from "@tensorflow/tfjs"
import { cos, sin } from "../math/special/Elementary.ts"

/** Parts of complex numbers, of one shape. */
export interface Complex {
  readonly real: tf.Tensor
  readonly imaginary: tf.Tensor
}

/** X_k = Σ_j x_j e^(−2πi jk/n) along the last axis. */
export const fourier = (x: Complex): Complex => transform(x, -1)

/** The inverse: x_j = 1/n Σ_k X_k e^(2πi jk/n) along the last axis. */
export const inverseFourier = (x: Complex): Complex => {
  const { real, imaginary } = transform(x, 1)
  const n = x.real.shape.at(-1)!
  return { real: tf.div(real, n), imaginary: tf.div(imaginary, n) }
}

/** Largest matrix that a factor is taken by. */
const LARGEST = 64

type Sign = 1 | -1

const transform = ({ real, imaginary }: Complex, sign: Sign): Complex => {
  const shape = real.shape
  const n = shape.at(-1) ?? 1
  const flat = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [-1, n])
  const result = rows({ real: flat(real), imaginary: flat(imaginary) }, n, sign)
  return { real: tf.reshape(result.real, shape), imaginary: tf.reshape(result.imaginary, shape) }
}

/** With j = q j₁ + j₂ and k = k₁ + p k₂: sums over j₁, a turn by j₂ k₁ / n, sums over j₂. */
const rows = (x: Complex, n: number, sign: Sign): Complex => {
  const p = factorOf(n)
  if (p === n) return multiplied(x, n, sign)
  const q = n / p
  const first = both(x, (part) => tf.reshape(tf.transpose(tf.reshape(part, [-1, p, q]), [0, 2, 1]), [-1, p]))
  const inner = both(multiplied(first, p, sign), (part) => tf.reshape(part, [-1, q, p]))
  const turned = times(inner, turns(q, p, n, sign))
  const second = both(turned, (part) => tf.reshape(tf.transpose(part, [0, 2, 1]), [-1, q]))
  return both(rows(second, q, sign), (part) =>
    tf.reshape(tf.transpose(tf.reshape(part, [-1, p, q]), [0, 2, 1]), [-1, n])
  )
}

/** The largest factor of at most 64; n itself where it is no larger, or a prime. */
const factorOf = (n: number): number => {
  if (n <= LARGEST) return n
  for (let p = LARGEST; p > 1; p--) if (n % p === 0) return p
  return smallestFactor(n)
}

const smallestFactor = (n: number): number => {
  for (let p = 2; p * p <= n; p++) if (n % p === 0) return p
  return n
}

const both = ({ real, imaginary }: Complex, f: (part: tf.Tensor) => tf.Tensor): Complex => ({
  real: f(real),
  imaginary: f(imaginary)
})

const combine = (x: Complex, w: Complex, product: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Complex => ({
  real: tf.sub(product(x.real, w.real), product(x.imaginary, w.imaginary)),
  imaginary: tf.add(product(x.real, w.imaginary), product(x.imaginary, w.real))
})

const times = (x: Complex, w: Complex): Complex => combine(x, w, tf.mul)

const multiplied = (x: Complex, n: number, sign: Sign): Complex =>
  combine(x, turns(n, n, n, sign), (a, b) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D))

/** e^(±2πi jk/n) at (j, k). */
const turns = (height: number, width: number, n: number, sign: Sign): Complex => {
  const part = (f: (angle: number) => number): tf.Tensor => {
    const values = Float32Array.from({ length: height * width }, (_, at) => {
      const turn = (Math.floor(at / width) * (at % width)) % n
      return f((2 * Math.PI * turn) / n)
    })
    return tf.tensor2d(values, [height, width])
  }
  return { real: part(cos), imaginary: part((angle) => sign * sin(angle)) }
}
