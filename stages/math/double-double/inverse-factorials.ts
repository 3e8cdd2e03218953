/** Coefficients of the series of Taylor that this folder sums. */
import { type DoubleDouble, divide, of, ofBigInt } from "./DoubleDouble.ts"

const LAST = 30

const factorial = (n: number): bigint => (n === 0 ? 1n : BigInt(n) * factorial(n - 1))

/** 1 / n! for n from 0 to 30. */
export const inverseFactorials: ReadonlyArray<DoubleDouble> = Array.from({ length: LAST + 1 }, (_, n) =>
  divide(of(1), ofBigInt(factorial(n)))
)
