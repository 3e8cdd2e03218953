/** Whole powers: only products and sums, so the same bits on every machine. */

export interface PowerAndSum {
  /** xⁿ; 1 for n = 0. */
  readonly power: number
  /** 1 + x + … + xⁿ⁻¹; 0 for n = 0. */
  readonly sum: number
}

/**
 * xⁿ and its geometric sum, for a whole n from 0 to 2⁵³, by squaring: log₂ n steps.
 *
 * The sum needs no division by 1 − x: it is as good where x is 1 as elsewhere. Relative error: n ε for the power; as much for the sum
 * where x is not negative, and of the largest partial sum where it is.
 */
export const powerAndSum = (x: number, n: number): PowerAndSum => {
  if (n === 0) return { power: 1, sum: 0 }
  const half = powerAndSum(x, Math.floor(n / 2))
  const power = half.power * half.power
  const sum = half.sum * (1 + half.power)
  return n % 2 === 0 ? { power, sum } : { power: power * x, sum: sum + power }
}
