/** Blocks of the factors of a product, laid out as register tiles read them, f64 or f32. Strides count elements. */
import { lanes } from "./shared-lanes"

/** Rows of a register tile. */
export const MR: i32 = 4

/** Four rows, each contiguous and `apart` bytes from the next: element p of each, times alpha, goes to `to + p · step`. */
function interleave<T>(from: usize, apart: usize, depth: i32, alpha: T, to: usize, step: usize): void {
  const size = sizeof<T>()
  const factor = v128.splat<T>(alpha)
  const whole = depth - (depth % lanes<T>())
  for (let p = 0; p < whole; p += lanes<T>()) {
    const x0 = v128.mul<T>(factor, v128.load(from)), x1 = v128.mul<T>(factor, v128.load(from + apart))
    const x2 = v128.mul<T>(factor, v128.load(from + 2 * apart)), x3 = v128.mul<T>(factor, v128.load(from + 3 * apart))
    if (sizeof<T>() == 8) {
      v128.store(to, v128.shuffle<f64>(x0, x1, 0, 2))
      v128.store(to, v128.shuffle<f64>(x2, x3, 0, 2), 16)
      v128.store(to + step, v128.shuffle<f64>(x0, x1, 1, 3))
      v128.store(to + step, v128.shuffle<f64>(x2, x3, 1, 3), 16)
    } else {
      const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7)
      const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5), high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7)
      v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2))
      v128.store(to + step, v128.shuffle<f64>(low01, low23, 1, 3))
      v128.store(to + 2 * step, v128.shuffle<f64>(high01, high23, 0, 2))
      v128.store(to + 3 * step, v128.shuffle<f64>(high01, high23, 1, 3))
    }
    from += 16
    to += step * lanes<T>()
  }
  for (let p = whole; p < depth; p++) {
    for (let r = 0; r < 4; r++) store<T>(to + r * size, <T>(alpha * load<T>(from + r * apart)))
    from += size
    to += step
  }
}

/** Rows i … i + 3 of A times alpha, interleaved; missing rows are zero. */
export function packA<T>(rows: i32, depth: i32, alpha: T, A: usize, rs: usize, cs: usize, to: usize): void {
  const size = sizeof<T>()
  for (let i = 0; i < rows; i += MR) {
    const from = A + <usize>i * rs * size
    if (cs == 1 && i + MR <= rows) interleave<T>(from, rs * size, depth, alpha, to, MR * size)
    else packRows<T>(min(MR, rows - i), depth, alpha, from, rs, cs, to)
    to += <usize>(depth * MR) * size
  }
}

/** At most four rows of A, however they lie. */
function packRows<T>(rows: i32, depth: i32, alpha: T, from: usize, rs: usize, cs: usize, to: usize): void {
  const size = sizeof<T>()
  const whole = rows == MR && rs == 1
  const factor = v128.splat<T>(alpha)
  for (let p = 0; p < depth; p++) {
    if (whole) {
      v128.store(to, v128.mul<T>(factor, v128.load(from)))
      if (sizeof<T>() == 8) v128.store(to, v128.mul<T>(factor, v128.load(from, 16)), 16)
    } else {
      for (let r = 0; r < MR; r++) {
        const value = r < rows ? <T>(alpha * load<T>(from + <usize>r * rs * size)) : <T>0
        store<T>(to + <usize>r * size, value)
      }
    }
    from += cs * size
    to += MR * size
  }
}

/** Columns of B in panels of two vectors, interleaved; missing columns are zero. */
export function packB<T>(columns: i32, depth: i32, B: usize, rs: usize, cs: usize, to: usize): void {
  const size = sizeof<T>()
  const NR = 2 * lanes<T>()
  for (let j = 0; j < columns; j += NR) {
    const from = B + <usize>j * cs * size
    if (rs == 1 && j + NR <= columns) {
      for (let c = 0; c < NR; c += 4) {
        interleave<T>(from + <usize>c * cs * size, cs * size, depth, <T>1, to + <usize>c * size, 32)
      }
    } else packColumns<T>(min(NR, columns - j), depth, from, rs, cs, to)
    to += <usize>depth * 32
  }
}

/** At most one panel of columns of B, however they lie. */
function packColumns<T>(columns: i32, depth: i32, from: usize, rs: usize, cs: usize, to: usize): void {
  const size = sizeof<T>()
  const NR = 2 * lanes<T>()
  const whole = columns == NR && cs == 1
  for (let p = 0; p < depth; p++) {
    if (whole) {
      v128.store(to, v128.load(from))
      v128.store(to, v128.load(from, 16), 16)
    } else {
      for (let c = 0; c < NR; c++) {
        store<T>(to + <usize>c * size, c < columns ? load<T>(from + <usize>c * cs * size) : <T>0)
      }
    }
    from += rs * size
    to += 32
  }
}
