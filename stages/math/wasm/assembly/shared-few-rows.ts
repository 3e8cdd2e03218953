/** Products of four rows, f64 or f32: the other factor is read once, as it lies. Strides count elements. */
import { fma, lanes } from "./shared-lanes"

/** Sum of the lanes of a vector, from the first to the last. */
@inline
function across<T>(x: v128): T {
  let sum = <T>(v128.extract_lane<T>(x, 0) + v128.extract_lane<T>(x, 1))
  if (sizeof<T>() == 4) sum = <T>(<T>(sum + v128.extract_lane<T>(x, 2)) + v128.extract_lane<T>(x, 3))
  return sum
}

/**
 * C (4 rows) += alpha · A · Bᵀ for few rows: B is read once, as it lies, and not packed.
 *
 * Both have their depth contiguous. Lanes sum every second (f64) or fourth (f32) product; the rest follows one by one.
 */
export function fewRowsByRows<T>(
  n: i32, k: i32, alpha: T, A: usize, lda: usize, B: usize, ldb: usize, C: usize, ldc: usize
): void {
  const size = sizeof<T>()
  const whole = k - (k % lanes<T>())
  for (let j = 0; j < n; j++) {
    let s0 = v128.splat<T>(<T>0), s1 = s0, s2 = s0, s3 = s0
    let a = A
    let b = B + <usize>j * ldb * size
    const row = lda * size
    for (let p = 0; p < whole; p += lanes<T>()) {
      const y = v128.load(b)
      s0 = fma<T>(v128.load(a), y, s0)
      s1 = fma<T>(v128.load(a + row), y, s1)
      s2 = fma<T>(v128.load(a + 2 * row), y, s2)
      s3 = fma<T>(v128.load(a + 3 * row), y, s3)
      a += 16
      b += 16
    }
    let t0 = across<T>(s0), t1 = across<T>(s1), t2 = across<T>(s2), t3 = across<T>(s3)
    for (let p = whole; p < k; p++) {
      const y = load<T>(b)
      t0 = <T>(t0 + <T>(load<T>(a) * y))
      t1 = <T>(t1 + <T>(load<T>(a + row) * y))
      t2 = <T>(t2 + <T>(load<T>(a + 2 * row) * y))
      t3 = <T>(t3 + <T>(load<T>(a + 3 * row) * y))
      a += size
      b += size
    }
    const at = C + <usize>j * size
    store<T>(at, <T>(load<T>(at) + <T>(alpha * t0)))
    store<T>(at + ldc * size, <T>(load<T>(at + ldc * size) + <T>(alpha * t1)))
    store<T>(at + 2 * ldc * size, <T>(load<T>(at + 2 * ldc * size) + <T>(alpha * t2)))
    store<T>(at + 3 * ldc * size, <T>(load<T>(at + 3 * ldc * size) + <T>(alpha * t3)))
  }
}

/** C (4 rows) += alpha · A · B for few rows: row after row of B, as it lies, is added to the rows of C. */
export function fewRowsByColumns<T>(
  n: i32, k: i32, alpha: T, A: usize, lda: usize, B: usize, ldb: usize, C: usize, ldc: usize
): void {
  const size = sizeof<T>()
  const whole = n - (n % lanes<T>())
  const row = ldc * size
  for (let p = 0; p < k; p++) {
    const a = A + <usize>p * size
    const x0 = <T>(alpha * load<T>(a)), x1 = <T>(alpha * load<T>(a + lda * size))
    const x2 = <T>(alpha * load<T>(a + 2 * lda * size)), x3 = <T>(alpha * load<T>(a + 3 * lda * size))
    const v0 = v128.splat<T>(x0), v1 = v128.splat<T>(x1), v2 = v128.splat<T>(x2), v3 = v128.splat<T>(x3)
    let b = B + <usize>p * ldb * size
    let c = C
    for (let j = 0; j < whole; j += lanes<T>()) {
      const y = v128.load(b)
      v128.store(c, fma<T>(v0, y, v128.load(c)))
      v128.store(c + row, fma<T>(v1, y, v128.load(c + row)))
      v128.store(c + 2 * row, fma<T>(v2, y, v128.load(c + 2 * row)))
      v128.store(c + 3 * row, fma<T>(v3, y, v128.load(c + 3 * row)))
      b += 16
      c += 16
    }
    for (let j = whole; j < n; j++) {
      const y = load<T>(b)
      store<T>(c, <T>(<T>(x0 * y) + load<T>(c)))
      store<T>(c + row, <T>(<T>(x1 * y) + load<T>(c + row)))
      store<T>(c + 2 * row, <T>(<T>(x2 * y) + load<T>(c + 2 * row)))
      store<T>(c + 3 * row, <T>(<T>(x3 * y) + load<T>(c + 3 * row)))
      b += size
      c += size
    }
  }
}
