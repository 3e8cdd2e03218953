/**
 * Sums and scalar products of float64 as if they were formed in twice the precision and rounded once.
 *
 * Source: T. Ogita, S. M. Rump, S. Oishi, Accurate Sum and Dot Product, SIAM Journal on Scientific Computing 26 (2005), algorithms 4.4
 * and 5.3.
 */
import { twoProduct, twoSum } from "./ErrorFree.ts"

/**
 * Σ xᵢ. Error: u |Σ xᵢ| + n² u² Σ |xᵢ|, about, with u = 2⁻⁵³. 0 for no numbers.
 *
 * Where the plain sum is not finite, that sum.
 */
export const sum = (x: ArrayLike<number>): number => {
  let [total, lost] = [0, 0]
  for (let i = 0; i < x.length; i++) {
    const { hi, lo } = twoSum(total, x[i]!)
    total = hi
    lost += lo
  }
  return Number.isFinite(total) ? total + lost : total
}

/**
 * Σ xᵢ yᵢ. Error: u |xᵀy| + n² u² |x|ᵀ|y|, about. 0 for no numbers. Throws `RangeError` where the lengths differ.
 *
 * Elements are finite and below 2⁹⁹⁶; where the plain sum is not finite, that sum.
 */
export const dot = (x: ArrayLike<number>, y: ArrayLike<number>): number => {
  if (x.length !== y.length) throw new RangeError(`a scalar product of ${x.length} and ${y.length} elements`)
  let [total, lost] = [0, 0]
  for (let i = 0; i < x.length; i++) {
    const product = twoProduct(x[i]!, y[i]!)
    const { hi, lo } = twoSum(total, product.hi)
    total = hi
    lost += product.lo + lo
  }
  return Number.isFinite(total) ? total + lost : total
}
