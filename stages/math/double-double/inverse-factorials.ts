/** Coefficients of the series of Taylor that this folder sums. */
import { type DoubleDouble, divide, of, ofBigInt } from "./DoubleDouble.ts"

const LAST = 30

const factorials = [1n]
for (let n = 1; n <= LAST; n++) factorials.push(factorials[n - 1]! * BigInt(n))

/** 1 / n! for n from 0 to 30. */
export const inverseFactorials: ReadonlyArray<DoubleDouble> = factorials.map((n) => divide(of(1), ofBigInt(n)))
