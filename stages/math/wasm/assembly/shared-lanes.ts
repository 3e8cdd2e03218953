/** Vectors of f64 or f32. */

/** Numbers in a vector. */
@inline
export function lanes<T>(): i32 {
  return 16 / <i32>sizeof<T>()
}

/** x · y + z, rounded twice. */
@inline
export function fma<T>(x: v128, y: v128, z: v128): v128 {
  return v128.add<T>(v128.mul<T>(x, y), z)
}
