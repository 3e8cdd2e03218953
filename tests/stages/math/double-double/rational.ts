/** Exact numbers, as fractions of big integers: what sums and products of float64 are measured by. */
import type { DoubleDouble } from "../../../../stages/math/double-double/DoubleDouble.ts"

export interface Rational {
  readonly over: bigint
  /** Positive. */
  readonly under: bigint
}

/** A finite float64, exactly. */
export const ofNumber = (x: number): Rational => {
  let [mantissa, under] = [x, 1n]
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2
    under *= 2n
  }
  return { over: BigInt(mantissa), under }
}

export const plus = (x: Rational, y: Rational): Rational => ({
  over: x.over * y.under + y.over * x.under,
  under: x.under * y.under
})

export const times = (x: Rational, y: Rational): Rational => ({ over: x.over * y.over, under: x.under * y.under })

export const minus = (x: Rational, y: Rational): Rational => plus(x, { over: -y.over, under: y.under })

export const inverse = ({ over, under }: Rational): Rational =>
  over < 0n ? { over: -under, under: -over } : { over: under, under: over }

export const ofDoubleDouble = ({ hi, lo }: DoubleDouble): Rational => plus(ofNumber(hi), ofNumber(lo))

/** |x| / |y|, to ten digits; 0 where both are 0. */
export const quotient = (x: Rational, y: Rational): number => {
  const [over, under] = [x.over * y.under, x.under * y.over]
  if (over === 0n) return 0
  const size = (value: bigint): bigint => (value < 0n ? -value : value)
  // 200 bits below the point, then float64.
  return Number((size(over) << 200n) / size(under)) / 2 ** 200
}
