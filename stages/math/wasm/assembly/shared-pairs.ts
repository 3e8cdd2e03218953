/** Vectors of two float64. */

/** x · y + z, rounded twice. */
@inline
export function fma(x: v128, y: v128, z: v128): v128 {
  return f64x2.add(f64x2.mul(x, y), z)
}

/** The sum of both lanes. */
@inline
export function across(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1)
}
