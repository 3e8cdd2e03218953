/** The complex numbers e^(2πi j / n), rounded from 106 bits: twiddle factors. */

import { type DoubleDouble, divide, multiplyNumber, of, PI } from "../double-double/DoubleDouble.ts"
import { twoProduct, twoSum } from "../double-double/ErrorFree.ts"
import { sinCosKernel, sinCosTurn } from "../double-double/SinCos.ts"

interface Point {
  readonly re: DoubleDouble
  readonly im: DoubleDouble
}

/**
 * e^(2πi j / n) for j = 0 … n − 1, real and imaginary parts in turns. Both are the nearest float64 but for a chance of about 2⁻⁴⁵ each.
 *
 * Each angle is brought into the first eighth of the turn without rounding, as a multiple of 2π / 4n, and is the sum of a coarse and a fine
 * one: about √(2n) sines and cosines are summed as series, and each root costs one product.
 */
export const rootsOfUnity = (n: number): Float64Array => {
  const roots = new Float64Array(2 * n)
  const point = eighth(n)
  for (let j = 0; 2 * j <= n; j++) {
    const [re, im] = inUpperHalf(j, n, point)
    roots[2 * j] = re
    roots[2 * j + 1] = im
    if (j > 0) {
      roots[2 * (n - j)] = re
      roots[2 * (n - j) + 1] = 2 * j === n ? 0 : -im
    }
  }
  return roots
}

/** e^(2πi j / n) for the first `count` multiples j of `step`, one by one: as exact, for few of many. */
export const someRoots = (n: number, step: number, count: number): Float64Array => {
  const roots = new Float64Array(2 * count)
  for (let i = 0; i < count; i++) {
    const { sin, cos } = sinCosTurn((i * step) % n, n)
    roots[2 * i] = cos.hi
    roots[2 * i + 1] = sin.hi
  }
  return roots
}

type Parts = readonly [re: number, im: number]

/** The root j ≤ n / 2: the first eighth of the turn, in quarters of 2π / n, mirrored at 45° and at 90°. */
const inUpperHalf = (j: number, n: number, point: (quarters: number) => Parts): Parts => {
  const isLeft = 4 * j > n
  const quarters = isLeft ? 2 * n - 4 * j : 4 * j
  const isSteep = 2 * quarters > n
  const [re, im] = point(isSteep ? n - quarters : quarters)
  const [x, y] = isSteep ? [im, re] : [re, im]
  return [isLeft ? -x : x, y]
}

/** Cosine and sine of 2π t / 4n, for whole t up to n / 2. */
const eighth = (n: number): ((t: number) => Parts) => {
  const unit = divide(multiplyNumber(PI, 0.5), of(n))
  const step = Math.ceil(Math.sqrt(n / 2)) + 1
  const at = (t: number): Point => {
    const { sin, cos } = sinCosKernel(multiplyNumber(unit, t))
    return { re: cos, im: sin }
  }
  const fine = Array.from({ length: step }, (_, t) => at(t))
  const coarse = Array.from({ length: Math.floor(n / 2 / step) + 1 }, (_, t) => at(t * step))
  return (t) => roundedProduct(coarse[Math.floor(t / step)]!, fine[t % step]!)
}

/** x y, rounded once, where the real part does not cancel. */
const roundedProduct = (x: Point, y: Point): Parts => [
  roundedSum(x.re, y.re, { hi: -x.im.hi, lo: -x.im.lo }, y.im),
  roundedSum(x.re, y.im, x.im, y.re)
]

/** a b + c d. */
const roundedSum = (a: DoubleDouble, b: DoubleDouble, c: DoubleDouble, d: DoubleDouble): number => {
  const [first, second] = [twoProduct(a.hi, b.hi), twoProduct(c.hi, d.hi)]
  const high = twoSum(first.hi, second.hi)
  const cross = a.hi * b.lo + a.lo * b.hi + (c.hi * d.lo + c.lo * d.hi)
  return high.hi + (high.lo + (first.lo + second.lo + cross))
}
