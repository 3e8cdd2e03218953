/** Cosine transforms of one length: the second kind, and the third as its inverse. */
import { FourierTransform } from "./FourierTransform.ts"
import { rootsOfUnity } from "./roots-of-unity.ts"

/**
 * X_k = √(2/n) Σ_j x_j cos(π k (2j + 1) / 2n), with √½ more for k = 0: an orthogonal matrix, whose transpose is the inverse.
 *
 * What a sequence is in the eigenvectors of the discrete Laplacian without flux at its ends. Error: about ε log₂ n of the norm. Cost: a real transform of the
 * same length. Source: J. Makhoul, A Fast Cosine Transform in One and Two Dimensions, IEEE Transactions on Acoustics, Speech, and Signal Processing 28
 * (1980). Methods throw `RangeError` for arrays of another length.
 */
export class CosineTransform {
  readonly n: number
  private readonly fourier: FourierTransform
  /** e^(2πi k / 4n) for k up to n / 2. */
  private readonly roots: Float64Array

  /** `fourier` may be shared with others. Throws `RangeError` unless n is whole and positive. */
  constructor(n: number, fourier = new FourierTransform()) {
    if (!(Number.isInteger(n) && n > 0)) throw new RangeError(`a cosine transform of length ${n}`)
    this.n = n
    this.fourier = fourier
    this.roots = rootsOfUnity(4 * n).slice(0, n + 2)
  }

  forward(x: Float64Array): Float64Array {
    const { n, roots } = this
    this.check(x)
    const folded = x.map((_, j) => (2 * j < n ? x[2 * j]! : x[2 * (n - j) - 1]!))
    const spectrum = this.fourier.forwardReal(folded)
    const result = new Float64Array(n)
    const scale = Math.sqrt(2 / n)
    for (let k = 0; 2 * k <= n; k++) {
      const [re, im, c, s] = [spectrum[2 * k]!, spectrum[2 * k + 1]!, roots[2 * k]!, roots[2 * k + 1]!]
      if (k > 0) result[n - k] = scale * (re * s - im * c)
      result[k] = scale * (re * c + im * s)
    }
    result[0] = spectrum[0]! / Math.sqrt(n)
    return result
  }

  inverse(x: Float64Array): Float64Array {
    const { n, roots } = this
    this.check(x)
    const spectrum = new Float64Array(2 * Math.floor(n / 2) + 2)
    const scale = Math.sqrt(n / 2)
    for (let k = 1; 2 * k <= n; k++) {
      const [re, im, c, s] = [x[k]!, -x[n - k]!, roots[2 * k]!, roots[2 * k + 1]!]
      spectrum[2 * k] = scale * (re * c - im * s)
      spectrum[2 * k + 1] = scale * (re * s + im * c)
    }
    spectrum[0] = x[0]! * Math.sqrt(n)
    const folded = this.fourier.inverseReal(spectrum, n)
    return folded.map((_, j) => folded[j % 2 === 0 ? j / 2 : n - (j + 1) / 2]!)
  }

  private check(x: Float64Array): void {
    if (x.length !== this.n) throw new RangeError(`a cosine transform of length ${this.n} of ${x.length} numbers`)
  }
}
