/** Convolutions of real sequences by way of their transforms. */
import { smoothLength } from "./FourierPlan.ts"
import type { FourierTransform } from "./FourierTransform.ts"

/**
 * z_k = Σ_j x_j y_(k−j), n + m − 1 numbers of n and m; none where one has none.
 *
 * Error: about ε log₂(n + m) |x| |y| in each number, absolute. Cost: three transforms of about (n + m) / 2 complex numbers. One number that is not
 * finite makes all of them so.
 */
export const convolve = (fourier: FourierTransform, x: Float64Array, y: Float64Array): Float64Array => {
  if (x.length === 0 || y.length === 0) return new Float64Array(0)
  const count = x.length + y.length - 1
  // An even length, so that real transforms cost half.
  const length = 2 * smoothLength(Math.ceil(count / 2))
  const padded = (values: Float64Array): Float64Array => {
    const result = new Float64Array(length)
    result.set(values)
    return result
  }
  return convolveCyclic(fourier, padded(x), padded(y)).slice(0, count)
}

/** z_k = Σ_j x_j y_(k−j mod n), of two sequences of n numbers. Errors as of `convolve`. Throws `RangeError` where the lengths differ. */
export const convolveCyclic = (fourier: FourierTransform, x: Float64Array, y: Float64Array): Float64Array => {
  if (x.length !== y.length) throw new RangeError(`a cyclic convolution of ${x.length} and ${y.length} numbers`)
  const [spectrum, other] = [fourier.forwardReal(x), fourier.forwardReal(y)]
  for (let at = 0; at < spectrum.length; at += 2) {
    const [a, b, c, d] = [spectrum[at]!, spectrum[at + 1]!, other[at]!, other[at + 1]!]
    spectrum[at] = a * c - b * d
    spectrum[at + 1] = a * d + b * c
  }
  return fourier.inverseReal(spectrum, x.length)
}
