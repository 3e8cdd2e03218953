/** Inverses of the error function and its complement. */
import { erf, exp } from "./Elementary.ts"
import { normalQuantile } from "./Statistics.ts"

/** The x with erfc(x) = y, for 0 < y < 2; ±Infinity at the ends, NaN beyond. Relative error 4 ε for y ≤ ½. */
export const inverseErfc = (y: number): number => {
  if (!(y > 0 && y < 2)) return y === 0 ? Number.POSITIVE_INFINITY : y === 2 ? Number.NEGATIVE_INFINITY : Number.NaN
  return -normalQuantile(y / 2) / Math.SQRT2
}

/** The x with erf(x) = y, for −1 < y < 1; ±Infinity at the ends, NaN beyond. Relative error 4 ε. */
export const inverseErf = (y: number): number => {
  const size = Math.abs(y)
  if (size > 0.5) return y < 0 ? -inverseErfc(1 - size) : inverseErfc(1 - size)
  if (!(size > 1e-100)) return (y * Math.sqrt(Math.PI)) / 2
  // The quantile has the digits that ½ + y/2 has left, and one step of Newton's method the others.
  const x = normalQuantile(0.5 + y / 2) / Math.SQRT2
  return x - (erf(x) - y) * (Math.sqrt(Math.PI) / 2) * exp(x * x)
}
