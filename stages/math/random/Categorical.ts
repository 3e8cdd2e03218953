/** Random choices among a few, by their weights. */
import type { RandomSource } from "./RandomSource.ts"

/**
 * Choices i with probabilities in proportion to weights, one uniform number and constant time each.
 *
 * The alias method: the weights are cut into columns of one width, each with two choices at most. Source: A. J. Walker (1977), M. D. Vose, IEEE
 * Transactions on Software Engineering 17 (1991). Throws `RangeError` unless the weights are finite, not negative, and one is positive.
 */
export class Categorical {
  private readonly shares: Float64Array
  private readonly aliases: Int32Array

  constructor(weights: ArrayLike<number>) {
    const n = weights.length
    let total = 0
    for (let i = 0; i < n; i++) {
      if (!(weights[i]! >= 0)) throw new RangeError(`weight ${i} is ${weights[i]}`)
      total += weights[i]!
    }
    if (!(total > 0 && total < Number.POSITIVE_INFINITY)) throw new RangeError(`the weights add up to ${total}`)
    this.shares = Float64Array.from({ length: n }, (_, i) => (weights[i]! / total) * n)
    this.aliases = Int32Array.from({ length: n }, (_, i) => i)
    this.balance()
  }

  /** Fills each column that has too little from one that has too much. */
  private balance(): void {
    const { shares, aliases } = this
    const indices = Array.from(shares.keys())
    const small = indices.filter((i) => shares[i]! < 1)
    const large = indices.filter((i) => shares[i]! >= 1)
    for (let low = small.pop(), high = large.pop(); low !== undefined && high !== undefined; low = small.pop()) {
      aliases[low] = high
      shares[high] = shares[high]! - (1 - shares[low]!)
      if (shares[high]! < 1) {
        small.push(high)
        high = large.pop()
      }
    }
    // What is left differs from 1 by rounding.
    for (const i of [...small, ...large]) if (aliases[i] === i) shares[i] = 1
  }

  choices(source: RandomSource, count: number): Int32Array {
    const { shares, aliases } = this
    return Int32Array.from(source.uniforms(count), (u) => {
      const place = u * shares.length
      const column = Math.floor(place)
      return place - column < shares[column]! ? column : aliases[column]!
    })
  }
}
